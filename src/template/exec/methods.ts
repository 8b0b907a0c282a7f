import { pairsColumn, removeKeys, sortedColumn, sortedPairs } from "../value/pairs.ts";
import { joinStrings } from "../funcs/join.ts";
import { stringerText } from "../fmt/stringer.ts";
import { durationMethods, namedNumberMethods } from "../time/duration-methods.ts";
import { locationMethods, timeMethods } from "../time/time-methods.ts";
import {
  ALERTS,
  CLASSIFIED_ALERTS,
  DURATION,
  type GoType,
  KV,
  LOCATION,
  LOCATION_POINTER,
  MONTH,
  PAIRS,
  STRING,
  STRING_SLICE,
  STRINGS,
  TIME,
  WEEKDAY,
} from "../value/types.ts";
import { GoList, type GoStruct, type Kv, typeOf, type Value } from "../value/values.ts";
import type { GoMethod } from "./function.ts";

type Methods = ReadonlyMap<string, GoMethod>;

function method(call: (receiver: Value, args: readonly Value[]) => Value, params: readonly GoType[] = []): GoMethod {
  return { params, call };
}

const toText = method((receiver) => stringerText(receiver));

const kvMethods: Methods = new Map([
  ["SortedPairs", method((kv) => sortedPairs(kv as Kv))],
  ["Remove", method((kv, [keys]) => removeKeys(kv as Kv, (keys as GoList).items as string[]), [STRING_SLICE])],
  ["Names", method((kv) => sortedColumn(kv as Kv, "keys"))],
  ["Values", method((kv) => sortedColumn(kv as Kv, "values"))],
  ["String", toText],
]);

const pairsMethods: Methods = new Map([
  ["Names", method((pairs) => pairsColumn(pairs as GoList, 0))],
  ["Values", method((pairs) => pairsColumn(pairs as GoList, 1))],
  ["String", toText],
]);

const stringsMethods: Methods = new Map([
  ["Join", method((list, [by]) => joinStrings((list as GoList).items as string[], by as string), [STRING])],
]);

/** The alerts of one status, as a plain list: it has no methods of its own. */
function withStatus(status: string): GoMethod {
  const statusField = 0;
  return method((list) => {
    const { type, items } = list as GoList;
    const some = items.filter((alert) => (alert as GoStruct).values[statusField] === status);
    return new GoList(type.unnamed as GoType, some);
  });
}

const alertsMethods: Methods = new Map([
  ["Firing", withStatus("firing")],
  ["Resolved", withStatus("resolved")],
]);

const METHODS: ReadonlyMap<GoType, Methods> = new Map([
  [KV, kvMethods],
  [PAIRS, pairsMethods],
  [STRINGS, stringsMethods],
  [ALERTS, alertsMethods],
  [CLASSIFIED_ALERTS, alertsMethods],
  [TIME, timeMethods],
  [DURATION, durationMethods],
  [MONTH, namedNumberMethods],
  [WEEKDAY, namedNumberMethods],
  [LOCATION_POINTER, locationMethods],
  [LOCATION, locationMethods],
]);

/** The method of a value's type, undefined when it has none of that name. */
export function methodOf(value: Exclude<Value, undefined>, name: string): GoMethod | undefined {
  if (typeof value !== "object") return undefined;
  return METHODS.get(typeOf(value))?.get(name);
}
