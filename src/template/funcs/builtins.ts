import type { GoFunction } from "../exec/function.ts";
import { sprint, sprintln } from "../fmt/sprint.ts";
import { sprintf } from "../fmt/printf.ts";
import { ANY, REFLECT_VALUE, STRING } from "../value/types.ts";
import { isTrue, type Value } from "../value/values.ts";
import { indexValue, lengthOf, sliceValue } from "./collections.ts";
import { equalsAny, lessThan } from "./compare.ts";
import { argumentText, escapeHTML, escapeJS, queryEscape } from "./escape.ts";

function ofAny(call: (args: readonly Value[]) => Value): GoFunction {
  return { params: [], variadic: ANY, call };
}

function ofTwo(call: (a: Value, b: Value) => boolean): GoFunction {
  return { params: [REFLECT_VALUE, REFLECT_VALUE], call: ([a, b]) => call(a, b) };
}

function firstAndMore(call: (first: Value, more: readonly Value[]) => Value): GoFunction {
  return { params: [REFLECT_VALUE], variadic: REFLECT_VALUE, call: ([first, ...more]) => call(first, more) };
}

function ofOne(call: (value: Value) => Value): GoFunction {
  return { params: [REFLECT_VALUE], call: ([value]) => call(value) };
}

const lessOrEqual = (a: Value, b: Value) => lessThan(a, b) || equalsAny(a, [b]);

/** Go's own functions but `and`, `or` and `call`, which the compiler makes. */
export const builtinFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["html", ofAny((args) => escapeHTML(argumentText(args)))],
  ["js", ofAny((args) => escapeJS(argumentText(args)))],
  ["urlquery", ofAny((args) => queryEscape(argumentText(args)))],
  ["print", ofAny(sprint)],
  ["println", ofAny(sprintln)],
  ["printf", { params: [STRING], variadic: ANY, call: ([format, ...args]) => sprintf(format as string, args) }],
  ["index", firstAndMore(indexValue)],
  ["slice", firstAndMore(sliceValue)],
  ["len", ofOne(lengthOf)],
  ["not", ofOne((value) => !isTrue(value))],
  ["eq", firstAndMore(equalsAny)],
  ["ne", ofTwo((a, b) => !equalsAny(a, [b]))],
  ["lt", ofTwo(lessThan)],
  ["le", ofTwo(lessOrEqual)],
  ["gt", ofTwo((a, b) => !lessOrEqual(a, b))],
  ["ge", ofTwo((a, b) => !lessThan(a, b))],
]);
