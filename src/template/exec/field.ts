import { NOT_CLASSIFIED } from "../classification.ts";
import type { AnyNode } from "../parse/nodes.ts";
import { ALERT, DATA } from "../value/types.ts";
import {
  typeOf,
  GoMap,
  GoStruct,
  GoTime,
  type GoTime as Time,
  indirect,
  Kv,
  Slot,
  type Value,
} from "../value/values.ts";
import { type ArgumentEval, evalArguments, failCall, type Final, MISSING } from "./call.ts";
import type { Execution } from "./execution.ts";
import { methodOf } from "./methods.ts";

/** Evaluates `.Name` of a receiver: a method, a field of a struct, or an entry of a map. */
export function evalField(
  s: Execution,
  dot: Value,
  name: string,
  node: AnyNode,
  args: readonly ArgumentEval[],
  final: Final,
  receiver: Value,
): Value {
  if (receiver === undefined) return undefined;
  const inner = indirect(receiver);
  if (inner instanceof GoStruct) {
    // No struct of ours has methods.
    const i = inner.type.fieldIndex?.get(name);
    if (i === undefined) return isWithheld(inner, name) ? NOT_CLASSIFIED : noField(s, name, receiver);
    if (inner.type.fields?.[i]?.json === undefined) return unexported(s, name, receiver);
    if (args.length > 0 || final !== MISSING) s.error(`${name} has arguments but cannot be invoked as function`);
    return inner.values[i];
  }
  if (inner === undefined) return s.error(`nil pointer evaluating interface {}.${name}`);
  const method = methodOf(inner, name);
  if (method !== undefined) {
    const values = evalArguments(s, dot, method, name, args, final);
    try {
      return method.call(inner, values);
    } catch (error) {
      return failCall(s, node, name, error);
    }
  }
  if (inner instanceof GoMap) {
    if (args.length > 0 || final !== MISSING) s.error(`${name} is not a method but has arguments`);
    return inner instanceof Kv ? inner.get(name) : new Slot(indirectEntry(inner, name));
  }
  if (inner instanceof GoTime && isTimeField(inner, name)) return unexported(s, name, receiver);
  return noField(s, name, receiver);
}

/** Where notifications show nothing of classifications, templates that would are to go on working. */
function isWithheld({ type }: GoStruct, name: string): boolean {
  return name === "Classification" && (type === ALERT || type === DATA);
}

function indirectEntry(map: GoMap, name: string): Exclude<Value, Slot> {
  const value = map.get(name);
  return value instanceof Slot ? value.inner : value;
}

function isTimeField(time: Time, name: string): boolean {
  return time.type.fieldIndex?.has(name) === true;
}

function unexported(s: Execution, name: string, receiver: Exclude<Value, undefined>): never {
  return s.error(`${name} is an unexported field of struct type ${typeOf(receiver).name}`);
}

function noField(s: Execution, name: string, receiver: Exclude<Value, undefined>): never {
  return s.error(`can't evaluate field ${name} in type ${typeOf(receiver).name}`);
}
