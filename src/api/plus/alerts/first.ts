/** Keeps the first few of many by an order, without sorting all of them. */
export class First<T> {
  #kept: T[] = [];
  #last: T | undefined;

  /**
   * @param count how many are kept
   * @param compare no two are equal by it
   */
  constructor(
    readonly count: number,
    readonly compare: (a: T, b: T) => number,
  ) {}

  add(one: T): void {
    if (this.#last !== undefined && this.compare(one, this.#last) > 0) return;
    this.#kept.push(one);
    if (this.#kept.length > 2 * this.count + 32) this.#shorten();
  }

  /** In order. */
  take(): T[] {
    this.#shorten();
    return this.#kept;
  }

  #shorten(): void {
    this.#kept.sort(this.compare);
    if (this.#kept.length < this.count) return;
    this.#kept.length = this.count;
    this.#last = this.#kept.at(-1);
  }
}
