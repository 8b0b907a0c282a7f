import { Timestamp } from "../core/model/timestamp.ts";

/** Cancels what was scheduled; harmless afterwards. */
export type Cancel = () => void;

/** The one source of time: what the rest of the server is given instead of Date and setTimeout. */
export interface Clock {
  /** Wall clock, ms since 1970. Decides what is resolved, silenced, muted. May step. */
  now(): number;
  /** ms on a clock that only goes forward. Decides when timers fire. */
  elapsed(): number;
  /** `now` with the process's zone, for times that are shown. */
  timestamp(): Timestamp;
  /** Runs `action` once, `delay` ms from now or later, never earlier. */
  schedule(delay: number, action: () => void): Cancel;
}

// A longer setTimeout fires at once.
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  timestamp: () => {
    const now = Date.now();
    return new Timestamp(now, 0, -60 * new Date(now).getTimezoneOffset());
  },
  schedule(delay, action) {
    if (delay <= 0) {
      // A timer of 0 ms fires a millisecond later.
      const immediate = setImmediate(action);
      return () => clearImmediate(immediate);
    }
    const due = performance.now() + delay;
    let timer: ReturnType<typeof setTimeout>;
    const arm = () => {
      // Rounded up, and looked at again on waking: a timer may fire up to a millisecond early.
      const rest = Math.ceil(due - performance.now());
      if (rest <= 0) action();
      else timer = setTimeout(arm, Math.min(rest, LONGEST_TIMER));
    };
    timer = setTimeout(arm, Math.min(Math.ceil(delay), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delay` ms, or as soon as the signal ends. */
export function pause(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.schedule(delay, done);
    signal.addEventListener("abort", done);
  });
}
