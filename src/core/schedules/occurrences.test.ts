import { describe, expect, test } from "bun:test";
import { Occurrences, type Recurrence } from "./occurrences.ts";

const HOUR = 3_600_000;

function daily(timeZone: string, from: string, hours = 1): Recurrence {
  const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
  return { timeZone, weekly: [{ days, from, duration: hours * HOUR }], cron: null, from: null, until: null };
}

function cron(expression: string, timeZone = "UTC", change: Partial<Recurrence> = {}): Recurrence {
  return { timeZone, weekly: null, cron: { expression, duration: HOUR }, from: null, until: null, ...change };
}

/** Starts of the first `count` from a moment on, without seconds. */
function starts(recurrence: Recurrence, from: string, count: number): string[] {
  const found: string[] = [];
  for (const { startsAt } of new Occurrences(recurrence).beginningFrom(Date.parse(from))) {
    found.push(new Date(startsAt).toISOString().slice(0, 16));
    if (found.length === count) break;
  }
  return found;
}

describe("over a change of the clocks", () => {
  test.each([
    // 2026-03-08, 02:00 becomes 03:00.
    [
      "New York, a time left out begins when the clocks change",
      "America/New_York",
      "02:30",
      "2026-03-07T12:00:00Z",
      ["2026-03-08T07:00", "2026-03-09T06:30"],
    ],
    [
      "New York, the first time after",
      "America/New_York",
      "03:00",
      "2026-03-07T12:00:00Z",
      ["2026-03-08T07:00", "2026-03-09T07:00"],
    ],
    [
      "New York, the last time before",
      "America/New_York",
      "01:59",
      "2026-03-07T12:00:00Z",
      ["2026-03-08T06:59", "2026-03-09T05:59"],
    ],
    // 2026-11-01, 02:00 becomes 01:00.
    [
      "New York, a time shown twice counts the first time",
      "America/New_York",
      "01:30",
      "2026-10-31T12:00:00Z",
      ["2026-11-01T05:30", "2026-11-02T06:30"],
    ],
    [
      "New York, the first time shown once",
      "America/New_York",
      "02:00",
      "2026-10-31T12:00:00Z",
      ["2026-11-01T07:00", "2026-11-02T07:00"],
    ],
    // 2026-03-29, 02:00 becomes 03:00; 2026-10-25, 03:00 becomes 02:00.
    ["Berlin in spring", "Europe/Berlin", "02:30", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:30"]],
    ["Berlin in autumn", "Europe/Berlin", "02:30", "2026-10-24T12:00:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]],
    // Half an hour: 2026-10-04, 02:00 becomes 02:30; 2026-04-05, 02:00 becomes 01:30.
    [
      "Lord Howe in spring",
      "Australia/Lord_Howe",
      "02:15",
      "2026-10-03T00:00:00Z",
      ["2026-10-03T15:30", "2026-10-04T15:15"],
    ],
    [
      "Lord Howe in autumn",
      "Australia/Lord_Howe",
      "01:45",
      "2026-04-03T16:00:00Z",
      ["2026-04-04T14:45", "2026-04-05T15:15"],
    ],
    ["UTC", "UTC", "02:30", "2026-03-28T12:00:00Z", ["2026-03-29T02:30", "2026-03-30T02:30"]],
    // The clocks of Beirut are put forward at midnight.
    [
      "Beirut, midnight left out",
      "Asia/Beirut",
      "00:00",
      "2026-03-28T00:00:00Z",
      ["2026-03-28T22:00", "2026-03-29T21:00"],
    ],
    // Samoa had no 30 December 2011.
    [
      "Apia, a day left out begins with the next one",
      "Pacific/Apia",
      "05:00",
      "2011-12-29T12:00:00Z",
      ["2011-12-29T15:00", "2011-12-30T10:00", "2011-12-30T15:00"],
    ],
  ])("%s", (_, zone, from, after, expected) => {
    expect(starts(daily(zone, from), after, expected.length)).toEqual(expected);
  });

  test("several times that are left out are one", () => {
    const half = cron("0,15,30,45 2 * * *", "America/New_York");

    expect(starts(half, "2026-03-08T00:00:00Z", 3)).toEqual([
      "2026-03-08T07:00",
      "2026-03-09T06:00",
      "2026-03-09T06:15",
    ]);
  });

  test("what comes every hour comes in both of one that is there twice", () => {
    expect(starts(cron("*/30 * * * *", "Europe/Berlin"), "2026-10-24T23:59:00Z", 6)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T00:30",
      "2026-10-25T01:00",
      "2026-10-25T01:30",
      "2026-10-25T02:00",
      "2026-10-25T02:30",
    ]);
    expect(starts(cron("0 */2 * * *", "Europe/Berlin"), "2026-10-24T23:59:00Z", 3)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T01:00",
      "2026-10-25T03:00",
    ]);
    expect(starts(cron("0 * * * *", "Australia/Lord_Howe"), "2026-04-04T13:30:00Z", 4)).toEqual([
      "2026-04-04T14:00",
      "2026-04-04T15:30",
      "2026-04-04T16:30",
      "2026-04-04T17:30",
    ]);
    expect(starts(cron("0 * * * *", "America/New_York"), "2026-03-08T05:59:00Z", 3)).toEqual([
      "2026-03-08T06:00",
      "2026-03-08T07:00",
      "2026-03-08T08:00",
    ]);
  });

  test("each lasts as long by the stopwatch", () => {
    const [one] = new Occurrences(daily("Europe/Berlin", "01:30", 3)).beginningFrom(Date.parse("2026-10-24T12:00:00Z"));

    expect(one).toEqual({ startsAt: Date.parse("2026-10-24T23:30:00Z"), endsAt: Date.parse("2026-10-25T02:30:00Z") });
  });

  test("a whole year has as many as days, on every place", () => {
    for (const zone of ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]) {
      for (const at of ["00:00", "01:30", "02:00", "02:30", "03:00"]) {
        const from = Date.parse("2026-01-01T12:00:00Z");
        const found: number[] = [];
        for (const { startsAt } of new Occurrences(daily(zone, at)).beginningFrom(from)) {
          if (startsAt >= from + 365 * 24 * HOUR) break;
          found.push(startsAt);
        }
        expect([zone, at, found.length]).toEqual([zone, at, 365]);
        expect(found.every((one, i) => i === 0 || Math.abs(one - (found[i - 1] as number) - 24 * HOUR) <= HOUR)).toBe(
          true,
        );
      }
    }
  });
});

