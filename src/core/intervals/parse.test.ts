import { describe, expect, test } from "bun:test";
import { formatNumberRange, formatTimeRange, formatWeekdayRange } from "./format.ts";
import { checkLocation } from "./location.ts";
import { parseDayOfMonthRange, parseMonthRange, parseTimeRange, parseWeekdayRange, parseYearRange } from "./parse.ts";
import { TimeIntervalError } from "./time-interval.ts";

// Texts and answers are those of the real program.

describe("times", () => {
  test("are minutes of the day, printed with two digits", () => {
    const range = parseTimeRange("09:05", "24:00");

    expect(range).toEqual({ startMinute: 545, endMinute: 1440 });
    expect(formatTimeRange(range)).toEqual({ start_time: "09:05", end_time: "24:00" });
  });

  test.each([
    ["", "17:00", "both start and end times must be provided"],
    ["09:00", "", "both start and end times must be provided"],
    ["9:00", "17:00", "couldn't parse timestamp 9:00, invalid format"],
    ["09:00", "24:01", "couldn't parse timestamp 24:01, invalid format"],
    ["09:00", "17:00\n", "couldn't parse timestamp 17:00\n, invalid format"],
    ["17:00", "17:00", "start time cannot be equal or greater than end time"],
  ])("%j to %j is refused", (start, end, message) => {
    expect(() => parseTimeRange(start, end)).toThrow(new TimeIntervalError(message));
  });
});

describe.each([
  ["weekdays", parseWeekdayRange, formatWeekdayRange],
  ["days of month", parseDayOfMonthRange, formatNumberRange],
  ["months", parseMonthRange, formatNumberRange],
  ["years", parseYearRange, formatNumberRange],
] as const)("%s", (kind, parse, format) => {
  const GOOD: Record<string, [string, string][]> = {
    weekdays: [
      ["Monday:FRIDAY", "monday:friday"],
      ["sunday", "sunday"],
      ["saturday:saturday", "saturday"],
    ],
    "days of month": [
      ["1:31", "1:31"],
      ["-3:-1", "-3:-1"],
      ["5:-1", "5:-1"],
      ["+07", "7"],
    ],
    months: [
      ["january:March", "1:3"],
      ["12", "12"],
      ["13", "13"],
      ["0:may", "0:5"],
    ],
    years: [
      ["2020:2022", "2020:2022"],
      ["-5", "-5"],
      ["2030:2030", "2030"],
    ],
  };
  const BAD: Record<string, [string, string][]> = {
    weekdays: [
      ["fri", "fri is not a valid weekday"],
      ["1", "1 is not a valid weekday"],
      ["FRİ", "fri is not a valid weekday"],
      ["monday:", " is not a valid weekday"],
      ["Monday:friday:x", "couldn't parse range monday:friday:x, invalid format"],
      ["friday:monday", "start day cannot be before end day"],
    ],
    "days of month": [
      ["0", "0 is not a valid day of the month: out of range"],
      ["1:32", "32 is not a valid day of the month: out of range"],
      ["-1:5", "end day must be negative if start day is negative"],
      ["5:3", "end day 3 is always before start day 5"],
      ["25:-5", "end day -5 is always before start day 25"],
      ["a", 'strconv.Atoi: parsing "a": invalid syntax'],
      ["", 'strconv.Atoi: parsing "": invalid syntax'],
      ["99999999999999999999", 'strconv.Atoi: parsing "99999999999999999999": value out of range'],
    ],
    months: [
      ["foo", "foo is not a valid month"],
      ["june:may", "end month may is before start month june"],
      ["13:may", "end month may is before start month "],
    ],
    years: [
      ["2022:2020", "end year 2020 is before start year 2022"],
      ["x", 'strconv.Atoi: parsing "x": invalid syntax'],
    ],
  };

  test.each(GOOD[kind] ?? [])("%j prints %j", (text, printed) => {
    expect(format(parse(text))).toBe(printed);
  });

  test.each(BAD[kind] ?? [])("%j is refused", (text, message) => {
    expect(() => parse(text)).toThrow(new TimeIntervalError(message));
  });
});

describe("a location", () => {
  test.each([
    ["", "UTC"],
    ["UTC", "UTC"],
    ["Local", "Local"],
    ["Europe/Berlin", "Europe/Berlin"],
    ["US/Eastern", "US/Eastern"],
    ["America/Argentina/Ushuaia", "America/Argentina/Ushuaia"],
    ["Etc/GMT+5", "Etc/GMT+5"],
  ])("%j is known as %j", (name, known) => {
    expect(checkLocation(name)).toBe(known);
  });

  test.each([
    ["Foo/Bar", "unknown time zone Foo/Bar"],
    ["europe/berlin", "unknown time zone europe/berlin"],
    ["utc", "unknown time zone utc"],
    ["+01:00", "unknown time zone +01:00"],
    ["Europe", "is a directory"],
    ["../UTC", "time: invalid location name"],
    ["/etc/localtime", "time: invalid location name"],
  ])("%j is refused", (name, message) => {
    expect(() => checkLocation(name)).toThrow(new TimeIntervalError(message));
  });
});
