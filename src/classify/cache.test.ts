import { describe, expect, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { BoundedCache } from "./cache.ts";

function cache(bounds = { entries: 3, size: 100 }) {
  const clock = new ManualClock();
  return { clock, cache: new BoundedCache<string>(bounds, clock) };
}

function held(of: BoundedCache<string>, keys: string): string {
  return [...keys].filter((key) => of.get(key) !== undefined).join("");
}

describe("a bounded cache", () => {
  test("gives what was put in until its time is over", async () => {
    const { clock, cache: of } = cache();
    of.set("a", "1", 10, 1_000);
    of.set("a", "2", 10, 1_000);
    expect(of.get("a")).toBe("2");
    expect(of.get("b")).toBeUndefined();

    await clock.advance(1_000);

    expect(of.get("a")).toBeUndefined();
    expect([of.entries, of.size]).toEqual([0, 0]);
  });

  test("lets the oldest go beyond its entries, but not what was used", () => {
    const { cache: of } = cache();
    for (const key of "abc") of.set(key, key, 1, 1_000);
    of.get("a");
    of.set("d", "d", 1, 1_000);
    expect(of.entries).toBe(3);

    expect(held(of, "abcd")).toBe("acd");
  });

  test("goes on where everything was used", () => {
    const { cache: of } = cache();
    for (const key of "abc") of.set(key, key, 1, 1_000);
    expect(held(of, "abc")).toBe("abc");

    of.set("d", "d", 1, 1_000);

    expect(held(of, "abcd")).toBe("bcd");
  });

  test("keeps to its bytes", () => {
    const { cache: of } = cache();
    of.set("a", "a", 60, 1_000);
    of.set("b", "b", 60, 1_000);
    of.set("c", "c", 101, 1_000);

    expect(held(of, "abc")).toBe("b");
    expect(of.size).toBe(60);
    of.delete("b");
    of.delete("b");
    expect(of.size).toBe(0);
  });
});
