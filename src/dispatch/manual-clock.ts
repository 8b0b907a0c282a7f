import { Timestamp } from "../core/model/timestamp.ts";
import type { Clock } from "./clock.ts";

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

/** A clock that stands still until it is moved: by a test, or by a run that is only tried out. */
export class ManualClock implements Clock {
  #elapsed = 0;
  #timers: Timer[] = [];

  /** @param start the wall clock at the beginning, ms */
  constructor(private start: number = Date.UTC(2026, 0, 5, 12)) {}

  now(): number {
    return this.start + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  timestamp(): Timestamp {
    return new Timestamp(this.now());
  }

  schedule(delay: number, action: () => void): () => void {
    const timer = { due: this.#elapsed + Math.max(0, delay), action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
  }

  /** Sets the wall clock forward or back without any time passing. */
  step(ms: number): void {
    this.start += ms;
  }

  /** Lets time pass: fires what falls due in order, and lets what it started get on before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (;;) {
      const next = this.#timers.reduce<Timer | undefined>(
        (first, t) => (t.due <= end && (first === undefined || t.due < first.due) ? t : first),
        undefined,
      );
      if (next === undefined) break;
      this.#timers = this.#timers.filter((t) => t !== next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.action();
      await settle();
    }
    this.#elapsed = end;
  }
}

/** Lets promises that wait for nothing but each other run to their end. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
