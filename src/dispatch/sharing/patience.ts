import type { SharedClock } from "./shared-clock.ts";

/** The database counts as away after so many failures in a row, over so many ms. */
const ENOUGH = { failures: 2, time: 1500 };
/** Commits in a row that may fail while looks succeed. */
const MOST_FAILED_COMMITS = 10;
/** ms until the next look at a database that failed. */
export const SOON = ENOUGH.time / 5;

/** Judges from what fails whether the database is away. */
export class Patience {
  readonly #clock: Pick<SharedClock, "elapsed">;
  #failures = 0;
  #failingSince = 0;
  /** Commits that failed in a row, whatever else works. */
  #commitFailures = 0;

  constructor(clock: Pick<SharedClock, "elapsed">) {
    this.#clock = clock;
  }

  /** Whether the last thing the database was asked for failed. */
  get isTried(): boolean {
    return this.#failures > 0;
  }

  /** Something failed; whether that was enough. */
  failed(): boolean {
    const now = this.#clock.elapsed();
    if (this.#failures++ === 0) this.#failingSince = now;
    return this.#failures >= ENOUGH.failures && now - this.#failingSince >= ENOUGH.time;
  }

  answered(): void {
    this.#failures = 0;
  }

  /** A commit failed; whether that was one too many, whatever else works. */
  commitFailed(): boolean {
    return ++this.#commitFailures >= MOST_FAILED_COMMITS;
  }

  committed(): void {
    this.#commitFailures = 0;
  }
}
