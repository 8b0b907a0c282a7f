import { describe, expect, test } from "bun:test";
import { ManualClock } from "../../dispatch/manual-clock.ts";
import { createMemoryCache } from "../../store/memory-cache.ts";
import { Budget } from "./budget.ts";
import { createSpendStore, noSpendStore } from "./spend.ts";

const limits = { requests_per_minute: 3, usd_per_day: 1 };
const DAY = 86_400_000;

describe("the budget of a minute", () => {
  test("is used up by calls that began within the last 60 s", async () => {
    const clock = new ManualClock();
    const budget = new Budget(limits, clock, noSpendStore);
    budget.reserve(0);
    await clock.advance(30_000);
    budget.reserve(0).settle(0);
    budget.reserve(0).settle(0);
    expect(budget.over(0)).toBe("requests_per_minute");
    expect(budget.remainingRequests()).toBe(0);

    await clock.advance(30_000);

    expect(budget.over(0)).toBeUndefined();
    expect(budget.remainingRequests()).toBe(1);
    budget.reserve(0);
    expect(budget.over(0)).toBe("requests_per_minute");
  });
});

describe("the budget of a day", () => {
  test("keeps room for the most a call may cost, and counts what it did cost", () => {
    const budget = new Budget(limits, new ManualClock(), noSpendStore);
    const call = budget.reserve(0.7);
    expect(budget.over(0.4)).toBe("usd_per_day");
    expect(budget.remainingUsd()).toBeCloseTo(0.3, 10);

    call.settle(0.2);
    call.settle(0.2);

    expect(budget.over(0.4)).toBeUndefined();
    expect(budget.remainingUsd()).toBeCloseTo(0.8, 10);
    expect(budget.spentUsd()).toBeCloseTo(0.2, 10);
  });

  test("never stops a call of unknown price", () => {
    const budget = new Budget({ ...limits, usd_per_day: 0 }, new ManualClock(), noSpendStore);
    expect(budget.over(0)).toBeUndefined();
    expect(budget.over(0.001)).toBe("usd_per_day");
  });

  test("is new at midnight UTC", async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 5, 23, 59, 59));
    const budget = new Budget(limits, clock, noSpendStore);
    const late = budget.reserve(0.5);
    budget.reserve(0.5).settle(0.9);
    expect(budget.over(0.2)).toBe("usd_per_day");

    await clock.advance(60_000);
    late.settle(0.5);

    expect(budget.remainingUsd()).toBe(1);
  });

  test("remembers over a restart what was spent", async () => {
    const clock = new ManualClock();
    const storage = createMemoryCache({ maxEntries: 10, maxBytes: 10_000, clock });
    const before = new Budget(limits, clock, createSpendStore(storage, "am-0"));
    await before.load();
    before.reserve(0.7).settle(0.6);
    await clock.advance(1_000);

    const after = new Budget(limits, clock, createSpendStore(storage, "am-0"));
    await after.load();
    expect(after.spentUsd()).toBeCloseTo(0.6, 10);
    const other = new Budget(limits, clock, createSpendStore(storage, "am-1"));
    await other.load();
    expect(other.spentUsd()).toBe(0);

    await clock.advance(DAY);
    expect(after.spentUsd()).toBe(0);
  });

  test("goes on where what keeps it holds nonsense", async () => {
    const storage = createMemoryCache({ maxEntries: 10, maxBytes: 10_000, clock: new ManualClock() });
    await storage.set("llm-spend:am-0:2026-01-05", "-3 dollars", DAY);

    expect(await createSpendStore(storage, "am-0").read("2026-01-05")).toBe(0);
  });
});
