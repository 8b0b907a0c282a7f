import { formatGoDuration } from "../core/model/duration.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";

export interface SettleOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Time between two looks, ms. */
  readonly interval: number;
  /** Longest time to wait, ms; 0 waits for nothing. */
  readonly timeout: number;
  /** How many members there are now. */
  readonly count: () => number;
}

/** Looks in a row that have to find as many members as the one before. */
const OKAY_REQUIRED = 3;

/** Waits until the number of members stays the same, or for long enough (spec §11). */
export class Settling {
  readonly settled: Promise<void>;
  #done = false;
  #resolve: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #giveUp: () => void = () => undefined;

  constructor() {
    this.settled = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get done(): boolean {
    return this.#done;
  }

  start({ clock, log, interval, timeout, count }: SettleOptions): void {
    log.info("Waiting for gossip to settle...", { interval: formatGoDuration(interval) });
    const start = clock.elapsed();
    const elapsed = () => formatGoDuration(clock.elapsed() - start);
    let [members, okay, polls] = [0, 0, 0];
    this.#giveUp = () => {
      log.info("gossip not settled but continuing anyway", { polls, elapsed: elapsed() });
      this.#finish();
    };
    if (timeout <= 0) {
      this.stop();
      return;
    }
    const look = () => {
      if (okay >= OKAY_REQUIRED) {
        log.info("gossip settled; proceeding", { elapsed: elapsed() });
        this.#finish();
        return;
      }
      const now = count();
      if (now === members) {
        okay++;
        log.debug("gossip looks settled", { elapsed: elapsed() });
      } else {
        okay = 0;
        log.info("gossip not settled", { polls, before: members, now, elapsed: elapsed() });
      }
      members = now;
      polls++;
      next = clock.schedule(interval, look);
    };
    // Asked for first: at the same moment, the time that has run out comes before another look.
    const end = clock.schedule(timeout, () => this.stop());
    let next = clock.schedule(interval, look);
    this.#cancel = () => {
      end();
      next();
    };
  }

  /** Waits no more. */
  stop(): void {
    if (!this.#done) this.#giveUp();
    this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.#cancel();
    this.#resolve();
  }
}
