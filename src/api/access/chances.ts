import type { Clock } from "../../dispatch/clock.ts";

/** How often one after another; */
const BURST = 10;
/** then once in so many ms. */
const INTERVAL = 6000;

/** How many are remembered; beyond that the one that tried first is let off. */
const MOST = 1000;

/** How often somebody may try what costs something: to show a token that is none, to log in. */
export class Chances {
  readonly #clock: Clock;
  /** When they have all of their chances again, ms on the forward-only clock. */
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one. @returns ms until there is another one, where there is none left */
  take(who: string): number | undefined {
    const now = this.#clock.elapsed();
    const fullAt = Math.max(now, this.#fullAt.get(who) ?? 0);
    const excess = fullAt + INTERVAL - (now + BURST * INTERVAL);
    if (excess > 0) return excess;
    this.#fullAt.delete(who);
    this.#fullAt.set(who, fullAt + INTERVAL);
    if (this.#fullAt.size > MOST) this.#fullAt.delete(this.#fullAt.keys().next().value as string);
    return undefined;
  }
}