describe("a cron expression", () => {
  const FRIDAY = "2026-05-01T00:00:00Z";

  test.each([
    ["0 2 * * 6", ["2026-05-02T02:00", "2026-05-09T02:00"]],
    [
      "*/20 9-10 * * mon-fri",
      [
        "2026-05-01T09:00",
        "2026-05-01T09:20",
        "2026-05-01T09:40",
        "2026-05-01T10:00",
        "2026-05-01T10:20",
        "2026-05-01T10:40",
        "2026-05-04T09:00",
      ],
    ],
    ["5 4 29 feb *", ["2028-02-29T04:05", "2032-02-29T04:05"]],
    ["0 0 1,15 * *", ["2026-05-01T00:00", "2026-05-15T00:00"]],
    // Either day will do.
    ["0 0 13 * FRI", ["2026-05-01T00:00", "2026-05-08T00:00", "2026-05-13T00:00"]],
    ["0 0 */10 * 7", ["2026-05-31T00:00", "2026-06-21T00:00"]],
    ["30 6/6 * jan-mar/2 0", ["2027-01-03T06:30", "2027-01-03T12:30", "2027-01-03T18:30", "2027-01-10T06:30"]],
  ])("%s", (expression, expected) => {
    expect(starts(cron(expression), FRIDAY, expected.length)).toEqual(expected);
  });

  test("of a day that never comes never fires", () => {
    expect(starts(cron("0 0 31 2 *"), FRIDAY, 1)).toEqual([]);
  });

  test.each([
    ["* * * *", 'cron expression "* * * *": expected five fields: minute, hour, day of month, month, day of week'],
    ["60 * * * *", 'cron expression: minute "60": expected *, or numbers from 0 to 59, with - , and /'],
    ["0 5-2 * * *", 'cron expression: hour "5-2": expected *, or numbers from 0 to 23, with - , and /'],
    ["0 0 0 * *", 'cron expression: day of month "0": expected *, or numbers from 1 to 31, with - , and /'],
    ["0 0 * foo *", 'cron expression: month "foo": expected *, or numbers from 1 to 12, or jan to dec, with - , and /'],
    [
      "0 0 * * */0",
      'cron expression: day of week "*/0": expected *, or numbers from 0 to 7, or sun to sat, with - , and /',
    ],
    [
      "0 0 * * 1,",
      'cron expression: day of week "1,": expected *, or numbers from 0 to 7, or sun to sat, with - , and /',
    ],
    ["0 -1 * * *", 'cron expression: hour "-1": expected *, or numbers from 0 to 23, with - , and /'],
  ])("%s is refused", (expression, message) => {
    expect(() => new Occurrences(cron(expression))).toThrow(message);
  });
});

