import type { CacheStorage } from "../../core/interfaces/cache.ts";

/** Keeps what was spent on a UTC day, USD, over a restart. */
export interface SpendStore {
  /** 0 where nothing is known. Never rejects. */
  read(day: string): Promise<number>;
  /** Returns at once; of several in a row the last one counts. */
  write(day: string, usd: number): void;
}

/** Forgets at the end of the process. */
export const noSpendStore: SpendStore = { read: () => Promise.resolve(0), write: () => {} };

const TWO_DAYS = 2 * 86_400_000;

/**
 * Keeps it in a cache. One write is under way at a time.
 *
 * @param owner whose spending it is: replicas that share a cache each keep to their own budget
 */
export function createSpendStore(storage: CacheStorage, owner: string): SpendStore {
  const key = (day: string) => `llm-spend:${owner}:${day}`;
  let waiting: { readonly day: string; readonly usd: number } | undefined;
  let busy = false;

  async function drain(): Promise<void> {
    busy = true;
    while (waiting !== undefined) {
      const { day, usd } = waiting;
      waiting = undefined;
      await storage.set(key(day), usd.toFixed(6), TWO_DAYS);
    }
    busy = false;
  }

  return {
    async read(day) {
      const text = await storage.get(key(day));
      const usd = Number(text);
      return Number.isFinite(usd) && usd > 0 ? usd : 0;
    },
    write(day, usd) {
      waiting = { day, usd };
      if (!busy) void drain();
    },
  };
}
