/** Waits `ms` of real time. Only black-box tests may: what they watch runs on its own clock. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Asks `probe` again every `everyMs` until it gives something other than undefined or false, and gives that. A probe
 * that throws counts as "not yet". After `withinMs` it throws with `what` and the last error.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 40_000, everyMs = 20 } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(
        `not within ${withinMs} ms: ${what}${last === undefined ? "" : ` (last error: ${String(last)})`}`,
      );
    }
    await pause(everyMs);
  }
}

/** Gives what `work` gives, or throws after `withinMs` naming `what`. */
export async function within<T>(withinMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${withinMs} ms: ${what}`)), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
