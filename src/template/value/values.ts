import { compareBytes } from "../../core/model/labels.ts";
import type { Location } from "../time/location.ts";
import type { Moment } from "../time/moment.ts";
import { ANY, ANY_MAP, BOOL, COMPLEX128, type GoType, INT, KV, LOCATION_POINTER, STRING, TIME } from "./types.ts";

/**
 * A value in a template, with its Go type. What is most frequent is a plain JavaScript value: a string is Go's string
 * (see gostring.ts), a boolean is bool, a number (or, past 2^53, a bigint) is int. `undefined` is "no value": Go's
 * invalid reflect.Value, and a nil interface.
 */
export type Value = Plain | Slot;

/** A value that is not seen through a slot. */
export type Plain =
  | undefined
  | string
  | boolean
  | number
  | bigint
  | GoNumber
  | GoComplex
  | GoString
  | GoList
  | GoMap
  | GoStruct
  | GoPointer
  | GoTime
  | GoLocation;

/** A number of a type other than int. */
export class GoNumber {
  constructor(
    readonly type: GoType,
    readonly value: number | bigint,
  ) {}
}

export class GoComplex {
  readonly type = COMPLEX128;
  constructor(
    readonly re: number,
    readonly im: number,
  ) {}
}

/** A string of a named type. */
export class GoString {
  constructor(
    readonly type: GoType,
    readonly text: string,
  ) {}
}

export class GoList {
  constructor(
    readonly type: GoType,
    readonly items: readonly Value[],
    readonly isNil = false,
  ) {}
}

/** A map with string keys. */
export abstract class GoMap {
  abstract readonly type: GoType;
  abstract readonly isNil: boolean;
  /** In byte order. */
  abstract readonly keys: readonly string[];
  abstract get(key: string): Value;
  abstract has(key: string): boolean;
}

/** Alertmanager's KV: names in byte order, with their values. */
export class Kv extends GoMap {
  readonly type = KV;

  constructor(
    readonly keys: readonly string[],
    readonly values: readonly string[],
    readonly isNil = false,
  ) {
    super();
  }

  /** "" where it is absent, which is the zero value. */
  get(key: string): string {
    const i = this.keys.indexOf(key);
    return i < 0 ? "" : (this.values[i] as string);
  }

  has(key: string): boolean {
    return this.keys.includes(key);
  }
}

/** What `dict` makes, and JSON objects. */
export class AnyMap extends GoMap {
  readonly type = ANY_MAP;
  readonly isNil = false;
  #keys: readonly string[] | undefined;

  constructor(readonly entries: ReadonlyMap<string, Value>) {
    super();
  }

  get keys(): readonly string[] {
    this.#keys ??= [...this.entries.keys()].sort(compareBytes);
    return this.#keys;
  }

  get(key: string): Value {
    return this.entries.get(key);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }
}

export class GoStruct {
  /** @param values one for each field of the type */
  constructor(
    readonly type: GoType,
    readonly values: readonly Value[],
  ) {}
}

export class GoPointer {
  constructor(
    readonly type: GoType,
    readonly target: GoStruct,
  ) {}
}

export class GoTime {
  readonly type = TIME;
  constructor(readonly moment: Moment) {}
}

export class GoLocation {
  readonly type = LOCATION_POINTER;
  constructor(readonly location: Location) {}
}

/** A value seen through a slot of type `interface {}`, whose own type Go still knows. */
export class Slot {
  readonly type = ANY;
  constructor(readonly inner: Plain) {}
}

/** The Go type of a value that there is. */
export function typeOf(value: Exclude<Value, undefined>): GoType {
  switch (typeof value) {
    case "string":
      return STRING;
    case "boolean":
      return BOOL;
    case "number":
    case "bigint":
      return INT;
    default:
      return value.type;
  }
}

/** What is in the slot, if it is one. */
export function unslot(value: Value): Plain {
  return value instanceof Slot ? value.inner : value;
}

/** What a pointer or a slot leads to. */
export function indirect(value: Value): Exclude<Plain, GoPointer> {
  const inner = unslot(value);
  return inner instanceof GoPointer ? inner.target : inner;
}

/** The text of a value whose kind is string. */
export function stringKind(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof GoString ? value.text : undefined;
}

/** The number of a value whose kind is an integer. */
export function integerKind(value: Value): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof GoNumber && value.type.kind !== "float64" ? value.value : undefined;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The canonical form of an integer: a number where that is exact. */
export function integer(value: bigint): number | bigint {
  return value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : value;
}

/** Wraps to 64 bits as Go's arithmetic does. */
export function int64(value: bigint): number | bigint {
  return integer(BigInt.asIntN(64, value));
}

/** Whether a value counts as true in `if` (Go's IsTrue). */
export function isTrue(value: Value): boolean {
  const v = unslot(value);
  switch (typeof v) {
    case "undefined":
      return false;
    case "boolean":
      return v;
    case "string":
      return v !== "";
    case "number":
      return v !== 0;
    case "bigint":
      return true;
  }
  if (v instanceof GoList) return v.items.length > 0;
  if (v instanceof GoMap) return v.keys.length > 0;
  if (v instanceof GoString) return v.text !== "";
  if (v instanceof GoNumber) return v.value !== 0 && v.value !== 0n;
  if (v instanceof GoComplex) return v.re !== 0 || v.im !== 0;
  return true;
}
