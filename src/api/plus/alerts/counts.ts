import { compareBytes } from "../../../core/model/labels.ts";
import { First } from "./first.ts";

/** How often something came. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** How often anything came, all together. */
  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** The most frequent, the most frequent first, those of the same number in byte order. */
  top(most: number): { readonly value: string; readonly count: number }[] {
    const first = new First<{ readonly value: string; readonly count: number }>(
      most,
      (a, b) => b.count - a.count || compareBytes(a.value, b.value),
    );
    for (const [value, count] of this.#counts) first.add({ value, count });
    return first.take();
  }
}
