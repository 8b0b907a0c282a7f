import type { InclusiveRange, TimeRange } from "./time-interval.ts";
import { WEEKDAYS } from "./parse.ts";

/** As the configuration prints it: `start_time` and `end_time`, zero-padded. */
export function formatTimeRange(range: TimeRange): { start_time: string; end_time: string } {
  return { start_time: formatMinute(range.startMinute), end_time: formatMinute(range.endMinute) };
}

function formatMinute(minute: number): string {
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

/** `monday:friday`, or `friday` alone. */
export function formatWeekdayRange({ begin, end }: InclusiveRange): string {
  return begin === end ? `${WEEKDAYS[begin]}` : `${WEEKDAYS[begin]}:${WEEKDAYS[end]}`;
}

/** Days, months and years as numbers: `1:3`, or `2` alone. */
export function formatNumberRange({ begin, end }: InclusiveRange): string {
  return begin === end ? `${begin}` : `${begin}:${end}`;
}
