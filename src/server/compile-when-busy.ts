import type { Cancel, Clock } from "../dispatch/clock.ts";

/** How often it is looked at, ms. */
const INTERVAL = 1_000;

/**
 * Has code compiled to machine code as usual once there are alerts. The executable starts with ten times the usual patience
 * (scripts/build): what runs once at the start is not worth compiling, and a server that is only probed needs 3 MB less.
 *
 * @param count how many alerts there have been
 */
export function compileWhenBusy(clock: Clock, count: () => number): Cancel {
  let cancel: Cancel = () => undefined;
  const look = () => {
    if (count() > 0) Bun.unsafe.setJITPolicy(1);
    else cancel = clock.schedule(INTERVAL, look);
  };
  look();
  return () => cancel();
}
