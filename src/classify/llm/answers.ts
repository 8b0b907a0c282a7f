import type { CacheStorage } from "../../core/interfaces/cache.ts";
import type { Verdict } from "../../core/model/classification.ts";
import type { Clock } from "../../dispatch/clock.ts";
import { BoundedCache, type CacheBounds } from "../cache.ts";
import { answerOf, checkVerdict } from "./answer.ts";

export interface AnswersConfig extends CacheBounds {
  /** ms */
  readonly ttl: number;
  /** ms */
  readonly failure_ttl: number;
}

// What an entry takes beside its text.
const OVERHEAD = 400;

/** What is known by the kind of an alert: answers, also in a cache that outlives or is shared by processes, and failures, in memory. */
export class Answers<F> {
  readonly #config: AnswersConfig;
  readonly #memory: BoundedCache<Verdict | { readonly failure: F }>;
  readonly #storage: CacheStorage | undefined;

  constructor(config: AnswersConfig, clock: Clock, storage: CacheStorage | undefined) {
    this.#config = config;
    this.#memory = new BoundedCache(config, clock);
    this.#storage = storage;
  }

  /** What is known in memory. */
  get(key: string): Verdict | { readonly failure: F } | undefined {
    return this.#memory.get(key);
  }

  /** The answer in the storage: checked like one from a model, as others may write there. */
  async read(key: string): Promise<Verdict | undefined> {
    const text = await this.#storage?.get(nameOf(key));
    if (text === undefined) return undefined;
    const verdict = parse(text);
    if (verdict !== undefined) this.#keep(key, verdict, text);
    return verdict;
  }

  set(key: string, verdict: Verdict): void {
    const text = JSON.stringify({ ...answerOf(verdict), model: verdict.model });
    this.#keep(key, verdict, text);
    void this.#storage?.set(nameOf(key), text, this.#config.ttl);
  }

  fail(key: string, failure: F): void {
    this.#memory.set(key, { failure }, OVERHEAD, this.#config.failure_ttl);
  }

  #keep(key: string, verdict: Verdict, text: string): void {
    // Of a known answer nothing is spent.
    const { tokens: _, costUsd: __, ...kept } = verdict;
    this.#memory.set(key, { ...kept, tokens: 0, costUsd: 0 }, OVERHEAD + 2 * text.length, this.#config.ttl);
  }
}

function nameOf(key: string): string {
  return `llm-answer:${key}`;
}

function parse(text: string): Verdict | undefined {
  try {
    const { model, ...answer } = JSON.parse(text) as Record<string, unknown>;
    const checked = checkVerdict(answer);
    return checked.ok && typeof model === "string" ? { ...checked.verdict, model, tokens: 0, costUsd: 0 } : undefined;
  } catch {
    return undefined;
  }
}
