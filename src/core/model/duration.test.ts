import { describe, expect, test } from "bun:test";
import { DurationError, formatGoDuration, formatPromDuration, parseGoDuration, parsePromDuration } from "./duration.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("Prometheus durations (spec §4.1)", () => {
  test.each([
    ["0", 0, "0s"],
    ["5m", 300_000, "5m"],
    ["120h", 5 * DAY, "5d"],
    ["36h", 1.5 * DAY, "1d12h"],
    ["14d", 14 * DAY, "2w"],
    ["90d", 90 * DAY, "90d"],
    ["365d", 365 * DAY, "1y"],
    ["1y2w3d4h5m6s7ms", 382 * DAY + 4 * HOUR + 306_007, "382d4h5m6s7ms"],
    ["90s", 90_000, "1m30s"],
    ["9223372036854ms", 9_223_372_036_854, "106751d23h47m16s854ms"],
  ])("%s is %d ms and prints %s", (text, ms, printed) => {
    expect(parsePromDuration(text)).toBe(ms);
    expect(formatPromDuration(ms)).toBe(printed);
  });

  test("a negative one prints with its sign", () => {
    expect(formatPromDuration(-90_000)).toBe("-1m30s");
  });

  test.each([
    ["", "empty duration string"],
    ["abc", 'not a valid duration string: "abc"'],
    ["5", 'not a valid duration string: "5"'],
    ["-5m", 'not a valid duration string: "-5m"'],
    ["1m1h", 'not a valid duration string: "1m1h"'],
    ["1m1m", 'not a valid duration string: "1m1m"'],
    ["18446744073709551616s", 'not a valid duration string: "18446744073709551616s"'],
    ["1.5h", 'unknown unit "." in duration "1.5h"'],
    ["1é", 'unknown unit "é" in duration "1é"'],
    ["9223372036855ms", "duration out of range"],
    ["293y", "duration out of range"],
  ])("%j is refused", (text, message) => {
    expect(() => parsePromDuration(text)).toThrow(new DurationError(message));
  });
});

describe("Go durations", () => {
  test.each([
    ["0", 0, "0s"],
    ["1h", HOUR, "1h0m0s"],
    ["90s", 90_000, "1m30s"],
    ["1.5s", 1500, "1.5s"],
    ["-.5s", -500, "-500ms"],
    ["+1h1ms", HOUR + 1, "1h0m0.001s"],
    ["100us", 0.1, "100µs"],
    ["1500ns", 0.0015, "1.5µs"],
    ["1µs1μs", 0.002, "2µs"],
    ["7ns", 0.000007, "7ns"],
    ["2562047h", 9_223_369_200_000, "2562047h0m0s"],
  ])("%s is %d ms and prints %s", (text, ms, printed) => {
    expect(parseGoDuration(text)).toBe(ms);
    expect(formatGoDuration(ms)).toBe(printed);
  });

  test.each([
    ["", 'time: invalid duration ""'],
    ["-", 'time: invalid duration "-"'],
    ["abc", 'time: invalid duration "abc"'],
    [".s", 'time: invalid duration ".s"'],
    ["5", 'time: missing unit in duration "5"'],
    ["1h5", 'time: missing unit in duration "1h5"'],
    ["1d", 'time: unknown unit "d" in duration "1d"'],
    ["1 h", 'time: unknown unit " h" in duration "1 h"'],
    ["1é", 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"'],
    ["9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'],
    ["3000000h", 'time: invalid duration "3000000h"'],
  ])("%j is refused", (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(new DurationError(message));
  });
});
