import { compareBytes } from "../../core/model/labels.ts";
import { CallError } from "../exec/execution.ts";
import { sprintf } from "../fmt/printf.ts";
import { momentText } from "../time/format.ts";
import type { GoType } from "../value/types.ts";
import {
  GoComplex,
  GoList,
  GoMap,
  GoNumber,
  GoPointer,
  GoStruct,
  GoTime,
  type Plain,
  stringKind,
  typeOf,
  unslot,
  type Value,
} from "../value/values.ts";

type BasicKind = "bool" | "complex" | "int" | "float" | "string" | "uint";

function basicKind(value: Value): BasicKind | undefined {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "int";
  }
  if (value === undefined) return undefined;
  switch (typeOf(value).kind) {
    case "int":
    case "int64":
      return "int";
    case "uint8":
    case "uint64":
      return "uint";
    case "float64":
      return "float";
    case "complex128":
      return "complex";
    case "string":
      return "string";
    default:
      return undefined;
  }
}

function isInteger(kind: BasicKind | undefined): boolean {
  return kind === "int" || kind === "uint";
}

function numberOf(value: Value): number | bigint {
  return value instanceof GoNumber ? value.value : (value as number | bigint);
}

function incompatible(a: Exclude<Value, undefined>, b: Exclude<Value, undefined>): CallError {
  return new CallError(`incompatible types for comparison: ${typeOf(a).name} and ${typeOf(b).name}`);
}

function sameBasic(kind: BasicKind, a: Value, b: Value): boolean {
  if (kind === "string") return stringKind(a) === stringKind(b);
  if (kind === "bool") return a === b;
  if (kind === "complex")
    return (a as GoComplex).re === (b as GoComplex).re && (a as GoComplex).im === (b as GoComplex).im;
  // oxlint-disable-next-line eqeqeq -- a number and a bigint may be the same integer
  return numberOf(a) == numberOf(b);
}

function isNil(value: Value): boolean {
  if (value === undefined) return true;
  return (value instanceof GoList || value instanceof GoMap) && value.isNil;
}

function isComparable(type: GoType): boolean {
  if (type.kind === "slice" || type.kind === "map") return false;
  return (type.fields ?? []).every((field) => isComparable(field.type));
}

/** Go's kinds, of which time.Time and structs are one and pointers another. */
function sameKind(a: Exclude<Value, undefined>, b: Exclude<Value, undefined>): boolean {
  return typeOf(a).kind === typeOf(b).kind;
}

function sameComposite(a: Value, b: Value): boolean {
  if (a instanceof GoTime && b instanceof GoTime) {
    const x = a.moment;
    const y = b.moment;
    return momentText(x) === momentText(y) && x.location.name === y.location.name;
  }
  if (a instanceof GoStruct && b instanceof GoStruct) {
    return a.type === b.type && a.values.every((value, i) => value === b.values[i]);
  }
  if (a instanceof GoPointer && b instanceof GoPointer) return a.target === b.target;
  return a === b;
}

/** Go's eq: whether the first equals any of the others. */
export function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new CallError("missing argument for comparison");
  const a: Plain = unslot(first);
  const kind = basicKind(a);
  for (const other of others) {
    const b: Plain = unslot(other);
    const otherKind = basicKind(b);
    if (kind === otherKind && kind !== undefined) {
      if (sameBasic(kind, a, b)) return true;
    } else if (isInteger(kind) && isInteger(otherKind)) {
      // oxlint-disable-next-line eqeqeq -- as above
      if (numberOf(a) == numberOf(b)) return true;
    } else if (kind !== otherKind) {
      if (a !== undefined && b !== undefined) throw incompatible(a, b);
    } else if (compareOthers(a, b)) return true;
  }
  return false;
}

/** Values of no basic kind. */
function compareOthers(a: Plain, b: Plain): boolean {
  if (a !== undefined && b !== undefined && !sameKind(a, b)) {
    // The order of the four is Go's.
    throw new CallError(sprintf("non-comparable types %s: %v, %s: %v", [a, typeOf(a).name, typeOf(b).name, b]));
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (b !== undefined && !isComparable(typeOf(b))) {
    throw new CallError(sprintf("non-comparable type %s: %v", [b, typeOf(b).name]));
  }
  return sameComposite(a, b);
}

/** Go's lt. */
export function lessThan(first: Value, second: Value): boolean {
  const a: Plain = unslot(first);
  const b: Plain = unslot(second);
  const kind = basicKind(a);
  const otherKind = basicKind(b);
  if (a === undefined || b === undefined || kind === undefined || otherKind === undefined) {
    throw new CallError("invalid type for comparison");
  }
  if (kind !== otherKind) {
    if (isInteger(kind) && isInteger(otherKind)) return numberOf(a) < numberOf(b);
    throw incompatible(a, b);
  }
  if (kind === "bool" || kind === "complex") throw new CallError("invalid type for comparison");
  if (kind === "string") return compareBytes(stringKind(a) as string, stringKind(b) as string) < 0;
  return numberOf(a) < numberOf(b);
}
