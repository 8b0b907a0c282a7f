import { CallError } from "../exec/execution.ts";
import { byteLength, byteSlice, toBytes } from "../gostring.ts";
import { UINT8 } from "../value/types.ts";
import {
  GoList,
  GoMap,
  GoNumber,
  indirect,
  integerKind,
  type Plain,
  stringKind,
  typeOf,
  unslot,
  type Value,
} from "../value/values.ts";

function indexArgument(index: Plain, capacity: number): number {
  const n = integerKind(index);
  if (n === undefined) {
    const what = index === undefined ? "nil" : `type ${typeOf(index).name}`;
    throw new CallError(`cannot index slice/array with ${what}`);
  }
  if (n < 0 || n > capacity) throw new CallError(`index out of range: ${n}`);
  return Number(n);
}

function indexOne(item: Plain, index: Plain): Value {
  if (item instanceof GoList) {
    const i = indexArgument(index, item.items.length);
    if (i === item.items.length) throw new CallError("reflect: slice index out of range");
    return item.items[i];
  }
  const text = stringKind(item);
  if (text !== undefined) {
    const length = byteLength(text);
    const i = indexArgument(index, length);
    if (i === length) throw new CallError("reflect: string index out of range");
    return new GoNumber(UINT8, toBytes(text)[i] as number);
  }
  if (item instanceof GoMap) {
    if (index === undefined) throw new CallError("value is nil; should be of type string");
    if (typeof index !== "string") throw new CallError(`value has type ${typeOf(index).name}; should be string`);
    return item.get(index);
  }
  throw new CallError(`can't index item of type ${item === undefined ? "nil" : typeOf(item).name}`);
}

/** Go's index: `index x 1 2` is x[1][2]. */
export function indexValue(first: Value, indexes: readonly Value[]): Value {
  let item: Value = unslot(first);
  if (item === undefined) throw new CallError("index of untyped nil");
  for (const index of indexes) {
    const target = indirect(item);
    if (target === undefined) throw new CallError("index of nil pointer");
    item = indexOne(target, unslot(index));
  }
  return item;
}

/** Go's slice: `slice x 1 2` is x[1:2]. */
export function sliceValue(first: Value, indexes: readonly Value[]): Value {
  if (unslot(first) === undefined) throw new CallError("slice of untyped nil");
  const item = indirect(first) as Exclude<Plain, undefined>;
  if (indexes.length > 3) throw new CallError(`too many slice indexes: ${indexes.length}`);
  const text = stringKind(item);
  if (text !== undefined && indexes.length === 3) throw new CallError("cannot 3-index slice a string");
  if (text === undefined && !(item instanceof GoList))
    throw new CallError(`can't slice item of type ${typeOf(item).name}`);
  const length = text === undefined ? (item as GoList).items.length : byteLength(text);
  const [from = 0, to = length, capacity] = indexes.map((index) => indexArgument(unslot(index), length));
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  if (capacity !== undefined && to > capacity) throw new CallError(`invalid slice index: ${to} > ${capacity}`);
  if (text === undefined) return new GoList((item as GoList).type, (item as GoList).items.slice(from, to));
  return byteSlice(text, from, to);
}

/** Go's len. */
export function lengthOf(value: Value): number {
  const item = indirect(value);
  if (item === undefined) {
    throw new CallError(
      value === undefined ? "reflect: call of reflect.Value.Type on zero Value" : "len of nil pointer",
    );
  }
  if (typeof item === "string") return byteLength(item);
  if (item instanceof GoList) return item.items.length;
  if (item instanceof GoMap) return item.keys.length;
  const text = stringKind(item);
  if (text !== undefined) return byteLength(text);
  throw new CallError(`len of type ${typeOf(item).name}`);
}
