import type { Clock } from "../../dispatch/clock.ts";

/** How often an address may show what proves nothing, one after another; */
const BURST = 10;
/** then once in so many ms. */
const INTERVAL = 6000;

/** Addresses remembered; beyond that the one that failed first is let off. */
const MOST_ADDRESSES = 1000;

/** How often each address has failed lately to prove who it is. Whoever succeeds is never kept waiting by others behind the same proxy. */
export class Failures {
  readonly #clock: Clock;
  /** When the address has all of its chances again, ms on the forward-only clock. */
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one more. @returns ms until it makes sense to try again, where there are too many */
  count(address: string): number | undefined {
    const now = this.#clock.elapsed();
    const fullAt = Math.max(now, this.#fullAt.get(address) ?? 0);
    const excess = fullAt + INTERVAL - (now + BURST * INTERVAL);
    if (excess > 0) return excess;
    this.#fullAt.delete(address);
    this.#fullAt.set(address, fullAt + INTERVAL);
    if (this.#fullAt.size > MOST_ADDRESSES) this.#fullAt.delete(this.#fullAt.keys().next().value as string);
    return undefined;
  }
}
