import { describe, expect, test } from "bun:test";
import { containsTime, intervalContains } from "./contains.ts";
import { clockIn } from "./location.ts";
import { parseDayOfMonthRange, parseMonthRange, parseTimeRange, parseWeekdayRange, parseYearRange } from "./parse.ts";
import type { TimeInterval } from "./time-interval.ts";
import { isZoneName } from "./zone-names.ts";

const days = (...texts: string[]): TimeInterval => ({ daysOfMonth: texts.map(parseDayOfMonthRange) });

describe("an interval contains a moment (spec §4.8)", () => {
  test.each<[string, TimeInterval, string, boolean]>([
    ["nothing given matches always", {}, "2026-11-23T12:00:00Z", true],
    ["an empty list matches never", { weekdays: [] }, "2026-11-23T12:00:00Z", false],
    ["a time from its first minute", { times: [parseTimeRange("09:00", "17:00")] }, "2026-11-23T09:00:00Z", true],
    ["a time but not its last minute", { times: [parseTimeRange("09:00", "17:00")] }, "2026-11-23T17:00:00Z", false],
    ["24:00 is the end of the day", { times: [parseTimeRange("23:00", "24:00")] }, "2026-11-23T23:59:59Z", true],
    ["both ends of weekdays", { weekdays: [parseWeekdayRange("monday:friday")] }, "2026-11-27T12:00:00Z", true],
    ["not the day after", { weekdays: [parseWeekdayRange("monday:friday")] }, "2026-11-28T12:00:00Z", false],
    ["months", { months: [parseMonthRange("january:march"), parseMonthRange("11")] }, "2026-11-23T12:00:00Z", true],
    ["month 13 never comes", { months: [parseMonthRange("13")] }, "2026-12-23T12:00:00Z", false],
    ["years", { years: [parseYearRange("2020:2025")] }, "2026-11-23T12:00:00Z", false],
    ["all parts together", { ...days("23"), years: [parseYearRange("2025")] }, "2026-11-23T12:00:00Z", false],
    ["the last day of a month", days("-1"), "2026-02-28T12:00:00Z", true],
    ["the last day of February in a leap year", days("-1"), "2024-02-28T12:00:00Z", false],
    ["31 does not come in a short month", days("31"), "2026-11-30T12:00:00Z", false],
    ["an end behind the month's is its end", days("28:31"), "2026-11-30T12:00:00Z", true],
    ["a start before the month's is its start", days("-31:-28"), "2026-02-01T12:00:00Z", true],
    [
      "the last of a month in which clocks change",
      { ...days("-1"), location: "Europe/Berlin" },
      "2026-03-31T12:00:00Z",
      true,
    ],
  ])("%s", (_, interval, moment, contained) => {
    expect(intervalContains(interval, Date.parse(moment))).toBe(contained);
  });

  test("any of several will do", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");

    expect(containsTime([days("1"), days("23")], now)).toBe(true);
    expect(containsTime([days("1"), days("2")], now)).toBe(false);
    expect(containsTime([], now)).toBe(false);
  });
});

describe("a location's clock", () => {
  const nine: TimeInterval = { times: [parseTimeRange("09:00", "09:01")], location: "Europe/Berlin" };

  test("moves with summer time", () => {
    expect(intervalContains(nine, Date.parse("2026-01-15T08:00:00Z"))).toBe(true);
    expect(intervalContains(nine, Date.parse("2026-07-15T07:00:00Z"))).toBe(true);
    expect(intervalContains(nine, Date.parse("2026-07-15T08:00:00Z"))).toBe(false);
  });

  test("shows a skipped hour never and a repeated one twice", () => {
    const half: TimeInterval = { times: [parseTimeRange("02:30", "02:31")], location: "Europe/Berlin" };
    const hits = (day: string) =>
      Array.from({ length: 24 * 60 }, (_, minute) => Date.parse(day) + minute * 60_000).filter((ms) =>
        intervalContains(half, ms),
      );

    expect(hits("2026-03-28T23:00:00Z")).toHaveLength(0);
    expect(hits("2026-10-24T22:00:00Z")).toHaveLength(2);
  });

  test("decides the day, month and year too", () => {
    const newYear = Date.parse("2026-12-31T10:30:00Z");

    expect(clockIn("Pacific/Kiritimati", newYear)).toEqual({
      year: 2027,
      month: 1,
      day: 1,
      daysInMonth: 31,
      weekday: 5,
      minute: 30,
    });
    expect(clockIn("Pacific/Pago_Pago", newYear)).toMatchObject({
      year: 2026,
      month: 12,
      day: 30,
      minute: 23 * 60 + 30,
    });
  });

  test("is that of the process for Local", () => {
    const now = Date.parse("2026-07-15T08:00:00Z");
    const local = new Date(now);

    expect(clockIn("Local", now)).toMatchObject({
      day: local.getDate(),
      minute: local.getHours() * 60 + local.getMinutes(),
    });
  });

  test("is known for every zone whose name is accepted", () => {
    for (const name of [...Intl.supportedValuesOf("timeZone"), "Factory", "EST5EDT", "GB-Eire", "Etc/GMT-14", "W-SU"]) {
      expect(isZoneName(name)).toBe(true);
      expect(clockIn(name, 0).year).toBeGreaterThan(1968);
    }
  });
});
