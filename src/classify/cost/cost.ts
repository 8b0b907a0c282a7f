import type { LLMUsage } from "../../core/interfaces/classification.ts";
import type { Price } from "./prices.ts";

const MILLION = 1e6;

/** What a call cost, USD; undefined where the price is not known. */
export function costOf(usage: LLMUsage, price: Price): number;
export function costOf(usage: LLMUsage, price: Price | undefined): number | undefined;
export function costOf(usage: LLMUsage, price: Price | undefined): number | undefined {
  if (price === undefined) return undefined;
  const { tokensIn, tokensOut, cacheRead = 0, cacheWrite = 0 } = usage;
  const plain = Math.max(0, tokensIn - cacheRead - cacheWrite);
  return (
    (plain * price.in +
      cacheRead * (price.cache_read ?? price.in) +
      cacheWrite * (price.cache_write ?? price.in) +
      tokensOut * price.out) /
    MILLION
  );
}

// Texts of tokenizers in use come to three to four bytes a token; of what is not English to less. What a protocol adds
// around the text is some dozens.
const BYTES_PER_TOKEN = 2.5;
const AROUND = 100;

/** How many tokens a text is at most, near enough to keep a budget. */
export function tokensAtMost(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN) + AROUND;
}
