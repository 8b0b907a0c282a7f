import type { Cancel, Clock } from "../dispatch/clock.ts";

/** Runs `action` every `interval` ms, the first time one interval from now. */
export function every(clock: Clock, interval: number, action: () => void): Cancel {
  let cancel: Cancel;
  const next = (): void => {
    cancel = clock.schedule(interval, () => {
      next();
      action();
    });
  };
  next();
  return () => cancel();
}
