import { containsTime } from "./contains.ts";
import type { TimeInterval } from "./time-interval.ts";

const STEP = 15 * 60_000;
const MINUTE = 60_000;
const FARTHEST = 8 * 24 * 60 * MINUTE;

/**
 * When the answer of `containsTime` changes next, ms; undefined where it does not within eight days.
 *
 * All zones are whole quarters of an hour from UTC today, so that an end of a day or of a time falls on a quarter, or as
 * many minutes past one as a time of the intervals does.
 */
export function nextChange(intervals: readonly TimeInterval[], now: number): number | undefined {
  const inside = containsTime(intervals, now);
  const past = new Set([0]);
  for (const { times = [] } of intervals) {
    for (const { startMinute, endMinute } of times) past.add(startMinute % 15).add(endMinute % 15);
  }
  const minutes = [...past].sort((a, b) => a - b);
  for (let quarter = now - (now % STEP); quarter <= now + FARTHEST; quarter += STEP) {
    for (const minute of minutes) {
      const moment = quarter + minute * MINUTE;
      if (moment > now && containsTime(intervals, moment) !== inside) return moment;
    }
  }
  return undefined;
}
