import {
  checkLocation,
  formatNumberRange,
  formatTimeRange,
  formatWeekdayRange,
  parseDayOfMonthRange,
  parseMonthRange,
  parseTimeRange,
  parseWeekdayRange,
  parseYearRange,
  type InclusiveRange,
  type TimeRange,
} from "../core/intervals/index.ts";
import { goQuote } from "../core/model/goquote.ts";
import { converted, list, nilableList, refuse } from "./schema/collections.ts";
import { string } from "./schema/scalars.ts";
import { onOneLine, shown, struct } from "./schema/struct.ts";
import type { Type } from "./schema/type.ts";
import type { NamedTimeIntervals } from "./types.ts";
import { encodeString, NULL } from "./yaml/encode.ts";

/** A time interval as the file has it. */
interface TimeIntervalFile {
  times: TimeRange[] | undefined;
  weekdays: InclusiveRange[] | undefined;
  days_of_month: InclusiveRange[] | undefined;
  months: InclusiveRange[] | undefined;
  years: InclusiveRange[] | undefined;
  location: string | undefined;
}

export interface NamedTimeIntervalsFile {
  name: string;
  time_intervals: TimeIntervalFile[];
}

const times = struct<{ start_time: string; end_time: string }>({
  name: "timeinterval.yamlTimeRange",
  fields: { start_time: shown(string), end_time: shown(string) },
});

const timeRange: Type<TimeRange> = converted(times, {
  goName: "timeinterval.TimeRange",
  zero: () => ({ startMinute: 0, endMinute: 0 }),
  convert: ({ start_time, end_time }) => parseTimeRange(start_time, end_time),
  isZero: () => false,
  encode: (value, encoder) => times.encode(formatTimeRange(value), encoder),
});

function range(
  parse: (text: string) => InclusiveRange,
  format: (range: InclusiveRange) => string,
  goName: string,
): Type<InclusiveRange> {
  return converted(string, {
    goName,
    zero: () => ({ begin: 0, end: 0 }),
    convert: parse,
    isZero: () => false,
    encode: (value) => encodeString(format(value)),
  });
}

function ranges(
  parse: (text: string) => InclusiveRange,
  format: (range: InclusiveRange) => string,
  goName: string,
): Type<InclusiveRange[] | undefined> {
  return nilableList(range(parse, format, goName), goName);
}

const location: Type<string | undefined> = converted(string, {
  goName: "*timeinterval.Location",
  zero: () => undefined,
  convert: checkLocation,
  isZero: (value) => value === undefined,
  encode: (value) => (value === undefined ? NULL : encodeString(value)),
});

const timeInterval = struct<TimeIntervalFile>({
  name: "timeinterval.TimeInterval",
  fields: {
    times: nilableList(timeRange, "timeinterval.TimeRange"),
    weekdays: onOneLine(ranges(parseWeekdayRange, formatWeekdayRange, "timeinterval.WeekdayRange")),
    days_of_month: onOneLine(ranges(parseDayOfMonthRange, formatNumberRange, "timeinterval.DayOfMonthRange")),
    months: onOneLine(ranges(parseMonthRange, formatNumberRange, "timeinterval.MonthRange")),
    years: onOneLine(ranges(parseYearRange, formatNumberRange, "timeinterval.YearRange")),
    // Upstream asks for one line here too; being a scalar it leaves that to whatever collection comes next.
    location: onOneLine(location),
  },
});

function named(goName: string, missing: string): Type<NamedTimeIntervalsFile> {
  return struct<NamedTimeIntervalsFile>({
    name: goName,
    fields: { name: shown(string), time_intervals: shown(list(timeInterval, "timeinterval.TimeInterval")) },
    validate: ({ name }) => {
      if (name === "") refuse(missing);
    },
  });
}

/** An item of `time_intervals` (spec §4.8). */
export const namedTimeIntervals = named("config.TimeInterval", "missing name in time interval");

/** An item of the deprecated `mute_time_intervals`. */
export const muteTimeIntervals = named("config.MuteTimeInterval", "missing name in mute time interval");

/**
 * The names of both lists together, which must be unique.
 * @throws ConfigError
 */
export function collectNames(
  mute: readonly NamedTimeIntervalsFile[],
  intervals: readonly NamedTimeIntervalsFile[],
): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (kind: string) => (named: NamedTimeIntervalsFile) => {
    if (names.has(named.name)) refuse(`${kind} ${goQuote(named.name)} is not unique`);
    names.add(named.name);
  };
  mute.forEach(add("mute time interval"));
  intervals.forEach(add("time interval"));
  return names;
}

export function toNamedTimeIntervals(file: NamedTimeIntervalsFile): NamedTimeIntervals {
  return {
    name: file.name,
    time_intervals: file.time_intervals.map(({ days_of_month, ...rest }) => ({ ...rest, daysOfMonth: days_of_month })),
  };
}
