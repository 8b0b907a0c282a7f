import type { CacheStorage } from "../core/interfaces/cache.ts";
import { CacheEntries, type CacheLimits } from "./cache-entries.ts";

/** An in-memory twin of the caches, for tests of what is built on them. */
export function createMemoryCache(limits: CacheLimits): CacheStorage {
  const entries = new CacheEntries(limits);
  return {
    async get(key) {
      return entries.get(key);
    },
    async set(key, value, ttl) {
      entries.set(key, value, ttl);
    },
    async delete(key) {
      entries.delete(key);
    },
  };
}
