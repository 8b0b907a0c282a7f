import type { Place } from "../../route.ts";
import { parseDuration } from "../../text/duration.ts";

/** A stretch of time: the last so-and-so long, or from one moment to another. */
export interface Range {
  readonly from: Date;
  readonly to: Date;
  /** `24h`; empty where both ends stand still. */
  readonly last: string;
}

const USUAL = "24h";
const MINUTE = 60_000;

/** ms */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);

/** Of the address. An open end is rounded to the minute, so that what was asked can be found again in memory. */
export function rangeOf({ query }: Place): Range {
  const from = new Date(query.get("from") ?? "");
  const to = new Date(query.get("to") ?? "");
  if (!Number.isNaN(from.getTime()) && !Number.isNaN(to.getTime()) && from < to) return { from, to, last: "" };
  const asked = query.get("last") ?? USUAL;
  const last = parseDuration(asked) === undefined ? USUAL : asked;
  const end = new Date(Math.ceil(Date.now() / MINUTE) * MINUTE);
  return { from: new Date(end.getTime() - (parseDuration(last) ?? 0)), to: end, last };
}

/** How long one bar of a chart is, so that there are some sixty of them: a text such as `10m`. */
export function stepOf({ from, to }: Range): string {
  const wanted = (to.getTime() - from.getTime()) / 60;
  const step = STEPS.find((one) => one >= wanted) ?? 1440 * MINUTE;
  return `${step / MINUTE}m`;
}
