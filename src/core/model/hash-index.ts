const SMALLEST = 16;

/**
 * Finds numbers, 0 or more, by a hash of 32 bits: places in a list that whoever asks has, and compares with what it looks for.
 * Eleven to twenty-two bytes an entry, where a Map takes 50 to 200.
 *
 *     for (let slot = index.first(hash); slot >= 0; slot = index.next(slot)) if (isIt(list[index.at(slot)])) …
 */
export class HashIndex {
  /** A hash and one more than its number for each slot, 0 for none. What finds its own slot taken stands in the next free one. */
  #table = new Int32Array(2 * SMALLEST);
  #size = 0;

  get #slots(): number {
    return this.#table.length / 2;
  }

  /** The first slot with this hash, -1 for none. */
  first(hash: number): number {
    return this.#search(hash | 0, this.#own(hash));
  }

  /** The next slot with the same hash, -1 for none. */
  next(slot: number): number {
    return this.#search(this.#table[2 * slot] as number, (slot + 1) & (this.#slots - 1));
  }

  /** The number in a slot. */
  at(slot: number): number {
    return (this.#table[2 * slot + 1] as number) - 1;
  }

  /** Puts another number into a slot. */
  replace(slot: number, number: number): void {
    this.#table[2 * slot + 1] = number + 1;
  }

  add(hash: number, number: number): void {
    // Three quarters are used at most.
    if (4 * (this.#size + 1) > 3 * this.#slots) this.#grow();
    this.#size++;
    this.#put(hash, number + 1);
  }

  /** Empties a slot. What was found before may stand elsewhere then. */
  remove(slot: number): void {
    const table = this.#table;
    const last = this.#slots - 1;
    this.#size--;
    let hole = slot;
    for (let i = (hole + 1) & last; table[2 * i + 1] !== 0; i = (i + 1) & last) {
      const hash = table[2 * i] as number;
      // It may move up to the hole unless its own slot comes after that.
      if (((i - this.#own(hash)) & last) < ((i - hole) & last)) continue;
      table[2 * hole] = hash;
      table[2 * hole + 1] = table[2 * i + 1] as number;
      hole = i;
    }
    table[2 * hole + 1] = 0;
  }

  clear(): void {
    this.#table = new Int32Array(2 * SMALLEST);
    this.#size = 0;
  }

  #own(hash: number): number {
    // The high bits of the product depend on all bits of the hash.
    return Math.imul(hash, 0x9e3779b1) >>> (Math.clz32(this.#slots) + 1);
  }

  #search(hash: number, from: number): number {
    const table = this.#table;
    const last = this.#slots - 1;
    for (let i = from; table[2 * i + 1] !== 0; i = (i + 1) & last) if (table[2 * i] === hash) return i;
    return -1;
  }

  #put(hash: number, entry: number): void {
    const table = this.#table;
    const last = this.#slots - 1;
    let i = this.#own(hash);
    while (table[2 * i + 1] !== 0) i = (i + 1) & last;
    table[2 * i] = hash;
    table[2 * i + 1] = entry;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Int32Array(2 * before.length);
    for (let i = 0; i < before.length; i += 2) {
      if (before[i + 1] !== 0) this.#put(before[i] as number, before[i + 1] as number);
    }
  }
}

/** The last 32 bits of a fingerprint, which has 16 hex digits. */
export function fingerprintHash(fingerprint: string): number {
  let hash = 0;
  for (let i = 8; i < 16; i++) {
    const c = fingerprint.charCodeAt(i);
    hash = (hash << 4) | (c > 0x39 ? c - 0x57 : c - 0x30);
  }
  return hash;
}
