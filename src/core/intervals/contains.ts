import type { InclusiveRange, TimeInterval } from "./time-interval.ts";
import { clockIn } from "./location.ts";

/** Whether the moment lies in any of the intervals. */
export function containsTime(intervals: readonly TimeInterval[], nowMs: number): boolean {
  return intervals.some((interval) => intervalContains(interval, nowMs));
}

/** Whether the moment lies in the interval, all its parts together (spec §4.8). */
export function intervalContains(interval: TimeInterval, nowMs: number): boolean {
  const { times, weekdays, daysOfMonth, months, years, location = "UTC" } = interval;
  const now = clockIn(location, nowMs);
  if (times !== undefined && !times.some((t) => now.minute >= t.startMinute && now.minute < t.endMinute)) return false;
  if (daysOfMonth !== undefined && !daysOfMonth.some((range) => dayIn(range, now.day, now.daysInMonth))) return false;
  return isIn(months, now.month) && isIn(weekdays, now.weekday) && isIn(years, now.year);
}

function isIn(ranges: readonly InclusiveRange[] | undefined, value: number): boolean {
  return ranges === undefined || ranges.some(({ begin, end }) => value >= begin && value <= end);
}

/** Days counted from the end of the month are turned around. */
function dayIn(range: InclusiveRange, day: number, daysInMonth: number): boolean {
  const fromStart = (n: number) => (n < 0 ? daysInMonth + n + 1 : n);
  return day >= fromStart(range.begin) && day <= fromStart(range.end);
}
