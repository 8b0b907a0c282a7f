import { describe, expect, test } from "bun:test";
import { costOf, tokensAtMost } from "./cost.ts";
import { priceOf, PRICES, PRICES_AS_OF } from "./prices.ts";

const none = new Map<string, never>();

describe("the price of a model", () => {
  test("is found by its name, with or without the edition", () => {
    const mini = { in: 0.25, out: 2, cache_read: 0.025 };
    expect(priceOf("gpt-5-mini", none)).toEqual(mini);
    expect(priceOf("gpt-5-mini-2025-08-07", none)).toEqual(mini);
    expect(priceOf("claude-3-5-haiku-latest", none)).toEqual({ in: 0.8, out: 4, cache_read: 0.08, cache_write: 1 });
    expect(priceOf("claude-haiku-4-5-20251001", none)).toEqual(PRICES["claude-haiku-4-5"]);
  });

  test("is what the settings say, where they say it", () => {
    const own = new Map([
      ["gpt-5-mini", { in: 1, out: 2 }],
      ["llama", { in: 0, out: 0 }],
    ]);
    expect(priceOf("gpt-5-mini-2025-08-07", own)).toEqual({ in: 1, out: 2 });
    expect(priceOf("llama", own)).toEqual({ in: 0, out: 0 });
  });

  test("is not guessed", () => {
    expect(priceOf("gpt-5-mini-tuned", none)).toBeUndefined();
    expect(priceOf("constructor", none)).toBeUndefined();
  });

  test("has a date", () => {
    expect(PRICES_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
});

describe("the cost of a call", () => {
  test("counts tokens in and out at their prices", () => {
    expect(costOf({ tokensIn: 1_000_000, tokensOut: 0 }, { in: 0.25, out: 2 })).toBe(0.25);
    expect(costOf({ tokensIn: 1_000, tokensOut: 100 }, { in: 0.25, out: 2 })).toBeCloseTo(0.00045, 10);
  });

  test("counts tokens of the prompt cache at theirs", () => {
    const usage = { tokensIn: 1_000_000, tokensOut: 0, cacheRead: 600_000, cacheWrite: 300_000 };
    expect(costOf(usage, { in: 1, out: 5, cache_read: 0.1, cache_write: 1.25 })).toBeCloseTo(0.1 + 0.06 + 0.375, 10);
    expect(costOf(usage, { in: 1, out: 5 })).toBe(1);
  });

  test("is not known without a price", () => {
    expect(costOf({ tokensIn: 10, tokensOut: 10 }, undefined)).toBeUndefined();
  });
});

test("the tokens of a text are not guessed too low", () => {
  expect(tokensAtMost("The filesystem on /dev/sda1 fills up.")).toBeGreaterThan(10);
  expect(tokensAtMost("磁盘".repeat(100))).toBeGreaterThan(200);
});
