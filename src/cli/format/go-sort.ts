/*
 * The order Go's sort.Sort leaves equal items in. It is no stable sort, so for the same output the same steps have to be
 * taken: pattern-defeating quicksort (https://arxiv.org/abs/2106.05123) with the thresholds of Go 1.26.
 */

/** Up to this many items a plain insertion sort is used. */
const INSERTION_MAX = 12;
/** From this many items on a pivot is the median of three medians. */
const NINTHER_MIN = 50;
/** What finding that pivot takes where the items are in reverse. */
const MAX_SWAPS = 12;
const PARTIAL_STEPS = 5;
const SHIFTING_MIN = 50;

/** Sorts in place. `less` says whether its first item has to come before its second. */
export function goSort<T>(items: T[], less: (a: T, b: T) => boolean): void {
  if (items.length > 1) new Sorter(items, less).sort(0, items.length, bitLength(items.length));
}

function bitLength(n: number): number {
  return 32 - Math.clz32(n);
}

class Sorter<T> {
  readonly #items: T[];
  readonly #less: (a: T, b: T) => boolean;
  #swaps = 0;

  constructor(items: T[], less: (a: T, b: T) => boolean) {
    this.#items = items;
    this.#less = less;
  }

  /** Sorts from `a` to before `b`; after `limit` bad pivots by heap. */
  sort(from: number, to: number, badPivotsLeft: number): void {
    let [a, b, limit] = [from, to, badPivotsLeft];
    let balanced = true;
    let partitioned = true;
    for (;;) {
      const length = b - a;
      if (length <= INSERTION_MAX) return this.#insertionSort(a, b);
      if (limit === 0) return this.#heapSort(a, b);
      if (!balanced) {
        this.#scatter(a, b);
        limit--;
      }
      let pivot = this.#choosePivot(a, b);
      const reversed = this.#swaps === MAX_SWAPS;
      if (reversed) {
        this.#reverse(a, b);
        pivot = b - 1 - (pivot - a);
      }
      const looksSorted = reversed || this.#swaps === 0;
      if (balanced && partitioned && looksSorted && this.#partialInsertionSort(a, b)) return undefined;
      if (a > 0 && !this.#isLess(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const { middle, already } = this.#partition(a, b, pivot);
      partitioned = already;
      const left = middle - a;
      const right = b - middle;
      balanced = Math.min(left, right) >= Math.floor(length / 8);
      if (left < right) {
        this.sort(a, middle, limit);
        a = middle + 1;
      } else {
        this.sort(middle + 1, b, limit);
        b = middle;
      }
    }
  }

  #isLess(i: number, j: number): boolean {
    return this.#less(this.#items[i] as T, this.#items[j] as T);
  }

  #swap(i: number, j: number): void {
    const item = this.#items[i] as T;
    this.#items[i] = this.#items[j] as T;
    this.#items[j] = item;
  }

  #insertionSort(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) {
      for (let j = i; j > a && this.#isLess(j, j - 1); j--) this.#swap(j, j - 1);
    }
  }

  #heapSort(a: number, b: number): void {
    const length = b - a;
    for (let root = Math.floor((length - 1) / 2); root >= 0; root--) this.#siftDown(a, root, length);
    for (let end = length - 1; end >= 0; end--) {
      this.#swap(a, a + end);
      this.#siftDown(a, 0, end);
    }
  }

  #siftDown(a: number, from: number, end: number): void {
    let root = from;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && this.#isLess(a + child, a + child + 1)) child++;
      if (!this.#isLess(a + root, a + child)) return;
      this.#swap(a + root, a + child);
      root = child;
    }
  }

  /** Moves three items near the middle to places that are random, but the same for each length. */
  #scatter(a: number, b: number): void {
    const length = b - a;
    let random = BigInt(length);
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const middle = a + Math.floor(length / 4) * 2;
    for (let at = middle - 1; at <= middle + 1; at++) {
      random ^= BigInt.asUintN(64, random << 13n);
      random ^= random >> 7n;
      random ^= BigInt.asUintN(64, random << 17n);
      const other = Number(random & mask);
      this.#swap(at, a + (other >= length ? other - length : other));
    }
  }

  /** Sets `#swaps` too: how much out of order the candidates were. */
  #choosePivot(a: number, b: number): number {
    const quarter = Math.floor((b - a) / 4);
    let candidates = [a + quarter, a + quarter * 2, a + quarter * 3];
    this.#swaps = 0;
    if (b - a >= NINTHER_MIN) candidates = candidates.map((i) => this.#median(i - 1, i, i + 1));
    const [i = a, j = a, k = a] = candidates;
    return this.#median(i, j, k);
  }

  #median(first: number, second: number, third: number): number {
    let [a, b, c] = [first, second, third];
    [a, b] = this.#ordered(a, b);
    [b, c] = this.#ordered(b, c);
    return this.#ordered(a, b)[1];
  }

  #ordered(a: number, b: number): [number, number] {
    if (!this.#isLess(b, a)) return [a, b];
    this.#swaps++;
    return [b, a];
  }

  #reverse(a: number, b: number): void {
    for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j);
  }

  /** Puts a few items right; whether all are in order then. */
  #partialInsertionSort(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < PARTIAL_STEPS; step++) {
      while (i < b && !this.#isLess(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < SHIFTING_MIN) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.#isLess(j, j - 1); j--) this.#swap(j, j - 1);
      if (b - i >= 2) for (let j = i + 1; j < b && this.#isLess(j, j - 1); j++) this.#swap(j, j - 1);
    }
    return false;
  }

  /** Items less than the pivot before it, others behind it; where it ends up, and whether they already stood so. */
  #partition(a: number, b: number, pivot: number): { middle: number; already: boolean } {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (let already = true; ; already = false) {
      while (i <= j && this.#isLess(i, a)) i++;
      while (i <= j && !this.#isLess(j, a)) j--;
      if (i > j) {
        this.#swap(j, a);
        return { middle: j, already };
      }
      this.#swap(i++, j--);
    }
  }

  /** Items equal to the pivot first (none is less); where the greater ones begin. */
  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (;;) {
      while (i <= j && !this.#isLess(a, i)) i++;
      while (i <= j && this.#isLess(a, j)) j--;
      if (i > j) return i;
      this.#swap(i++, j--);
    }
  }
}
