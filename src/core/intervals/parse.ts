import { goQuote } from "../model/goquote.ts";
import { TimeIntervalError } from "./time-interval.ts";
import type { InclusiveRange, TimeRange } from "./time-interval.ts";

export const WEEKDAYS: readonly string[] = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];
const MONTHS: readonly string[] = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/**
 * Reads `start_time` and `end_time`, both `HH:MM` up to 24:00; "" stands for a missing one.
 *
 * @throws TimeIntervalError
 */
export function parseTimeRange(start: string, end: string): TimeRange {
  if (start === "" || end === "") throw new TimeIntervalError("both start and end times must be provided");
  const startMinute = parseTime(start);
  const endMinute = parseTime(end);
  if (startMinute >= endMinute) {
    throw new TimeIntervalError("start time cannot be equal or greater than end time");
  }
  return { startMinute, endMinute };
}

function parseTime(text: string): number {
  if (!/^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/.test(text)) {
    throw new TimeIntervalError(`couldn't parse timestamp ${text}, invalid format`);
  }
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** Reads `friday` or `monday:friday` in any case. @throws TimeIntervalError */
export function parseWeekdayRange(text: string): InclusiveRange {
  const range = parseRange(text, (member) => {
    const day = WEEKDAYS.indexOf(member);
    if (day < 0) throw new TimeIntervalError(`${member} is not a valid weekday`);
    return day;
  });
  if (range.begin > range.end) throw new TimeIntervalError("start day cannot be before end day");
  return range;
}

/** Reads `1`, `1:15` or, counted from the month's end, `-3:-1`. @throws TimeIntervalError */
export function parseDayOfMonthRange(text: string): InclusiveRange {
  const range = parseRange(text, parseInteger);
  const { begin, end } = range;
  for (const day of [begin, end]) {
    if (day === 0 || day < -31 || day > 31) {
      throw new TimeIntervalError(`${day} is not a valid day of the month: out of range`);
    }
  }
  if (begin < 0 && end > 0) throw new TimeIntervalError("end day must be negative if start day is negative");
  // In the shortest month: what is wrong there is always wrong.
  const first = begin < 0 ? 28 + begin : begin;
  const last = end < 0 ? 28 + end : end;
  if (first > last) throw new TimeIntervalError(`end day ${end} is always before start day ${begin}`);
  return range;
}

/** Reads months by name or number; numbers are not checked against the year's twelve. @throws TimeIntervalError */
export function parseMonthRange(text: string): InclusiveRange {
  const range = parseRange(text, (member) => {
    const month = MONTHS.indexOf(member);
    if (month >= 0) return month + 1;
    try {
      return parseInteger(member);
    } catch {
      throw new TimeIntervalError(`${member} is not a valid month`);
    }
  });
  if (range.begin > range.end) {
    const nameOf = (month: number) => MONTHS[month - 1] ?? "";
    throw new TimeIntervalError(`end month ${nameOf(range.end)} is before start month ${nameOf(range.begin)}`);
  }
  return range;
}

/** Reads `2026` or `2026:2028`. @throws TimeIntervalError */
export function parseYearRange(text: string): InclusiveRange {
  const range = parseRange(text, parseInteger);
  if (range.begin > range.end) {
    throw new TimeIntervalError(`end year ${range.end} is before start year ${range.begin}`);
  }
  return range;
}

function parseRange(text: string, parseMember: (member: string) => number): InclusiveRange {
  const lower = lowerCase(text);
  const members = lower.split(":");
  if (members.length > 2) throw new TimeIntervalError(`couldn't parse range ${lower}, invalid format`);
  const [first = "", second = first] = members;
  const begin = parseMember(first);
  return { begin, end: parseMember(second) };
}

/** Go's strings.ToLower: character by character, so no letter becomes two and none looks at its neighbours. */
function lowerCase(text: string): string {
  return Array.from(text, (char) => String.fromCodePoint(char.toLowerCase().codePointAt(0) as number)).join("");
}

const MAX_UINT = (1n << 64n) - 1n;
const MAX_INT = (1n << 63n) - 1n;

/** Go's strconv.Atoi, which reads from left to right and stops at what it meets first. */
function parseInteger(text: string): number {
  const fail = (reason: string) => new TimeIntervalError(`strconv.Atoi: parsing ${goQuote(text)}: ${reason}`);
  const [, sign = "", digits = "", rest = ""] = /^([+-]?)([0-9]*)([^]*)$/.exec(text) ?? [];
  const n = BigInt(digits);
  if (n > MAX_UINT) throw fail("value out of range");
  if (digits === "" || rest !== "") throw fail("invalid syntax");
  if (n > (sign === "-" ? MAX_INT + 1n : MAX_INT)) throw fail("value out of range");
  return sign === "-" ? -Number(n) : Number(n);
}
