import type { Cancel, Clock } from "../dispatch/clock.ts";

/** This many new alerts, or events kept, leave enough behind for a full collection, which takes some 20 ms at 50,000 alerts. */
const WORTH_IT = 5_000;
/** How often it is looked at, ms. */
const INTERVAL = 1_000;

/**
 * Gives memory back after a storm of new alerts: what decoding and storing them left behind would otherwise stay until
 * the heap has doubled. Waits for a second in which none is added, of each by itself.
 *
 * @param counts how many alerts have been new so far, or were stored before; how many events have been kept
 */
export function trimMemory(clock: Clock, counts: readonly (() => number)[]): Cancel {
  const seen = counts.map((count) => ({ count, trimmedAt: 0, before: 0 }));
  let cancel: Cancel;
  const look = () => {
    let isWorthIt = false;
    for (const one of seen) {
      const now = one.count();
      if (now === one.before && now - one.trimmedAt >= WORTH_IT) {
        isWorthIt = true;
        one.trimmedAt = now;
      }
      one.before = now;
    }
    if (isWorthIt) Bun.gc(true);
    cancel = clock.schedule(INTERVAL, look);
  };
  cancel = clock.schedule(INTERVAL, look);
  return () => cancel();
}
