import type { Clock } from "../dispatch/clock.ts";

export const BREAKER_STATES = ["closed", "open", "half_open"] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** When to stop calling something that fails, and for how long. */
export interface BreakerConfig {
  /** It opens once this many calls failed within the window, */
  readonly failures: number;
  /** if they are at least this share of the calls in it; above 0, up to 1. */
  readonly failure_rate: number;
  /** ms; rolling, to a tenth of it. */
  readonly window: number;
  /** ms until a single call is let through to see how things are. */
  readonly open_duration: number;
  /** ms; a call that took as long counts as failed, whatever came of it. */
  readonly slow_call: number;
}

/** Told what the breaker sees and does. */
export interface BreakerObserver {
  failed(): void;
  succeeded(): void;
  changed(from: BreakerState, to: BreakerState): void;
}

/** The leave to make one call, to be given back by `record` or `release`. */
export type Permit = number;

const SLICES = 10;

interface Slice {
  number: number;
  calls: number;
  failures: number;
}

/**
 * A circuit breaker: closed, calls go through and are counted; open, none does; half open, one probe does, and its outcome
 * closes or opens it again. What a call that began before the last change of state comes to does not move it.
 */
export class CircuitBreaker {
  readonly #config: BreakerConfig;
  readonly #clock: Clock;
  readonly #observer: BreakerObserver;
  #state: BreakerState = "closed";
  /** Counts changes of state: the permits of another era say nothing about this one. */
  #era = 1;
  #retryAt = 0;
  /** The probe of this half-open era is under way. */
  #probing = false;
  /** Calls of the window by slices of its length, each at its number modulo SLICES. */
  #slices = emptySlices();

  constructor(config: BreakerConfig, clock: Clock, observer: BreakerObserver) {
    this.#config = config;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** As it acts: an open one whose time is over still says open until a call comes. */
  get state(): BreakerState {
    return this.#state;
  }

  /** Whether `acquire` would give a permit. */
  get ready(): boolean {
    if (this.#state === "closed") return true;
    return this.#state === "open" ? this.#clock.elapsed() >= this.#retryAt : !this.#probing;
  }

  /** The permit to call, or undefined where no call is to be made. */
  acquire(): Permit | undefined {
    if (this.#state === "closed") return this.#era;
    if (!this.ready) return undefined;
    if (this.#state === "open") this.#change("half_open");
    this.#probing = true;
    return this.#era;
  }

  /**
   * Tells the outcome of a call.
   * @param took ms
   */
  record(permit: Permit, ok: boolean, took: number): void {
    const good = ok && took < this.#config.slow_call;
    if (good) this.#observer.succeeded();
    else this.#observer.failed();
    if (permit !== this.#era) return;
    if (this.#state === "half_open") {
      this.#change(good ? "closed" : "open");
      return;
    }
    const slice = this.#slice();
    slice.calls++;
    if (good) return;
    slice.failures++;
    if (this.#isTooMuch()) this.#change("open");
  }

  /** Gives a permit back whose call says nothing: it was called off. */
  release(permit: Permit): void {
    if (permit === this.#era) this.#probing = false;
  }

  #change(to: BreakerState): void {
    const from = this.#state;
    this.#state = to;
    this.#era++;
    this.#probing = false;
    if (to === "open") this.#retryAt = this.#clock.elapsed() + this.#config.open_duration;
    if (to === "closed") this.#slices = emptySlices();
    this.#observer.changed(from, to);
  }

  #now(): number {
    return Math.floor((this.#clock.elapsed() * SLICES) / this.#config.window);
  }

  #slice(): Slice {
    const number = this.#now();
    const slice = this.#slices[number % SLICES] as Slice;
    if (slice.number !== number) {
      slice.number = number;
      slice.calls = 0;
      slice.failures = 0;
    }
    return slice;
  }

  #isTooMuch(): boolean {
    const oldest = this.#now() - SLICES + 1;
    let calls = 0;
    let failures = 0;
    for (const slice of this.#slices) {
      if (slice.number < oldest) continue;
      calls += slice.calls;
      failures += slice.failures;
    }
    return failures >= this.#config.failures && failures >= this.#config.failure_rate * calls;
  }
}

function emptySlices(): readonly Slice[] {
  return Array.from({ length: SLICES }, () => ({ number: 0, calls: 0, failures: 0 }));
}
