/** A bucket of `burst` tokens, full at first, one more every `interval` ms. */
export class RateLimiter {
  readonly #interval: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  /**
   * @param interval ms; at 0 and below there is no limit, whatever the burst
   * @param now ms on a clock that only goes forward
   */
  constructor(interval: number, burst: number, now: () => number = () => performance.now()) {
    this.#interval = interval;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#at = now();
  }

  /** Takes a token if there is one. */
  allow(): boolean {
    if (this.#interval <= 0) return true;
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#interval);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
