import { expect, test } from "bun:test";
import { RateLimiter } from "./rate-limit.ts";

const limiter = (every: number, burst: number) => new RateLimiter(new Map([["r", { every, burst }]]));

test("a receiver without a limit is never held back", () => {
  const l = limiter(1000, 1);
  expect([l.take("other", "a", 0), l.take("other", "b", 0)]).toEqual([0, 0]);
});

test("a burst goes at once, the rest one after another", () => {
  const l = limiter(1000, 2);
  expect(["a", "b", "c", "d"].map((group) => l.take("r", group, 0))).toEqual([0, 0, 1000, 2000]);
  expect(l.take("r", "c", 400)).toBe(600);
  expect(l.take("r", "c", 1000)).toBe(0);
  expect(l.take("r", "d", 2000)).toBe(0);
});

test("quiet time allows a burst again, but not more than one", () => {
  const l = limiter(1000, 2);
  for (const group of ["a", "b"]) l.take("r", group, 0);
  expect(["a", "b", "c"].map((group) => l.take("r", group, 100_000))).toEqual([0, 0, 1000]);
});

test("a group that gave its place up asks for another", () => {
  const l = limiter(1000, 1);
  l.take("r", "a", 0);
  expect(l.take("r", "b", 0)).toBe(1000);
  l.release("r", "b");
  expect(l.take("r", "b", 1500)).toBe(500);
});
