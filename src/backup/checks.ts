import type { LabelSet } from "../core/model/labels.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { BackupError } from "./format.ts";

type Members = Readonly<Record<string, unknown>>;

/** Years beyond which no date can be printed, ms. */
const FURTHEST = 8.64e15;
const NANOS = 1_000_000;
const DAY_SECONDS = 86_400;
const HASH = /^[0-9a-f]{16}$/;

/** Reads one line's value member by member; what is not as it must be is refused by name. */
export class Checked {
  readonly #members: Members;

  /** @param name what the value is called in errors */
  constructor(
    readonly name: string,
    value: unknown,
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected(name, "an object");
    this.#members = value as Members;
  }

  #of(member: string): unknown {
    return Object.hasOwn(this.#members, member) ? this.#members[member] : undefined;
  }

  #name(member: string): string {
    return `${this.name}.${member}`;
  }

  has(member: string): boolean {
    return this.#of(member) !== undefined;
  }

  /** Whatever it is. */
  value(member: string): unknown {
    return this.#of(member);
  }

  text(member: string): string {
    const value = this.#of(member);
    if (typeof value !== "string") throw expected(this.#name(member), "a text");
    return value;
  }

  bool(member: string): boolean {
    const value = this.#of(member);
    if (typeof value !== "boolean") throw expected(this.#name(member), "true or false");
    return value;
  }

  /** A whole number of 0 or more. */
  count(member: string): number {
    const value = this.#of(member);
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw expected(this.#name(member), "a count");
    return value as number;
  }

  /** A number of 0 or more. */
  amount(member: string): number {
    const value = this.#of(member);
    if (typeof value !== "number" || !(value >= 0)) throw expected(this.#name(member), "a number of 0 or more");
    return value;
  }

  /** Milliseconds, made whole. */
  ms(member: string): number {
    const value = this.#of(member);
    if (typeof value !== "number" || !(Math.abs(value) <= FURTHEST)) {
      throw expected(this.#name(member), "milliseconds since 1970");
    }
    return Math.floor(value);
  }

  time(member: string): Timestamp {
    const value = this.#of(member);
    const [ms, nanos, offset, ...more] = Array.isArray(value) ? (value as unknown[]) : [value, 0, 0];
    const isTime =
      isWhole(ms, FURTHEST) &&
      isWhole(nanos, NANOS - 1) &&
      nanos >= 0 &&
      isWhole(offset, DAY_SECONDS) &&
      more.length === 0;
    if (!isTime) throw expected(this.#name(member), "milliseconds or [milliseconds, nanoseconds, seconds east of UTC]");
    return new Timestamp(ms, nanos, offset);
  }

  /** One of some texts. */
  one<T extends string>(member: string, of: readonly T[]): T {
    const value = this.#of(member);
    const found = of.find((text) => text === value);
    if (found === undefined) throw expected(this.#name(member), `one of ${of.join(", ")}`);
    return found;
  }

  hash(member: string): string {
    const value = this.text(member);
    if (!HASH.test(value)) throw expected(this.#name(member), "16 hexadecimal digits");
    return value;
  }

  hashes(member: string): readonly string[] {
    return this.list(member, (value, name) => {
      if (typeof value !== "string" || !HASH.test(value)) throw expected(name, "16 hexadecimal digits");
      return value;
    });
  }

  list<T>(member: string, read: (value: unknown, name: string) => T): readonly T[] {
    const value = this.#of(member);
    return listOf(value, this.#name(member), read);
  }

  object(member: string): Members {
    const value = this.#of(member);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw expected(this.#name(member), "an object");
    }
    return value as Members;
  }

  texts(member: string): Readonly<Record<string, string>> {
    const object = this.object(member);
    for (const name of Object.keys(object)) {
      if (typeof object[name] !== "string") throw expected(`${this.#name(member)}[${JSON.stringify(name)}]`, "a text");
    }
    return object as Readonly<Record<string, string>>;
  }

  /** @param names arrays of names seen before, by what they hold, so that equal ones are shared */
  labels(member: string, names: Map<string, readonly string[]>): LabelSet {
    const object = this.texts(member);
    const set = labelSetFromObject(object);
    if (set.size > 0 && set.names[0] === "") throw expected(this.#name(member), "no empty name");
    const joined = set.names.join("\0");
    const known = names.get(joined);
    if (known !== undefined) return set.withNames(known);
    if (names.size < MOST_NAMES) names.set(joined, set.names);
    return set;
  }
}

/** Kinds of label sets whose names are shared; there are a few in an honest file. */
const MOST_NAMES = 10_000;

export function listOf<T>(value: unknown, name: string, read: (value: unknown, name: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw expected(name, "a list");
  return (value as unknown[]).map((one, i) => read(one, `${name}[${i}]`));
}

function isWhole(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= most;
}

function expected(name: string, what: string): BackupError {
  return new BackupError(`${name}: expected ${what}`);
}
