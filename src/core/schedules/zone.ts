import { clockIn } from "../intervals/location.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Further from UTC than any place is, and not so far that a place could change its clocks twice in between. */
const APART = 26 * HOUR;

/** A day on the calendar. */
export interface Day {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
}

/** The day it is at a moment (ms) in a place. */
export function dayIn(location: string, ms: number): Day {
  const { year, month, day } = clockIn(location, ms);
  return { year, month, day };
}

/** A number for each day: 0 for 1970-01-01, one more for each day after. */
export function dayNumber({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / (24 * HOUR);
}

/** The day of a `dayNumber`. */
export function dayOf(dayNumber: number): Day {
  const date = new Date(dayNumber * 24 * HOUR);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/**
 * The moments (ms) a clock on the wall shows a time: two, in their order, where clocks are put back over it. A time that is left
 * out stands for the next that is shown, which is when the clocks are put forward.
 *
 * @param day a `dayNumber`
 * @param minute since midnight
 */
export function momentsOf(location: string, day: number, minute: number): readonly [first: number, second?: number] {
  const shown = day * 24 * HOUR + minute * MINUTE;
  if (location === "UTC") return [shown];
  const before = offsetIn(location, shown - APART);
  const after = offsetIn(location, shown + APART);
  if (before === after) return [shown - before];
  // The greater offset comes first.
  const [first, second] = [Math.max(before, after), Math.min(before, after)]
    .filter((offset) => offsetIn(location, shown - offset) === offset)
    .map((offset) => shown - offset);
  if (first === undefined) return [changeBetween(location, shown - APART, shown + APART)];
  return second === undefined ? [first] : [first, second];
}

/** How far a place is ahead of UTC, ms. */
function offsetIn(location: string, ms: number): number {
  const { year, month, day, minute } = clockIn(location, ms);
  return Date.UTC(year, month - 1, day) + minute * MINUTE - Math.floor(ms / MINUTE) * MINUTE;
}

/** When the clocks of a place are changed in a time in which they are once. */
function changeBetween(location: string, from: number, to: number): number {
  const before = offsetIn(location, from);
  let [low, high] = [Math.floor(from / MINUTE), Math.ceil(to / MINUTE)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetIn(location, middle * MINUTE) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE;
}
