/** Ends a turn; harmless afterwards. */
export type EndTurn = () => void;

/** Lets so many be at it at the same time, and so many wait for their turn, first come first served. */
export class Turns {
  readonly #most: number;
  readonly #mostWaiting: number;
  #busy = 0;
  readonly #waiting = new Set<() => void>();

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when it is one's turn; with undefined at once where too many wait, and when the signal ends before. */
  take(signal: AbortSignal): Promise<EndTurn | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    if (this.#busy < this.#most) return Promise.resolve(this.#begin());
    if (this.#waiting.size >= this.#mostWaiting) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const begin = () => {
        signal.removeEventListener("abort", giveUp);
        resolve(this.#begin());
      };
      const giveUp = () => {
        this.#waiting.delete(begin);
        resolve(undefined);
      };
      this.#waiting.add(begin);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  #begin(): EndTurn {
    this.#busy++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#busy--;
      const [next] = this.#waiting;
      if (next === undefined) return;
      this.#waiting.delete(next);
      next();
    };
  }
}
