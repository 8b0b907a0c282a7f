import type { CacheStorage } from "../core/interfaces/cache.ts";
import type { Clock } from "../dispatch/clock.ts";

export interface MemoryCacheOptions {
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

/** A cache in this process: what was not used for longest makes room. */
export function createMemoryCache({ maxEntries, maxBytes, clock }: MemoryCacheOptions): CacheStorage {
  // In the order of their last use.
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function remove(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.expiresAt <= clock.elapsed()) {
        remove(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },

    async set(key, value, ttl) {
      remove(key);
      const size = 2 * (key.length + value.length);
      if (ttl <= 0 || size > maxBytes) return;
      entries.set(key, { value, expiresAt: clock.elapsed() + ttl, bytes: size });
      bytes += size;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && bytes <= maxBytes) break;
        remove(oldest);
      }
    },

    async delete(key) {
      remove(key);
    },
  };
}
