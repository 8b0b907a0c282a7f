import { parsePromDuration } from "../core/model/duration.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { UTC_LOCATION } from "../template/time/location.ts";
import { parseMoment } from "../template/time/parse.ts";

const RFC3339 = "2006-01-02T15:04:05Z07:00";
const NANOS_PER_MS = 1_000_000;

/** Reads the time of a flag; undefined if it was not given. @throws Error in Go's words */
export function parseTime(text: string): Timestamp | undefined {
  if (text === "") return undefined;
  const { seconds, nanos, location } = parseMoment(RFC3339, text, UTC_LOCATION);
  const ms = seconds * 1000 + Math.floor(nanos / NANOS_PER_MS);
  return new Timestamp(ms, nanos % NANOS_PER_MS, location.lookup(seconds).offset);
}

/** The end of a silence that starts then and lasts a Prometheus duration; in UTC. @throws Error */
export function endAfter(start: Timestamp, duration: string): Timestamp {
  const ms = parsePromDuration(duration);
  if (ms === 0) throw new Error("silence duration must be greater than 0");
  return new Timestamp(start.ms + ms, start.nanos);
}

/** @throws Error where the start comes after the end */
export function checkOrder(start: Timestamp | undefined, end: Timestamp | undefined): void {
  if (start !== undefined && end !== undefined && start.compare(end) > 0) {
    throw new Error("silence cannot start after it ends");
  }
}
