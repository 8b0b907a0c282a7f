import { CallError } from "../exec/execution.ts";
import type { GoFunction } from "../exec/function.ts";
import { quote } from "../fmt/quote.ts";
import { formatMoment } from "../time/format.ts";
import { loadLocation, localLocation, UTC_LOCATION } from "../time/location.ts";
import { inLocation, type Moment, momentOfMillis, subtract, ZERO_MOMENT } from "../time/moment.ts";
import { parseMoment, TimeParseError } from "../time/parse.ts";
import { ANY, ANY_SLICE, DURATION, HTML, STRING, STRING_SLICE, TIME, URL } from "../value/types.ts";
import { AnyMap, GoList, GoNumber, GoString, GoTime, type Value } from "../value/values.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { goLower, goUpper, trimSpace } from "./case.ts";
import { queryUnescape } from "./escape.ts";
import { humanizeDuration } from "./humanize.ts";
import { toJSON } from "./json.ts";
import { joinStrings } from "./join.ts";
import { matchString, replaceAll } from "./regex.ts";
import { titleCase } from "./title.ts";

function ofStrings(count: number, call: (...args: string[]) => Value): GoFunction {
  return { params: Array.from({ length: count }, () => STRING), call: (args) => call(...(args as string[])) };
}

function now(): Moment {
  const ms = performance.timeOrigin + performance.now();
  return {
    ...momentOfMillis(Math.floor(ms * 1000) / 1000, localLocation()),
    monotonic: BigInt(Math.round(performance.now() * 1e6)),
  };
}

function parseDate(layout: string, text: string): GoTime {
  return new GoTime(parseMoment(layout, text, UTC_LOCATION));
}

function toDate(layout: string, text: string): GoTime {
  try {
    return parseDate(layout, text);
  } catch (error) {
    if (error instanceof TimeParseError) return new GoTime(ZERO_MOMENT);
    throw error;
  }
}

function mustToDate(layout: string, text: string): GoTime {
  try {
    return parseDate(layout, text);
  } catch (error) {
    if (error instanceof TimeParseError) throw new CallError(error.message);
    throw error;
  }
}

function inZone(name: string, time: GoTime): GoTime {
  const location = loadLocation(name);
  if (location === undefined) throw new CallError(unknownZone(name));
  return new GoTime(inLocation(time.moment, location));
}

/** Names that could leave the directory of zones are refused before it is looked at. */
function unknownZone(name: string): string {
  const outside = name.includes("..") || name.startsWith("/") || name.startsWith("\\");
  return outside ? "time: invalid location name" : `unknown time zone ${name}`;
}

function urlUnescape(text: string): string {
  const result = queryUnescape(text);
  if ("bad" in result) throw new CallError(`invalid URL escape ${quote(result.bad)}`);
  return result.text;
}

function dict(args: readonly Value[]): AnyMap {
  if (args.length % 2 !== 0) throw new CallError("dict requires an even number of arguments");
  const entries = new Map<string, Value>();
  for (let i = 0; i < args.length; i += 2) {
    const key = args[i];
    if (typeof key !== "string") throw new CallError("dict keys must be strings");
    entries.set(key, args[i + 1]);
  }
  return new AnyMap(entries);
}

/** The functions Alertmanager adds (spec §9.3). */
export const alertmanagerFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["toUpper", ofStrings(1, (s) => goUpper(s as string))],
  ["toLower", ofStrings(1, (s) => goLower(s as string))],
  ["title", ofStrings(1, (s) => titleCase(s as string))],
  ["trimSpace", ofStrings(1, (s) => trimSpace(s as string))],
  [
    "join",
    {
      params: [STRING, STRING_SLICE],
      call: ([separator, list]) => joinStrings((list as GoList).items as readonly string[], separator as string),
    },
  ],
  ["match", ofStrings(2, (pattern, text) => matchString(pattern as string, text as string))],
  ["safeHtml", ofStrings(1, (s) => new GoString(HTML, s as string))],
  ["safeUrl", ofStrings(1, (s) => new GoString(URL, s as string))],
  ["urlUnescape", ofStrings(1, (s) => urlUnescape(s as string))],
  [
    "reReplaceAll",
    ofStrings(3, (pattern, replacement, text) => replaceAll(pattern as string, replacement as string, text as string)),
  ],
  ["stringSlice", { params: [], variadic: STRING, call: (args) => new GoList(STRING_SLICE, args) }],
  ["routeLabels", { params: [STRING], call: ([name], s) => s.environment.routeLabel(name as string) }],
  ["date", { params: [STRING, TIME], call: ([layout, t]) => formatMoment((t as GoTime).moment, layout as string) }],
  ["tz", { params: [STRING, TIME], call: ([name, t]) => inZone(name as string, t as GoTime) }],
  ["now", { params: [], call: () => new GoTime(now()) }],
  ["since", { params: [TIME], call: ([t]) => new GoNumber(DURATION, subtract(now(), (t as GoTime).moment)) }],
  ["humanizeDuration", { params: [ANY], call: ([value]) => humanizeDuration(value) }],
  ["toDate", ofStrings(2, (layout, text) => toDate(layout as string, text as string))],
  ["mustToDate", ofStrings(2, (layout, text) => mustToDate(layout as string, text as string))],
  ["toJson", { params: [ANY], call: ([value]) => toJSON(value) }],
  ["base64encode", ofStrings(1, (s) => encodeBase64(s as string))],
  ["base64decode", ofStrings(1, (s) => decodeBase64(s as string))],
  ["list", { params: [], variadic: ANY, call: (args) => new GoList(ANY_SLICE, args) }],
  [
    "append",
    {
      params: [ANY_SLICE],
      variadic: ANY,
      call: ([list, ...more]) => {
        const old = list as GoList;
        const items = [...old.items, ...more];
        return new GoList(ANY_SLICE, items, old.isNil && items.length === 0);
      },
    },
  ],
  ["dict", { params: [], variadic: ANY, call: dict }],
]);
