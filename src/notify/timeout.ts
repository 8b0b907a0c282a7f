import { formatGoDuration } from "../core/model/duration.ts";
import { TimeoutCause } from "./http.ts";

/**
 * Runs a request that may take a receiver's `timeout` (spec §10.1).
 *
 * @param name the receiver's name in the error
 * @param timeout ms; 0 for as long as the flush may take
 */
export async function withTimeout<T>(
  name: string,
  timeout: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeout <= 0) return run(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new TimeoutCause(`configured ${name} timeout reached (${formatGoDuration(timeout)})`));
  }, timeout);
  try {
    return await run(AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}
