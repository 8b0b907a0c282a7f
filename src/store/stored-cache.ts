import type { CacheStorage } from "../core/interfaces/cache.ts";
import type { CachedRow, Storage } from "../core/interfaces/storage.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import { CacheEntries, type CacheLimits } from "./cache-entries.ts";

export interface StoredCacheOptions extends CacheLimits {
  readonly clock: Clock;
  /** This server's own: what servers share is not for this. */
  readonly storage: Pick<Storage, "commit">;
  /** What was in it at the start. */
  readonly rows: readonly CachedRow[];
}

export interface StoredCache extends CacheStorage {
  /** Stores what has not been stored yet, if the store takes it now. Before the store is closed. */
  close(): Promise<void>;
}

/** What is set is stored so long after, together with all that was set meanwhile, ms; after a failure, later. */
const DELAY = { usual: 1000, failed: 10_000 };

/**
 * A cache in this process that outlives it: everything is served from memory, and stored a moment later. Nobody waits for
 * the store; what it does not take is tried again, and lost if the process ends before. Where servers share a cache, this
 * one goes in front of it.
 */
export function createStoredCache({ storage, rows, clock, ...limits }: StoredCacheOptions): StoredCache {
  const entries = new CacheEntries({ ...limits, clock });
  /** Keys in the store. */
  const stored = new Set<string>();
  /** Keys whose value the store does not have yet. */
  let unstored = new Set<string>();
  let timer: Cancel | undefined;
  let storing: Promise<void> | undefined;
  let closing = false;

  // What was set first expires first, more or less, and so makes room first.
  for (const { key, value, expiresAt } of rows.toSorted((a, b) => a.expiresAt - b.expiresAt)) {
    entries.set(key, value, expiresAt - clock.now());
    stored.add(key);
  }
  if (gone().length > 0) storeLater();

  function gone(): string[] {
    return [...stored].filter((key) => entries.peek(key) === undefined);
  }

  function storeLater(delay = DELAY.usual): void {
    if (closing) return;
    timer ??= clock.schedule(delay, () => {
      timer = undefined;
      void store();
    });
  }

  function store(): Promise<void> {
    storing ??= storeNow().finally(() => {
      storing = undefined;
    });
    return storing;
  }

  async function storeNow(): Promise<void> {
    entries.sweep();
    const keys = unstored;
    unstored = new Set();
    const cached = [...keys].flatMap((key): CachedRow[] => {
      const entry = entries.peek(key);
      return entry === undefined ? [] : [{ key, value: entry.value, expiresAt: Math.ceil(clock.now() + entry.ttl) }];
    });
    const deletedCached = gone();
    if (cached.length + deletedCached.length === 0) return;
    try {
      await storage.commit({ cached, deletedCached });
      for (const key of deletedCached) stored.delete(key);
      for (const { key } of cached) stored.add(key);
      if (unstored.size > 0 || gone().length > 0) storeLater();
    } catch {
      for (const { key } of cached) unstored.add(key);
      storeLater(DELAY.failed);
    }
  }

  return {
    async get(key) {
      return entries.get(key);
    },
    async set(key, value, ttl) {
      entries.set(key, value, ttl);
      unstored.add(key);
      storeLater();
    },
    async delete(key) {
      entries.delete(key);
      unstored.delete(key);
      if (stored.has(key)) storeLater();
    },
    async close() {
      closing = true;
      timer?.();
      await storing;
      await store();
    },
  };
}
