import { CallError } from "../exec/execution.ts";
import type { GoMethod } from "../exec/function.ts";
import { toBytes } from "../gostring.ts";
import {
  BYTES,
  DURATION,
  type GoType,
  INT,
  INT64,
  LOCATION_POINTER,
  MONTH,
  STRING,
  TIME,
  UINT8,
  WEEKDAY,
} from "../value/types.ts";
import { GoList, GoLocation, GoNumber, GoTime, type Value } from "../value/values.ts";
import { dayOfYear, weekdayOfDays } from "./calendar.ts";
import { formatMoment, momentGoString, momentJSON, momentText } from "./format.ts";
import { isDaylightSaving, localLocation, UTC_LOCATION } from "./location.ts";
import {
  addDate,
  addDuration,
  compareMoments,
  type Fields,
  fieldsOf,
  inLocation,
  isZero,
  type Moment,
  roundMoment,
  subtract,
  unixOf,
} from "./moment.ts";

function moment(value: Value): Moment {
  return (value as GoTime).moment;
}

function ns(value: Value): number | bigint {
  return (value as GoNumber).value;
}

function of(call: (m: Moment, args: readonly Value[]) => Value, ...params: GoType[]): GoMethod {
  return { params, call: (receiver, args) => call(moment(receiver), args) };
}

function field(get: (f: Fields) => number): GoMethod {
  return of((m) => get(fieldsOf(m)));
}

function unix(perSecond: 1n | 1000n | 1_000_000n | 1_000_000_000n): GoMethod {
  return of((m) => new GoNumber(INT64, unixOf(m, perSecond)));
}

/** A method templates cannot call, because it gives several results. */
function several(invalid: string): GoMethod {
  return { params: [], invalid, call: () => undefined };
}

const second = (type: string) => `invalid function signature for %s: second return value should be error; is ${type}`;

function bytes(text: string): GoList {
  return new GoList(
    BYTES,
    [...toBytes(text)].map((byte) => new GoNumber(UINT8, byte)),
  );
}

function marshal(m: Moment, method: string, wrap: (text: string) => string): GoList {
  const json = momentJSON(m);
  if ("error" in json) throw new CallError(`Time.${method}: ${json.error}`);
  return bytes(wrap(json.text));
}

/** Methods of time.Time. */
export const timeMethods: ReadonlyMap<string, GoMethod> = new Map<string, GoMethod>([
  ["Format", of((m, [layout]) => formatMoment(m, layout as string), STRING)],
  ["AppendFormat", of(appendFormat, BYTES, STRING)],
  ["String", of((m) => momentText(m))],
  ["GoString", of((m) => momentGoString(m))],
  ["Unix", unix(1n)],
  ["UnixMilli", unix(1000n)],
  ["UnixMicro", unix(1_000_000n)],
  ["UnixNano", unix(1_000_000_000n)],
  ["UTC", of((m) => new GoTime(inLocation(m, UTC_LOCATION)))],
  ["Local", of((m) => new GoTime(inLocation(m, localLocation())))],
  [
    "In",
    {
      params: [LOCATION_POINTER],
      call: (t, [location]) => {
        if (location === undefined) throw new CallError("time: missing Location in call to Time.In");
        return new GoTime(inLocation(moment(t), (location as GoLocation).location));
      },
    },
  ],
  ["Location", of((m) => new GoLocation(m.location))],
  ["Zone", several(second("int"))],
  ["ZoneBounds", several(second("time.Time"))],
  ["ISOWeek", several(second("int"))],
  ["Date", several("function %s has 3 return values; should be 1 or 2")],
  ["Clock", several("function %s has 3 return values; should be 1 or 2")],
  ["IsDST", of((m) => isDaylightSaving(m.location, m.seconds))],
  ["IsZero", of((m) => isZero(m))],
  ["Sub", of((m, [other]) => new GoNumber(DURATION, subtract(m, moment(other))), TIME)],
  ["Add", of((m, [d]) => new GoTime(addDuration(m, ns(d))), DURATION)],
  ["AddDate", of((m, [y, mo, d]) => new GoTime(addDate(m, Number(y), Number(mo), Number(d))), INT, INT, INT)],
  ["Truncate", of((m, [d]) => new GoTime(roundMoment(m, ns(d), "down")), DURATION)],
  ["Round", of((m, [d]) => new GoTime(roundMoment(m, ns(d), "nearest")), DURATION)],
  ["Before", of((m, [other]) => compareMoments(m, moment(other)) < 0, TIME)],
  ["After", of((m, [other]) => compareMoments(m, moment(other)) > 0, TIME)],
  ["Equal", of((m, [other]) => compareMoments(m, moment(other)) === 0, TIME)],
  ["Compare", of((m, [other]) => compareMoments(m, moment(other)), TIME)],
  ["Year", field((f) => f.year)],
  ["Month", of((m) => new GoNumber(MONTH, fieldsOf(m).month))],
  ["Day", field((f) => f.day)],
  ["Hour", field((f) => f.hour)],
  ["Minute", field((f) => f.minute)],
  ["Second", field((f) => f.second)],
  ["Nanosecond", of((m) => m.nanos)],
  ["YearDay", field((f) => dayOfYear(f.days))],
  ["Weekday", of((m) => new GoNumber(WEEKDAY, weekdayOfDays(fieldsOf(m).days)))],
  ["MarshalJSON", of((m) => marshal(m, "MarshalJSON", (text) => `"${text}"`))],
  ["MarshalText", of((m) => marshal(m, "MarshalText", (text) => text))],
]);

function appendFormat(m: Moment, [prefix, layout]: readonly Value[]): GoList {
  return new GoList(BYTES, [...(prefix as GoList).items, ...bytes(formatMoment(m, layout as string)).items]);
}

/** Methods of *time.Location. */
export const locationMethods: ReadonlyMap<string, GoMethod> = new Map<string, GoMethod>([
  ["String", { params: [], call: (value) => (value as GoLocation).location.name }],
]);
