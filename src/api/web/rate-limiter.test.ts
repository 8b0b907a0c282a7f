import { expect, test } from "bun:test";
import { RateLimiter } from "./rate-limiter.ts";

function limiter(interval: number, burst: number) {
  const clock = { now: 0 };
  return { clock, limiter: new RateLimiter(interval, burst, () => clock.now) };
}

test("a burst passes, then one every interval", () => {
  const { clock, limiter: limit } = limiter(1000, 2);
  expect([limit.allow(), limit.allow(), limit.allow()]).toEqual([true, true, false]);
  clock.now = 999;
  expect(limit.allow()).toBe(false);
  clock.now = 1000;
  expect([limit.allow(), limit.allow()]).toEqual([true, false]);
});

test("what is saved up is never more than the burst", () => {
  const { clock, limiter: limit } = limiter(1000, 2);
  clock.now = 1_000_000;
  expect([limit.allow(), limit.allow(), limit.allow()]).toEqual([true, true, false]);
});

test("no burst lets nothing pass, a negative interval everything", () => {
  expect(limiter(1000, 0).limiter.allow()).toBe(false);
  expect(limiter(-1000, 0).limiter.allow()).toBe(true);
});
