import type { GoMethod } from "../exec/function.ts";
import { stringerText } from "../fmt/stringer.ts";
import { DURATION, FLOAT64, INT64 } from "../value/types.ts";
import { GoNumber, type Value } from "../value/values.ts";
import { absDuration, durationAs, roundDuration, truncateDuration } from "./duration.ts";

const HOUR = 3_600_000_000_000;
const MINUTE = 60_000_000_000;
const SECOND = 1_000_000_000;

function ns(value: Value): number | bigint {
  return (value as GoNumber).value;
}

function asFloat(unit: number): GoMethod {
  return { params: [], call: (d) => new GoNumber(FLOAT64, durationAs(ns(d), unit)) };
}

function asInteger(unit: bigint): GoMethod {
  return { params: [], call: (d) => new GoNumber(INT64, Number(BigInt(ns(d)) / unit)) };
}

function toDuration(change: (d: number | bigint, step: number | bigint) => number | bigint): GoMethod {
  return { params: [DURATION], call: (d, [step]) => new GoNumber(DURATION, change(ns(d), ns(step))) };
}

const text: GoMethod = { params: [], call: (value) => stringerText(value) };

/** Methods of time.Duration. */
export const durationMethods: ReadonlyMap<string, GoMethod> = new Map<string, GoMethod>([
  ["Hours", asFloat(HOUR)],
  ["Minutes", asFloat(MINUTE)],
  ["Seconds", asFloat(SECOND)],
  ["Milliseconds", asInteger(1_000_000n)],
  ["Microseconds", asInteger(1_000n)],
  ["Nanoseconds", { params: [], call: (d) => new GoNumber(INT64, ns(d)) }],
  ["Round", toDuration(roundDuration)],
  ["Truncate", toDuration(truncateDuration)],
  ["Abs", { params: [], call: (d) => new GoNumber(DURATION, absDuration(ns(d))) }],
  ["String", text],
]);

/** Methods of time.Month and time.Weekday. */
export const namedNumberMethods: ReadonlyMap<string, GoMethod> = new Map([["String", text]]);
