import { pause, type Clock } from "../dispatch/clock.ts";

/** How often and how fast to try again what may succeed later. */
export interface RetryPolicy {
  /** All in all, the first one included. */
  readonly attempts: number;
  /** ms; the longest wait before the second attempt. It doubles with each further one, */
  readonly initial: number;
  /** ms; up to this. */
  readonly max: number;
}

/** What an attempt came to, as far as trying again goes. */
export interface Attempted {
  readonly retry: boolean;
  /** The next attempt waits at least this long, ms. */
  readonly retryAfter?: number;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** On the clock's `elapsed`, ms: no attempt begins at or after it, and none is waited for that would. */
  readonly deadline: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Runs `attempt` until its result is not worth another try, attempts run out or the deadline comes before the next one; gives
 * the last result. Waits are drawn evenly from zero to a bound that doubles (full jitter), so that many who fail together
 * do not come back together.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function withRetry<T>(
  attempt: (number: number) => Promise<T>,
  judge: (result: T) => Attempted,
  options: RetryOptions,
): Promise<T> {
  const { policy, clock, random, deadline, signal } = options;
  for (let number = 1; ; number++) {
    const result = await attempt(number);
    const { retry, retryAfter = 0 } = judge(result);
    if (!retry || number >= policy.attempts || signal.aborted) return result;
    const bound = Math.min(policy.max, policy.initial * 2 ** (number - 1));
    const wait = Math.max(retryAfter, random() * bound);
    if (clock.elapsed() + wait >= deadline) return result;
    await pause(clock, wait, signal);
    if (signal.aborted) return result;
  }
}
