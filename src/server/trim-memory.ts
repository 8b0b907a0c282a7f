import type { Cancel, Clock } from "../dispatch/clock.ts";

/** This many new alerts leave enough behind to be worth a full collection, which takes some 20 ms at 50,000 alerts. */
const WORTH_IT = 5_000;
/** How often it is looked at, ms. */
const INTERVAL = 1_000;

/**
 * Gives memory back after a storm of new alerts: what decoding and storing them left behind would otherwise stay until
 * the heap has doubled. Waits for a second in which no alert is new.
 *
 * @param count how many alerts have been new so far, or were stored before
 */
export function trimMemory(clock: Clock, count: () => number): Cancel {
  let trimmedAt = 0;
  let before = 0;
  let cancel: Cancel;
  const look = () => {
    const now = count();
    if (now === before && now - trimmedAt >= WORTH_IT) {
      Bun.gc(true);
      trimmedAt = now;
    }
    before = now;
    cancel = clock.schedule(INTERVAL, look);
  };
  cancel = clock.schedule(INTERVAL, look);
  return () => cancel();
}
