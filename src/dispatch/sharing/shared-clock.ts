import { Timestamp } from "../../core/model/timestamp.ts";
import type { Cancel, Clock } from "../clock.ts";

/** A difference this small is not worth a step, ms. */
const TOLERANCE = 20;

/**
 * The wall clock of the shared database, carried on by our own forward-only one: servers whose clocks differ agree on
 * what is resolved, silenced and due, and a clock that is set here changes nothing.
 */
export class SharedClock implements Clock {
  /** Database time less forward-only time, ms; undefined before the database was asked. */
  #offset: number | undefined;
  /** By how much it may be wrong, ms. */
  #error = 0;
  /** Our own wall clock less the forward-only one when last in step, ms. */
  #drift: number;

  constructor(private readonly own: Clock) {
    this.#drift = own.now() - own.elapsed();
  }

  /**
   * Takes over what the database says.
   * @param databaseNow ms
   * @param sent forward-only time the question was sent, ms
   * @param received forward-only time the answer came, ms
   */
  adjust(databaseNow: number, sent: number, received: number): void {
    const offset = databaseNow - (sent + received) / 2;
    const error = (received - sent) / 2;
    const isBetter = error < this.#error / 2;
    if (this.#offset === undefined || isBetter || Math.abs(offset - this.#offset) > error + TOLERANCE) {
      this.#offset = offset;
      this.#error = error;
    }
    this.#drift = this.own.now() - this.own.elapsed();
  }

  /**
   * Whether our own two clocks have gone apart since the database was asked, ms: the machine was suspended, which stops the
   * forward-only one, or its clock was set.
   */
  get doubt(): number {
    return Math.abs(this.own.now() - this.own.elapsed() - this.#drift);
  }

  now(): number {
    return this.#offset === undefined ? this.own.now() : Math.floor(this.own.elapsed() + this.#offset);
  }

  elapsed(): number {
    return this.own.elapsed();
  }

  timestamp(): Timestamp {
    const { offset } = this.own.timestamp();
    return new Timestamp(this.now(), 0, offset);
  }

  schedule(delay: number, action: () => void): Cancel {
    return this.own.schedule(delay, action);
  }
}
