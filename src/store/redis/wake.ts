import type { Cancel, Clock } from "../../dispatch/clock.ts";

/** What tells the others that something has changed, so that they need not find out by looking. */
export class Wake {
  readonly #send: () => Promise<unknown>;
  readonly #clock: Pick<Clock, "schedule">;
  #sending = false;
  #again = false;
  #cancelHeard: Cancel | undefined;
  readonly #listeners = new Set<() => void>();

  /** @param send tells the others; may reject */
  constructor(clock: Pick<Clock, "schedule">, send: () => Promise<unknown>) {
    this.#clock = clock;
    this.#send = send;
  }

  /** However often it is called while one message is on its way, one more follows it. */
  tell(): void {
    if (this.#sending) {
      this.#again = true;
      return;
    }
    this.#sending = true;
    this.#again = false;
    this.#send()
      .catch(() => undefined)
      .finally(() => {
        this.#sending = false;
        if (this.#again) this.tell();
      });
  }

  /** Calls the listeners once for all that is heard in one turn. */
  heard(): void {
    this.#cancelHeard ??= this.#clock.schedule(0, () => {
      this.#cancelHeard = undefined;
      for (const listener of this.#listeners) listener();
    });
  }

  /** @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#cancelHeard?.();
    this.#listeners.clear();
  }
}