test.each([
  // Over a century without a leap day.
  [cron("0 0 29 2 *"), "2196-03-01T00:00:00Z", ["2204-02-29T00:00"]],
  [cron("0 0 29-31 * *", "UTC"), "2026-02-27T00:00:00Z", ["2026-03-29T00:00", "2026-03-30T00:00", "2026-03-31T00:00"]],
  [daily("Asia/Kathmandu", "00:00"), "2026-12-31T00:00:00Z", ["2026-12-31T18:15", "2027-01-01T18:15"]],
  [daily("Asia/Kolkata", "23:30"), "2026-12-31T00:00:00Z", ["2026-12-31T18:00", "2027-01-01T18:00"]],
  // Chatham is 12:45 ahead, and 13:45 in summer: 2026-04-05, 03:45 becomes 02:45; 2026-09-27, 02:45 becomes 03:45.
  [daily("Pacific/Chatham", "03:00"), "2026-04-04T00:00:00Z", ["2026-04-04T13:15", "2026-04-05T14:15"]],
  [daily("Pacific/Chatham", "03:00"), "2026-09-26T00:00:00Z", ["2026-09-26T14:00", "2026-09-27T13:15"]],
] as const)("%j from %s", (recurrence, from, expected) => {
  expect(starts(recurrence, from, expected.length)).toEqual([...expected]);
});

test("a week's day over New Year goes on into the next year", () => {
  const night = { days: ["thursday"], from: "23:30", duration: 2 * HOUR };
  const [one] = new Occurrences({ timeZone: "UTC", weekly: [night], cron: null, from: null, until: null }).current(
    Date.parse("2027-01-01T00:30:00Z"),
  );

  expect(one).toEqual({ startsAt: Date.parse("2026-12-31T23:30:00Z"), endsAt: Date.parse("2027-01-01T01:30:00Z") });
});

test("there is nothing that ends in a year that cannot be written", () => {
  expect(starts(cron("0 0,23 * * *"), "9999-12-30T00:00:00Z", 9)).toEqual([
    "9999-12-30T00:00",
    "9999-12-30T23:00",
    "9999-12-31T00:00",
  ]);
});

test("nothing begins before it may, or from its end on", () => {
  const bounded = cron("0 0 * * *", "UTC", {
    from: Date.parse("2026-05-03T00:00:00Z"),
    until: Date.parse("2026-05-05T00:00:00Z"),
  });

  expect(starts(bounded, "2026-05-01T00:00:00Z", 9)).toEqual(["2026-05-03T00:00", "2026-05-04T00:00"]);
  expect(starts(bounded, "2026-05-04T00:00:01Z", 9)).toEqual([]);
});

test("those in force have begun and not ended", () => {
  const nightly = new Occurrences(daily("Europe/Berlin", "22:00", 30));
  const at = (time: string) =>
    nightly.current(Date.parse(time)).map(({ startsAt }) => new Date(startsAt).toISOString().slice(0, 16));

  expect(at("2026-06-02T20:00:00Z")).toEqual(["2026-06-01T20:00", "2026-06-02T20:00"]);
  expect(at("2026-06-03T01:59:59Z")).toEqual(["2026-06-01T20:00", "2026-06-02T20:00"]);
  expect(at("2026-06-03T02:00:00Z")).toEqual(["2026-06-02T20:00"]);
});

test.each([
  [{ weekly: null }, "expected weekly or cron"],
  [{ weekly: [{ days: [], from: "02:00", duration: HOUR }] }, "days: expected at least one"],
  [{ weekly: [{ days: ["sat"], from: "02:00", duration: HOUR }] }, 'day "sat": expected one of sunday, monday,'],
  [
    { weekly: [{ days: ["friday"], from: "24:00", duration: HOUR }] },
    'from "24:00": expected a time of day such as 02:30',
  ],
  [{ timeZone: "Europe/Bonn" }, "unknown time zone Europe/Bonn"],
])("%j is refused", (change, message) => {
  expect(() => new Occurrences({ ...daily("UTC", "00:00"), ...change })).toThrow(message);
});
