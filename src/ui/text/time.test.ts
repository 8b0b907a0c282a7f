import { expect, test } from "bun:test";
import { fromLocalInput, relativeTime, toLocalInput } from "./time.ts";

test("how long ago is said as fine as it matters", () => {
  const now = new Date("2026-11-24T03:00:00Z");
  const before = (seconds: number) => relativeTime(new Date(now.getTime() - seconds * 1000), now);
  expect(before(2)).toBe("now");
  expect(before(40)).toBe("40s ago");
  expect(before(27 * 60 + 21)).toBe("27m ago");
  expect(before(100 * 60)).toBe("1h 40m ago");
  expect(before(-3 * 86_400)).toBe("in 3d");
});

test("a field for a time holds the reader's wall clock", () => {
  const at = new Date(2026, 10, 24, 2, 5);
  expect(toLocalInput(at)).toBe("2026-11-24T02:05");
  expect(fromLocalInput("2026-11-24T02:05")).toEqual(at);
  expect(fromLocalInput("")).toBeUndefined();
});
