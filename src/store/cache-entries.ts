import type { Clock } from "../dispatch/clock.ts";

export interface CacheLimits {
  readonly maxEntries: number;
  /** Of keys and values together; a character takes two at most. */
  readonly maxBytes: number;
  readonly clock: Pick<Clock, "elapsed">;
}

interface Entry {
  readonly value: string;
  /** On the clock that only goes forward, ms. */
  readonly expiresAt: number;
  readonly bytes: number;
}

/** What a cache in this process holds: what was not used for longest makes room. */
export class CacheEntries {
  readonly #limits: CacheLimits;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#left(entry) <= 0) {
      this.delete(key);
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @param ttl ms; without any the key is removed */
  set(key: string, value: string, ttl: number): void {
    this.delete(key);
    const { maxEntries, maxBytes, clock } = this.#limits;
    const bytes = 2 * (key.length + value.length);
    if (ttl <= 0 || bytes > maxBytes) return;
    this.#entries.set(key, { value, expiresAt: clock.elapsed() + ttl, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  /** What is there, without counting as its use, and how long it still counts, ms. */
  peek(key: string): { readonly value: string; readonly ttl: number } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const ttl = this.#left(entry);
    return ttl <= 0 ? undefined : { value: entry.value, ttl };
  }

  /** Removes what has expired. */
  sweep(): void {
    for (const [key, entry] of this.#entries) if (this.#left(entry) <= 0) this.delete(key);
  }

  #left({ expiresAt }: Entry): number {
    return expiresAt - this.#limits.clock.elapsed();
  }
}
