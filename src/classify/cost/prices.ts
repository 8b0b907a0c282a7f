/** What a model costs, in USD per million tokens. */
export interface Price {
  readonly in: number;
  readonly out: number;
  /** Tokens in that the endpoint had in its prompt cache; without it they cost what others do. */
  readonly cache_read?: number;
  /** Tokens in that it put there. */
  readonly cache_write?: number;
}

/** When the table was last compared with the providers' price pages: prices change, and `llm.prices` overrides them. */
export const PRICES_AS_OF = "2026-06-21";

/** List prices for plain requests, without batches, priority or long-context surcharges. */
export const PRICES: Readonly<Record<string, Price>> = {
  // https://openai.com/api/pricing
  "gpt-5.4": { in: 2.5, out: 15, cache_read: 0.25 },
  "gpt-5.1": { in: 1.25, out: 10, cache_read: 0.125 },
  "gpt-5": { in: 1.25, out: 10, cache_read: 0.125 },
  "gpt-5-mini": { in: 0.25, out: 2, cache_read: 0.025 },
  "gpt-5-nano": { in: 0.05, out: 0.4, cache_read: 0.005 },
  "gpt-4.1": { in: 2, out: 8, cache_read: 0.5 },
  "gpt-4.1-mini": { in: 0.4, out: 1.6, cache_read: 0.1 },
  "gpt-4.1-nano": { in: 0.1, out: 0.4, cache_read: 0.025 },
  "gpt-4o": { in: 2.5, out: 10, cache_read: 1.25 },
  "gpt-4o-mini": { in: 0.15, out: 0.6, cache_read: 0.075 },
  o3: { in: 2, out: 8, cache_read: 0.5 },
  "o3-mini": { in: 1.1, out: 4.4, cache_read: 0.55 },
  "o4-mini": { in: 1.1, out: 4.4, cache_read: 0.275 },
  // https://docs.anthropic.com/en/docs/about-claude/pricing
  "claude-opus-4-6": { in: 5, out: 25, cache_read: 0.5, cache_write: 6.25 },
  "claude-opus-4-5": { in: 5, out: 25, cache_read: 0.5, cache_write: 6.25 },
  "claude-opus-4-1": { in: 15, out: 75, cache_read: 1.5, cache_write: 18.75 },
  "claude-opus-4": { in: 15, out: 75, cache_read: 1.5, cache_write: 18.75 },
  "claude-sonnet-4-6": { in: 3, out: 15, cache_read: 0.3, cache_write: 3.75 },
  "claude-sonnet-4-5": { in: 3, out: 15, cache_read: 0.3, cache_write: 3.75 },
  "claude-sonnet-4": { in: 3, out: 15, cache_read: 0.3, cache_write: 3.75 },
  "claude-haiku-4-5": { in: 1, out: 5, cache_read: 0.1, cache_write: 1.25 },
  "claude-3-5-haiku": { in: 0.8, out: 4, cache_read: 0.08, cache_write: 1 },
};

// A date, or `latest`, after a model's name says which edition of it: gpt-5-mini-2025-08-07, claude-haiku-4-5-20251001.
const EDITION = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/;

/**
 * The price of a model by its name, or by its name without the edition; undefined where neither is known.
 *
 * @param own prices by model, asked first
 */
export function priceOf(model: string, own: ReadonlyMap<string, Price>): Price | undefined {
  const name = model.replace(EDITION, "");
  return own.get(model) ?? own.get(name) ?? listed(model) ?? listed(name);
}

function listed(model: string): Price | undefined {
  return Object.hasOwn(PRICES, model) ? PRICES[model] : undefined;
}
