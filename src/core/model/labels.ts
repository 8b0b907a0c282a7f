import { fnv1a64Hex, xxhash64Hex } from "./hash.ts";

/**
 * An immutable set of labels or annotations, sorted by name in byte order.
 *
 * It is kept as its JSON text, which identifies it and is what the API answers with, and as an array of names that all sets with
 * the same names share. The values exist as strings of their own only until `release`: after that they are read out of
 * the text when asked for, so that a set that is merely held costs little more than its text.
 */
export class LabelSet {
  /** Room for what is worked out once for the labels of an alert and kept with them, such as where it is routed. */
  note: object | undefined;
  /** The same for what its alert inhibits, and what inhibits it. */
  roles: object | undefined;
  /** Its place among all alerts, for whoever keeps them in order. */
  rank: number;
  readonly names: readonly string[];
  #values: readonly string[] | undefined;
  #json: string | undefined;
  #fingerprint: string | undefined;
  #logHash: string | undefined;

  /**
   * @param names sorted bytewise, without repeats
   * @param values the value of each name
   * @param json the same as a compact JSON object, where it is at hand
   */
  constructor(names: readonly string[], values: readonly string[], json?: string) {
    this.note = undefined;
    this.roles = undefined;
    this.rank = 0;
    this.names = names;
    this.#values = values;
    this.#json = json;
  }

  /** The set as a compact JSON object in order of names: equal keys mean equal sets. */
  get key(): string {
    this.#json ??= jsonOf(this.names, this.#values as readonly string[]);
    return this.#json;
  }

  /** The value of each name, in the order of `names`. Read out of the text each time once they were released. */
  get values(): readonly string[] {
    return this.#values ?? valuesOf(this.#json as string, this.names);
  }

  /** Gives up the values as strings of their own: nothing is lost, but reading them costs more. */
  release(): void {
    this.#json = this.key;
    this.#values = undefined;
  }

  /** The value of a label, "" where it is absent: what matchers see (spec §5.1). */
  get(name: string): string {
    const i = this.names.indexOf(name);
    if (i < 0) return "";
    return this.#values === undefined ? valueIn(this.#json as string, name) : (this.#values[i] as string);
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

  entries(): [name: string, value: string][] {
    const { names, values } = this;
    return names.map((name, i) => [name, values[i] as string]);
  }

  toObject(): Record<string, string> {
    const object: Record<string, string> = Object.create(null);
    for (const [name, value] of this.entries()) object[name] = value;
    return object;
  }

  /** The same set sharing another, equal array of names. */
  withNames(names: readonly string[]): LabelSet {
    return names === this.names ? this : new LabelSet(names, this.values, this.#json);
  }
}

function jsonOf(names: readonly string[], values: readonly string[]): string {
  const object: Record<string, string | undefined> = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (MISPLACED.test(name)) return jsonByPairs(names, values);
    object[name] = values[i];
  }
  return JSON.stringify(object);
}

/** Names an object would not keep, or would not keep in the order they were set. */
const MISPLACED = /^\d+$|^__proto__$/;

function jsonByPairs(names: readonly string[], values: readonly string[]): string {
  const pairs = names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(values[i])}`);
  return `{${pairs.join(",")}}`;
}

function valuesOf(json: string, names: readonly string[]): readonly string[] {
  const object = JSON.parse(json) as Record<string, string>;
  return names.map((name) => object[name] as string);
}

/** The value of a name that is there. A quote inside a value is escaped, so that `"name":"` can only be the name itself. */
function valueIn(json: string, name: string): string {
  const member = memberOf(name);
  const start = json.indexOf(member) + member.length;
  let end = json.indexOf('"', start);
  // What ends in an odd number of backslashes is an escaped quote.
  while (json.charCodeAt(end - 1) === BACKSLASH && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  const text = json.slice(start, end);
  return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
}

/** How members of a name begin. Few names are asked for, over and over. */
const members = new Map<string, string>();
const MOST_MEMBERS = 1000;

function memberOf(name: string): string {
  let member = members.get(name);
  if (member === undefined) {
    if (members.size >= MOST_MEMBERS) members.clear();
    member = `${JSON.stringify(name)}:"`;
    members.set(name, member);
  }
  return member;
}

const BACKSLASH = 0x5c;

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
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
  if (!isSorted(names)) names.sort(compareBytes);
  const values: string[] = [];
  for (const name of names) values.push(object[name] as string);
  return new LabelSet(names, values);
}

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if (compareBytes(names[i - 1] as string, names[i] as string) > 0) return false;
  }
  return true;
}

/** Upstream's order of label sets (spec §3.6): fewer labels first, then a missing name, then values. */
export function compareLabelSets(a: LabelSet, b: LabelSet): number {
  if (a.size !== b.size) return a.size - b.size;
  const [left, right] = [a.values, b.values];
  for (let i = 0, j = 0; i < a.size && j < b.size; i++, j++) {
    const byName = compareBytes(a.names[i] as string, b.names[j] as string);
    // The smaller name is missing in the other set, and the set it is missing in comes first.
    if (byName !== 0) return byName < 0 ? 1 : -1;
    const byValue = compareBytes(left[i] as string, right[j] as string);
    if (byValue !== 0) return byValue;
  }
  return 0;
}
