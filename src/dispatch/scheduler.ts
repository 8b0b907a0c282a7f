import type { Cancel, Clock } from "./clock.ts";

/** Something that falls due. `due` is on the clock's forward-only time, ms. */
export interface Due {
  due: number;
  /** Its place in the heap, -1 outside; the scheduler's own. */
  slot: number;
  run(): void;
}

/** All that falls due, in one heap with one timer on one clock. */
export class Scheduler {
  readonly #heap: Due[] = [];
  #timer: { readonly due: number; readonly cancel: Cancel } | undefined;

  constructor(readonly clock: Clock) {}

  get size(): number {
    return this.#heap.length;
  }

  /** Puts an item in, or moves it to another time. */
  schedule(item: Due, due: number): void {
    item.due = due;
    if (item.slot < 0) {
      item.slot = this.#heap.length;
      this.#heap.push(item);
      this.#up(item);
    } else {
      this.#up(item);
      this.#down(item);
    }
    this.#arm();
  }

  cancel(item: Due): void {
    if (item.slot < 0) return;
    this.#remove(item);
    this.#arm();
  }

  /** Runs what is due without waiting for the timer. */
  runDue(): void {
    const first = this.#heap[0];
    if (first === undefined || first.due > this.clock.elapsed()) return;
    this.#timer?.cancel();
    this.#fire();
  }

  /** Forgets everything. */
  stop(): void {
    for (const item of this.#heap) item.slot = -1;
    this.#heap.length = 0;
    this.#arm();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined) {
      this.#timer?.cancel();
      this.#timer = undefined;
      return;
    }
    if (this.#timer !== undefined && this.#timer.due <= first.due) return;
    this.#timer?.cancel();
    const delay = Math.max(0, first.due - this.clock.elapsed());
    this.#timer = { due: first.due, cancel: this.clock.schedule(delay, () => this.#fire()) };
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.clock.elapsed();
    for (let first = this.#heap[0]; first !== undefined && first.due <= now; first = this.#heap[0]) {
      this.#remove(first);
      first.run();
    }
    this.#arm();
  }

  #remove(item: Due): void {
    const last = this.#heap.pop() as Due;
    if (last !== item) {
      last.slot = item.slot;
      this.#heap[last.slot] = last;
      this.#up(last);
      this.#down(last);
    }
    item.slot = -1;
  }

  #up(item: Due): void {
    while (item.slot > 0) {
      const parent = this.#heap[(item.slot - 1) >> 1] as Due;
      if (parent.due <= item.due) return;
      this.#swap(parent, item);
    }
  }

  #down(item: Due): void {
    for (;;) {
      const left = this.#heap[2 * item.slot + 1];
      const right = this.#heap[2 * item.slot + 2];
      const least = right !== undefined && left !== undefined && right.due < left.due ? right : left;
      if (least === undefined || least.due >= item.due) return;
      this.#swap(item, least);
    }
  }

  /** `upper` stands directly above `lower`. */
  #swap(upper: Due, lower: Due): void {
    const slot = upper.slot;
    upper.slot = lower.slot;
    lower.slot = slot;
    this.#heap[upper.slot] = upper;
    this.#heap[lower.slot] = lower;
  }
}
