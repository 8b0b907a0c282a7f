import type { Clock } from "../../dispatch/clock.ts";
import type { SpendStore } from "./spend.ts";

export interface BudgetLimits {
  /** Of any 60 s. */
  readonly requests_per_minute: number;
  /** USD per UTC day; for models of unknown price it cannot hold. */
  readonly usd_per_day: number;
}

/** What a call would go over. */
export type OverBudget = keyof BudgetLimits;

/** Room kept for one call. */
export interface Reservation {
  /** Ends it with what the call cost, USD; that is counted for the day it was reserved on. */
  settle(usd: number): void;
}

const MINUTE = 60_000;

/** Keeps the calls of a language model within their budgets: asked before each call, told the cost after it. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #clock: Clock;
  readonly #spends: SpendStore;
  /** When the last `requests_per_minute` calls began, ms; a ring, written at `#next`. */
  readonly #calls: number[] = [];
  #next = 0;
  #day = "";
  #spent = 0;
  #reserved = 0;

  /** @param spends keeps what was spent over a restart */
  constructor(limits: BudgetLimits, clock: Clock, spends: SpendStore) {
    this.#limits = limits;
    this.#clock = clock;
    this.#spends = spends;
  }

  /** Reads what was spent today before the last stop; until then nothing of it is known. Never rejects. */
  async load(): Promise<void> {
    const day = this.#today();
    const spent = await this.#spends.read(day);
    if (day === this.#today()) this.#spent += spent;
  }

  /**
   * What a call that may cost as much would go over; undefined where it is within the budgets.
   * @param usd 0 for one of unknown price
   */
  over(usd: number): OverBudget | undefined {
    const { requests_per_minute: size } = this.#limits;
    // Of a full ring the next place holds the oldest.
    if (this.#calls.length === size && (this.#calls[this.#next] ?? 0) > this.#clock.elapsed() - MINUTE) {
      return "requests_per_minute";
    }
    this.#today();
    if (usd > 0 && this.#spent + this.#reserved + usd > this.#limits.usd_per_day) return "usd_per_day";
    return undefined;
  }

  /** Counts a call that begins now and keeps room for the most it may cost. */
  reserve(usd: number): Reservation {
    const day = this.#today();
    const { requests_per_minute: size } = this.#limits;
    this.#calls[this.#next] = this.#clock.elapsed();
    this.#next = (this.#next + 1) % size;
    this.#reserved += usd;
    let open = true;
    return {
      settle: (cost) => {
        if (!open) return;
        open = false;
        if (this.#today() !== day) return;
        this.#reserved -= usd;
        this.#spent += cost;
        if (cost > 0) this.#spends.write(day, this.#spent);
      },
    };
  }

  /** How many calls may begin now. */
  remainingRequests(): number {
    const since = this.#clock.elapsed() - MINUTE;
    let recent = 0;
    for (const at of this.#calls) if (at > since) recent++;
    return this.#limits.requests_per_minute - recent;
  }

  /** What may still be spent today, USD; reservations count as spent. */
  remainingUsd(): number {
    this.#today();
    return Math.max(0, this.#limits.usd_per_day - this.#spent - this.#reserved);
  }

  /** Spent today, USD. */
  spentUsd(): number {
    this.#today();
    return this.#spent;
  }

  /** The UTC day, as `2026-01-31`; a new one begins with nothing spent. */
  #today(): string {
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10);
    if (day !== this.#day) {
      this.#day = day;
      this.#spent = 0;
      this.#reserved = 0;
    }
    return day;
  }
}
