import { durationText } from "../time/duration.ts";
import { DAYS, momentGoString, momentText, MONTHS } from "../time/format.ts";
import { DURATION, KV, MONTH, PAIRS, WEEKDAY } from "../value/types.ts";
import { GoList, GoLocation, GoMap, GoNumber, GoStruct, GoTime, type Kv, type Value } from "../value/values.ts";
import { sortedPairs } from "../value/pairs.ts";

/** The text of a value whose Go type has a String method; undefined for others. */
export function stringerText(value: Value): string | undefined {
  if (typeof value !== "object") return undefined;
  if (value instanceof GoMap) return value.type === KV ? pairsText(sortedPairs(value as Kv)) : undefined;
  if (value instanceof GoList) return value.type === PAIRS ? pairsText(value) : undefined;
  if (value instanceof GoTime) return momentText(value.moment);
  if (value instanceof GoNumber) return numberText(value);
  if (value instanceof GoLocation) return value.location.name;
  return undefined;
}

/** What `%#v` prints for a value that knows how to write itself in Go. */
export function goStringerText(value: Value): string | undefined {
  return value instanceof GoTime ? momentGoString(value.moment) : undefined;
}

function numberText({ type, value }: GoNumber): string | undefined {
  if (type === DURATION) return durationText(value);
  if (type === MONTH) return MONTHS[Number(value) - 1] ?? `%!Month(${value})`;
  if (type === WEEKDAY) return DAYS[Number(value)] ?? `%!Weekday(${value})`;
  return undefined;
}

function pairsText(pairs: GoList): string {
  return pairs.items.map((pair) => (pair as GoStruct).values.join("=")).join(", ");
}
