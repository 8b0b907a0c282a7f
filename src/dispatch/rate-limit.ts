/** How often a receiver may be notified: one flush of a group each `every` ms, and `burst` of them at once. */
export interface RateLimit {
  readonly every: number;
  readonly burst: number;
}

/** Holds the flushes of each receiver to its rate over all servers that share the groups. */
export interface SharedLimiter {
  /** 0: the group may send now, and that is counted; else how long its place is away, ms. Never rejects. */
  take(receiver: string, group: string): Promise<number>;
}

interface State {
  readonly limit: RateLimit;
  /** When the next place after all those given away begins, ms. */
  next: number;
  /** Places given to groups that wait for them, by the group's ID. */
  readonly places: Map<string, number>;
}

/**
 * Holds the flushes of each receiver to its rate. A group over the limit gets a place in the future and is flushed again
 * then, so that what is sent is always its newest state.
 */
export class RateLimiter {
  readonly #states: ReadonlyMap<string, State>;

  /** @param limits by receiver; the others are not limited */
  constructor(limits: ReadonlyMap<string, RateLimit>) {
    this.#states = new Map(
      [...limits].map(([receiver, limit]) => [receiver, { limit, next: Number.NEGATIVE_INFINITY, places: new Map() }]),
    );
  }

  /**
   * Asks for a group's turn. 0: it may send now, and that is counted; else how long its place is away, ms.
   *
   * @param now ms on a clock that only goes forward
   */
  take(receiver: string, group: string, now: number): number {
    const state = this.#states.get(receiver);
    if (state === undefined) return 0;
    const place = state.places.get(group) ?? this.#give(state, group, now);
    if (place > now) return place - now;
    state.places.delete(group);
    return 0;
  }

  /** Gives up the place of a group that has nothing to send any more. */
  release(receiver: string, group: string): void {
    this.#states.get(receiver)?.places.delete(group);
  }

  #give(state: State, group: string, now: number): number {
    const { every, burst } = state.limit;
    // Unused places are kept for a burst and no longer.
    const place = Math.max(state.next, now - (burst - 1) * every);
    state.next = place + every;
    if (place > now) state.places.set(group, place);
    return place;
  }
}
