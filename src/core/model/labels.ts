import { fnv1a64Hex, xxhash64Hex } from "./hash.ts";

/**
 * An immutable set of labels or annotations, sorted by name in byte order.
 *
 * Names and values stand in two parallel arrays: sets that differ only in values share the array of names, and
 * no label name (`__proto__` included) can collide with a property.
 */
export class LabelSet {
  #fingerprint: string | undefined;
  #logHash: string | undefined;
  #key: string | undefined;

  /**
   * @param names sorted bytewise, without repeats
   * @param values the value of each name
   */
  constructor(
    readonly names: readonly string[],
    readonly values: readonly string[],
    key?: string,
  ) {
    this.#key = key;
  }

  /** The set as a compact JSON object in order of names: equal keys mean equal sets. */
  get key(): string {
    this.#key ??= keyOf(this.names, this.values);
    return this.#key;
  }

  /** The value of a label, "" where it is absent: what matchers see (spec §5.1). */
  get(name: string): string {
    const i = this.names.indexOf(name);
    return i < 0 ? "" : (this.values[i] as string);
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  get size(): number {
    return this.names.length;
  }

  /** FNV-1a 64 of the set as 16 hex digits (spec §3.5), worked out once. */
  get fingerprint(): string {
    this.#fingerprint ??= fnv1a64Hex(this.names, this.values);
    return this.#fingerprint;
  }

  /** xxHash64 of the set as 16 hex digits: what the notification log keeps (spec §3.5), worked out once. */
  get logHash(): string {
    this.#logHash ??= xxhash64Hex(this.names, this.values);
    return this.#logHash;
  }

  /** Whether an object has exactly these names and values. */
  equalsObject(object: Readonly<Record<string, string>>): boolean {
    let count = 0;
    for (const name in object) {
      if (object[name] !== (this.names[count] === name ? this.values[count] : this.#valueOf(name))) return false;
      count++;
    }
    return count === this.names.length;
  }

  #valueOf(name: string): string | undefined {
    const i = this.names.indexOf(name);
    return i < 0 ? undefined : this.values[i];
  }

  *entries(): IterableIterator<[string, string]> {
    for (let i = 0; i < this.names.length; i++) yield [this.names[i] as string, this.values[i] as string];
  }

  toObject(): Record<string, string> {
    const object: Record<string, string> = Object.create(null);
    for (const [name, value] of this.entries()) object[name] = value;
    return object;
  }
}

export const EMPTY_LABELS = new LabelSet([], [], "{}");

/** Compares as Go compares strings: by UTF-8 bytes, which is by code point and not by UTF-16 unit. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // A surrogate pair stands for a code point above every other UTF-16 unit.
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

function keyOf(names: readonly string[], values: readonly string[]): string {
  const pairs = names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(values[i])}`);
  return `{${pairs.join(",")}}`;
}

/** Builds a set from names already sorted and free of repeats. */
export function labelSetOf(names: readonly string[], values: readonly string[]): LabelSet {
  return names.length === 0 ? EMPTY_LABELS : new LabelSet(names, values);
}

/** Builds a set from pairs in any order; of a repeated name the last value stays. */
export function labelSet(pairs: Iterable<readonly [string, string]>): LabelSet {
  const sorted = [...new Map(pairs)].sort((a, b) => compareBytes(a[0], b[0]));
  return labelSetOf(
    sorted.map((p) => p[0]),
    sorted.map((p) => p[1]),
  );
}

/** Builds a set from an object's own properties. */
export function labelSetFromObject(object: Readonly<Record<string, string>>): LabelSet {
  const names = Object.keys(object);
  if (names.length === 0) return EMPTY_LABELS;
  for (let i = 1; i < names.length; i++) {
    if (compareBytes(names[i - 1] as string, names[i] as string) < 0) continue;
    names.sort(compareBytes);
    break;
  }
  const values = names.map((name) => object[name] as string);
  return new LabelSet(names, values);
}

/** Upstream's order of label sets (spec §3.6): fewer labels first, then a missing name, then values. */
export function compareLabelSets(a: LabelSet, b: LabelSet): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let i = 0, j = 0; i < a.size && j < b.size; i++, j++) {
    const byName = compareBytes(a.names[i] as string, b.names[j] as string);
    // The smaller name is missing in the other set, and the set it is missing in comes first.
    if (byName !== 0) return byName < 0 ? 1 : -1;
    const byValue = compareBytes(a.values[i] as string, b.values[j] as string);
    if (byValue !== 0) return byValue;
  }
  return 0;
}
