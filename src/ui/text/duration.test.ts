import { expect, test } from "bun:test";
import { formatDuration, parseDuration } from "./duration.ts";

test("durations are read as Prometheus writes them", () => {
  expect(parseDuration("1h30m")).toBe(5_400_000);
  expect(parseDuration("2d 4h")).toBe(187_200_000);
  for (const text of ["", "0s", "1", "h", "1x"]) expect(parseDuration(text)).toBeUndefined();
});

test("durations are written with their two largest units", () => {
  expect(formatDuration(5_400_000)).toBe("1h 30m");
  expect(formatDuration(90_061_000)).toBe("1d 1h");
  expect(formatDuration(3_605_000)).toBe("1h");
  expect(formatDuration(250)).toBe("250ms");
  expect(formatDuration(0)).toBe("0s");
});
