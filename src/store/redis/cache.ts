import type { CacheStorage } from "../../core/interfaces/cache.ts";

/** Bytes of a value that is shared, at most; a longer one stays in this process. */
const MAX_VALUE = 256 * 1024;

/**
 * A cache shared with the other servers behind one of this process. Without Redis it is that of this process alone; what was
 * deleted meanwhile may then come back from Redis, until its end.
 *
 * @param ask a command for Redis; may reject
 */
export function createRedisCache(
  memory: CacheStorage,
  prefix: string,
  ask: (args: readonly string[]) => Promise<unknown>,
): CacheStorage {
  const name = (key: string) => `${prefix}cache:${key}`;
  return {
    async get(key) {
      const held = await memory.get(key);
      if (held !== undefined) return held;
      try {
        const [value, left] = await Promise.all([ask(["GET", name(key)]), ask(["PTTL", name(key)])]);
        if (typeof value !== "string") return undefined;
        await memory.set(key, value, Number(left));
        return value;
      } catch {
        return undefined;
      }
    },

    async set(key, value, ttl) {
      await memory.set(key, value, ttl);
      const ms = Math.floor(ttl);
      if (ms < 1 || value.length > MAX_VALUE) return;
      await ask(["SET", name(key), value, "PX", String(ms)]).catch(() => undefined);
    },

    async delete(key) {
      await memory.delete(key);
      await ask(["DEL", name(key)]).catch(() => undefined);
    },
  };
}
