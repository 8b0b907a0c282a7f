import { StorageError } from "../../core/interfaces/storage.ts";

export interface BatcherOptions<T, R> {
  /** Does what is asked for all at once; gives a result for each, in order. @param deadline on performance.now()'s clock */
  readonly run: (items: readonly T[], deadline: number) => Promise<readonly R[]>;
  /** Bytes, about. */
  readonly sizeOf: (item: T) => number;
  /** ms until what was asked for has to be done. */
  readonly patience: number;
}

/** Bytes for one transaction; what is over goes into the next. */
const MOST_AT_ONCE = 4 * 1024 * 1024;
/** Bytes that may wait: what a database that hangs costs in memory. */
const MOST_WAITING = 32 * 1024 * 1024;

interface Pending<T, R> {
  readonly item: T;
  readonly size: number;
  readonly deadline: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Does one thing after the other, and all that is asked for meanwhile together. */
export class Batcher<T, R> {
  readonly #options: BatcherOptions<T, R>;
  #waiting: Pending<T, R>[] = [];
  #waitingSize = 0;
  #underWay = 0;
  #work: Promise<void> | undefined;

  constructor(options: BatcherOptions<T, R>) {
    this.#options = options;
  }

  get queued(): number {
    return this.#waiting.length + this.#underWay;
  }

  add(item: T): Promise<R> {
    if (this.#waitingSize > MOST_WAITING) {
      return Promise.reject(
        new StorageError("timeout", `${this.#waiting.length} batches are waiting to be stored already`),
      );
    }
    const size = this.#options.sizeOf(item);
    const deadline = performance.now() + this.#options.patience;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, size, deadline, resolve, reject });
      this.#waitingSize += size;
      this.#work ??= this.#workOff();
    });
  }

  /** Resolves when nothing is asked for any more. */
  async idle(): Promise<void> {
    await this.#work;
  }

  async #workOff(): Promise<void> {
    // What is asked for in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#runOnce();
    this.#work = undefined;
  }

  async #runOnce(): Promise<void> {
    const group = this.#take();
    this.#underWay = group.length;
    try {
      // The first has waited longest; nobody waits beyond their own deadline, because the next run ends by the next one's.
      const deadline = (group[0] as Pending<T, R>).deadline;
      const results = await this.#options.run(
        group.map(({ item }) => item),
        deadline,
      );
      for (const [i, { resolve }] of group.entries()) resolve(results[i] as R);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#underWay = 0;
    }
  }

  #take(): Pending<T, R>[] {
    let size = 0;
    let count = 0;
    while (count < this.#waiting.length && size < MOST_AT_ONCE) size += (this.#waiting[count++] as Pending<T, R>).size;
    this.#waitingSize -= size;
    return this.#waiting.splice(0, count);
  }
}
