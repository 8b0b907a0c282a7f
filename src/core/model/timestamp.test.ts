import { describe, expect, test } from "bun:test";
import { formatMillis, formatNano, parseTimestamp, Timestamp, TimestampError, ZERO_TIME } from "./timestamp.ts";

describe("reading a time (spec §2.3)", () => {
  // Answers of strfmt.ParseDateTime, as the real server uses it.
  test.each([
    ["2026-11-23T18:00:00Z", "2026-11-23T18:00:00.000Z", "2026-11-23T18:00:00Z"],
    ["2026-11-23T18:00:00.123456789+02:00", "2026-11-23T18:00:00.123+02:00", "2026-11-23T18:00:00.123456789+02:00"],
    ["2026-11-23T18:00:00.9999999999999Z", "2026-11-23T18:00:00.999Z", "2026-11-23T18:00:00.999999999Z"],
    ["2026-11-23T18:00:00,5-07:30", "2026-11-23T18:00:00.500-07:30", "2026-11-23T18:00:00.5-07:30"],
    ["2026-11-23T18:00:00.123+0200", "2026-11-23T18:00:00.123+02:00", "2026-11-23T18:00:00.123+02:00"],
    ["2026-11-23T18:00:00.123456-0200", "2026-11-23T18:00:00.123-02:00", "2026-11-23T18:00:00.123456-02:00"],
    ["2026-11-23T8:00:00+00:00", "2026-11-23T08:00:00.000Z", "2026-11-23T08:00:00Z"],
    ["2026-11-23T18:00:00+24:60", "2026-11-23T18:00:00.000+25:00", "2026-11-23T18:00:00+25:00"],
    ["2026-11-23T18:00:00", "2026-11-23T18:00:00.000Z", "2026-11-23T18:00:00Z"],
    ["2026-11-23T18:00Z", "2026-11-23T18:00:00.000Z", "2026-11-23T18:00:00Z"],
    ["2026-11-23T18:00", "2026-11-23T18:00:00.000Z", "2026-11-23T18:00:00Z"],
    ["2026-11-23   18:00:00.5", "2026-11-23T18:00:00.500Z", "2026-11-23T18:00:00.5Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00Z"],
    ["", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z"],
    ["0000-02-29", "0000-02-29T00:00:00.000Z", "0000-02-29T00:00:00Z"],
  ])("%j", (text, millis, nano) => {
    const time = parseTimestamp(text);

    expect(formatMillis(time)).toBe(millis);
    expect(formatNano(time)).toBe(nano);
  });

  test("the same moment in two zones compares equal", () => {
    const [utc, berlin] = [
      parseTimestamp("2026-11-23T18:00:00.0000005Z"),
      parseTimestamp("2026-11-23T19:00:00.0000005+01:00"),
    ];

    expect(utc.compare(berlin)).toBe(0);
    expect(utc.compare(parseTimestamp("2026-11-23T18:00:00.0000006Z"))).toBeLessThan(0);
    expect(berlin.offset).toBe(3600);
  });

  test.each([
    ["foo", 'parsing time "foo" as "2006-01-02": cannot parse "foo" as "2006"'],
    ["2026", 'parsing time "2026" as "2006-01-02": cannot parse "" as "-"'],
    ["2026-1-23", 'parsing time "2026-1-23" as "2006-01-02": cannot parse "1-23" as "01"'],
    ["2026-13-01", 'parsing time "2026-13-01": month out of range'],
    ["2026-11-é", 'parsing time "2026-11-\\xc3\\xa9" as "2006-01-02": cannot parse "\\xc3\\xa9" as "02"'],
    ["2026-02-29", 'parsing time "2026-02-29": day out of range'],
    ["2026-11-23T24:00:00Z", 'parsing time "2026-11-23T24:00:00Z": extra text: "T24:00:00Z"'],
    ["2026-11-23T18:00:60Z", 'parsing time "2026-11-23T18:00:60Z": extra text: "T18:00:60Z"'],
    ["2026-11-23T18:00:00+0200", 'parsing time "2026-11-23T18:00:00+0200": extra text: "T18:00:00+0200"'],
    ["2026-11-23T18:00:00+25:00", 'parsing time "2026-11-23T18:00:00+25:00": extra text: "T18:00:00+25:00"'],
    ["2026-11-23 18:00:00Z", 'parsing time "2026-11-23 18:00:00Z": extra text: " 18:00:00Z"'],
    ["2026-11-23T18", 'parsing time "2026-11-23T18": extra text: "T18"'],
  ])("%j is refused", (text, message) => {
    expect(() => parseTimestamp(text)).toThrow(new TimestampError(message));
  });
});

test("years outside of four digits print as Go prints them", () => {
  const late = parseTimestamp("9999-12-31T23:59:59-01:00");

  expect(formatMillis(new Timestamp(late.ms))).toBe("10000-01-01T00:59:59.000Z");
  expect(formatNano(new Timestamp(Date.UTC(-1, 11, 31), 5))).toBe("-0001-12-31T00:00:00.000000005Z");
});

test("year 1 is Go's zero time in whatever zone", () => {
  expect(ZERO_TIME.isZero).toBe(true);
  expect(parseTimestamp("0001-01-01T02:00:00+02:00").isZero).toBe(true);
  expect(parseTimestamp("0001-01-01T00:00:00.000000001Z").isZero).toBe(false);
});

test("an end has passed from its own instant on, not a nanosecond before", () => {
  expect(new Timestamp(1000).endedBy(1000)).toBe(true);
  expect(new Timestamp(1000, 1).endedBy(1000)).toBe(false);
  expect(new Timestamp(1000, 1).endedBy(1001)).toBe(true);
});
