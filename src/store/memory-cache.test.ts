import { expect, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { createMemoryCache } from "./memory-cache.ts";

test("a value is there until its time is over", async () => {
  const clock = new ManualClock();
  const cache = createMemoryCache({ maxEntries: 10, maxBytes: 1000, clock });
  await cache.set("k", "v", 1000);
  await clock.advance(999);
  expect(await cache.get("k")).toBe("v");
  await clock.advance(1);
  expect(await cache.get("k")).toBeUndefined();
});

test("a value is replaced, deleted, and not kept without time", async () => {
  const cache = createMemoryCache({ maxEntries: 10, maxBytes: 1000, clock: new ManualClock() });
  await cache.set("k", "1", 1000);
  await cache.set("k", "2", 1000);
  expect(await cache.get("k")).toBe("2");
  await cache.delete("k");
  expect(await cache.get("k")).toBeUndefined();
  await cache.set("k", "3", 1000);
  await cache.set("k", "4", 0);
  expect(await cache.get("k")).toBeUndefined();
});

test("beyond so many entries, what was not used for longest goes", async () => {
  const cache = createMemoryCache({ maxEntries: 2, maxBytes: 1000, clock: new ManualClock() });
  await cache.set("a", "1", 1000);
  await cache.set("b", "2", 1000);
  await cache.get("a");
  await cache.set("c", "3", 1000);

  expect([await cache.get("a"), await cache.get("b"), await cache.get("c")]).toEqual(["1", undefined, "3"]);
});

test("beyond so many bytes too, and what is larger than all of them is not kept", async () => {
  const cache = createMemoryCache({ maxEntries: 100, maxBytes: 40, clock: new ManualClock() });
  await cache.set("a", "x".repeat(9), 1000);
  await cache.set("b", "x".repeat(9), 1000);
  expect(await cache.get("a")).toHaveLength(9);
  await cache.set("c", "x".repeat(4), 1000);
  expect([await cache.get("a"), await cache.get("b"), await cache.get("c")]).toEqual(["xxxxxxxxx", undefined, "xxxx"]);
  await cache.set("c", "x".repeat(20), 1000);
  expect([await cache.get("a"), await cache.get("c")]).toEqual(["xxxxxxxxx", undefined]);
});
