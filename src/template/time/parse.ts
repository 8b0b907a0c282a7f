import { daysBefore, daysIn, isLeap } from "./calendar.ts";
import { DAYS, MONTHS } from "./format.ts";
import { type Chunk, chunksOf } from "./layout.ts";
import { fixedZone, type Location, UTC_LOCATION } from "./location.ts";
import { type Moment, momentOfDate } from "./moment.ts";
import { parseOffset, zoneLength } from "./parse-zone.ts";
import { quoteTimeText } from "./quote.ts";

/** The text of Go's time.ParseError. */
export class TimeParseError extends Error {}

/** A value does not have the form its element wants. */
class BadValue extends Error {}

interface Parsed {
  year: number;
  month: number;
  day: number;
  yday: number;
  hour: number;
  min: number;
  sec: number;
  nsec: number;
  pm: "AM" | "PM" | undefined;
  utc: boolean;
  offset: number | undefined;
  zone: string;
}

function take(value: string, pattern: RegExp): [string, string] {
  const m = pattern.exec(value);
  if (m === null) throw new BadValue();
  return [m[0], value.slice(m[0].length)];
}

function number(value: string, fixed: boolean, digits: 2 | 3 = 2): [number, string] {
  const [text, rest] = take(value, digits === 3 ? (fixed ? /^\d{3}/ : /^\d{1,3}/) : fixed ? /^\d\d/ : /^\d\d?/);
  return [Number(text), rest];
}

function name(value: string, names: readonly string[], length?: number): [number, string] {
  const i = names.findIndex((n) => {
    const wanted = n.slice(0, length).toLowerCase();
    return value.slice(0, wanted.length).toLowerCase() === wanted;
  });
  if (i < 0) throw new BadValue();
  return [i, value.slice((names[i] as string).slice(0, length).length)];
}

/** Removes literal text, any run of blanks standing for any other. */
function skip(value: string, prefix: string): [string, boolean] {
  let v = value;
  let p = prefix;
  while (p !== "") {
    if (p.startsWith(" ")) {
      if (v !== "" && !v.startsWith(" ")) return [v, false];
      p = p.replace(/^ +/, "");
      v = v.replace(/^ +/, "");
      continue;
    }
    if (v.charAt(0) !== p.charAt(0)) return [v, false];
    p = p.slice(1);
    v = v.slice(1);
  }
  return [v, true];
}

/** Nanoseconds of a separator and digits, among which Go takes a sign; a bad separator is a bad value. */
function nanoseconds(text: string): number {
  const m = /^[.,]([+-]?)(\d+)$/.exec(text);
  if (m === null) throw new BadValue();
  const digits = (m[2] as string).slice(0, 9);
  return Number((m[1] === "-" ? "-" : "") + digits) * 10 ** (10 - Math.min(text.length, 10));
}

function numericOffset(value: string, element: string, p: Parsed): [string, string] {
  const parsed = parseOffset(value, element);
  if (parsed === undefined) throw new BadValue();
  p.offset = parsed.offset;
  return [value.slice(parsed.length), parsed.range];
}

/** Reads one element. Returns the rest of the value and which part is out of range, if one is. */
function parseElement(value: string, chunk: Chunk, next: Chunk | undefined, p: Parsed): [string, string] {
  let rest = value;
  switch (chunk.element) {
    case "06": {
      const text = value.slice(0, 2);
      if (text.length < 2 || !/^[+-]?\d+$/.test(text)) throw new BadValue();
      p.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000);
      return [value.slice(2), ""];
    }
    case "2006": {
      const [text, after] = take(value, /^\d{4}/);
      p.year = Number(text);
      return [after, ""];
    }
    case "Jan":
    case "January":
      [p.month, rest] = name(value, MONTHS, chunk.element === "Jan" ? 3 : undefined);
      p.month++;
      return [rest, ""];
    case "1":
    case "01":
      [p.month, rest] = number(value, chunk.element === "01");
      return [rest, p.month <= 0 || p.month > 12 ? "month" : ""];
    case "Mon":
    case "Monday":
      return [name(value, DAYS, chunk.element === "Mon" ? 3 : undefined)[1], ""];
    case "2":
    case "_2":
    case "02":
      if (chunk.element === "_2" && value.startsWith(" ")) rest = value.slice(1);
      [p.day, rest] = number(rest, chunk.element === "02");
      return [rest, ""];
    case "__2":
    case "002":
      if (chunk.element === "__2") rest = value.replace(/^ {1,2}/, "");
      [p.yday, rest] = number(rest, chunk.element === "002", 3);
      return [rest, ""];
    case "15":
      [p.hour, rest] = number(value, false);
      return [rest, p.hour >= 24 ? "hour" : ""];
    case "3":
    case "03":
      [p.hour, rest] = number(value, chunk.element === "03");
      return [rest, p.hour > 12 ? "hour" : ""];
    case "4":
    case "04":
      [p.min, rest] = number(value, chunk.element === "04");
      return [rest, p.min >= 60 ? "minute" : ""];
    case "5":
    case "05":
      [p.sec, rest] = number(value, chunk.element === "05");
      if (p.sec >= 60) return [rest, "second"];
      // A fraction may follow the seconds though the layout has none.
      if (/^[.,]\d/.test(rest) && next?.element !== "fraction0" && next?.element !== "fraction9") {
        const [text, after] = take(rest, /^[.,]\d+/);
        p.nsec = nanoseconds(text);
        return [after, ""];
      }
      return [rest, ""];
    case "PM":
    case "pm": {
      const [text, after] = take(value, chunk.element === "PM" ? /^(AM|PM)/ : /^(am|pm)/);
      p.pm = text.toUpperCase() as "AM" | "PM";
      return [after, ""];
    }
    case "MST": {
      if (value.startsWith("UTC")) {
        p.utc = true;
        return [value.slice(3), ""];
      }
      const n = zoneLength(value);
      if (n === 0) throw new BadValue();
      p.zone = value.slice(0, n);
      return [value.slice(n), ""];
    }
    case "fraction0": {
      const n = chunk.text.length;
      if (value.length < n) throw new BadValue();
      p.nsec = nanoseconds(value.slice(0, n));
      return [value.slice(n), p.nsec < 0 ? "fractional second" : ""];
    }
    case "fraction9": {
      const m = /^[.,]\d+/.exec(value);
      if (m === null) return [value, ""];
      p.nsec = nanoseconds(m[0]);
      return [value.slice(m[0].length), ""];
    }
    case undefined:
      return [value, ""];
    default:
      if (chunk.element.startsWith("Z") && value.startsWith("Z")) {
        p.utc = true;
        return [value.slice(1), ""];
      }
      return numericOffset(value, chunk.element, p);
  }
}

/**
 * Go's time.Parse and time.ParseInLocation.
 *
 * @param location where a time without a zone is
 * @param local the zone that a numeric offset or an abbreviation is taken for, if it was in force then
 * @throws TimeParseError in Go's words
 */
export function parseMoment(layout: string, value: string, location: Location, local = location): Moment {
  const fail = (element: string, part: string, message = ""): never => {
    if (message !== "") throw new TimeParseError(`parsing time ${quoteTimeText(value)}: ${message}`);
    throw new TimeParseError(
      `parsing time ${quoteTimeText(value)} as ${quoteTimeText(layout)}: cannot parse ${quoteTimeText(part)} as ${quoteTimeText(element)}`,
    );
  };
  const p: Parsed = {
    year: 0,
    month: -1,
    day: -1,
    yday: -1,
    hour: 0,
    min: 0,
    sec: 0,
    nsec: 0,
    pm: undefined,
    utc: false,
    offset: undefined,
    zone: "",
  };
  const chunks = chunksOf(layout);
  let rest = value;
  chunks.forEach((chunk, i) => {
    const [after, ok] = skip(rest, chunk.prefix);
    // What is left of the literal is reported from where it began to differ.
    if (!ok) fail(chunk.prefix, after);
    if (chunk.element === undefined) {
      if (after !== "") fail("", after, `extra text: ${quoteTimeText(after)}`);
      return;
    }
    try {
      const [left, range] = parseElement(after, chunk, chunks[i + 1], p);
      if (range !== "") fail("", "", `${range} out of range`);
      rest = left;
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      fail(chunk.text, after);
    }
  });
  if (p.pm === "PM" && p.hour < 12) p.hour += 12;
  else if (p.pm === "AM" && p.hour === 12) p.hour = 0;
  settleDate(p, (message) => fail("", "", message));
  return resolve(p, location, local);
}

/** Turns a day of the year into month and day, and checks the day. */
function settleDate(p: Parsed, fail: (message: string) => never): void {
  if (p.yday >= 0) {
    const leapDay = isLeap(p.year) && p.yday === 60;
    const yday = isLeap(p.year) && p.yday > 60 ? p.yday - 1 : p.yday;
    if (yday < 1 || yday > 365) fail("day-of-year out of range");
    let month = leapDay ? 2 : Math.floor((yday - 1) / 31) + 1;
    if (!leapDay && daysBefore(month + 1) < yday) month++;
    const day = leapDay ? 29 : yday - daysBefore(month);
    if (p.month >= 0 && p.month !== month) fail("day-of-year does not match month");
    if (p.day >= 0 && p.day !== day) fail("day-of-year does not match day");
    p.month = month;
    p.day = day;
  }
  if (p.month < 0) p.month = 1;
  if (p.day < 0) p.day = 1;
  if (p.day < 1 || p.day > daysIn(p.month, p.year)) fail("day out of range");
}

function resolve(p: Parsed, location: Location, local: Location): Moment {
  const at = (zone: Location) =>
    momentOfDate({ year: p.year, month: p.month, day: p.day }, [p.hour, p.min, p.sec], p.nsec, zone);
  if (p.utc) return at(UTC_LOCATION);
  if (p.offset !== undefined && p.offset !== -1) {
    const utc = at(UTC_LOCATION);
    const seconds = utc.seconds - p.offset;
    const zone = local.lookup(seconds);
    const same = zone.offset === p.offset && (p.zone === "" || p.zone === zone.name);
    return { seconds, nanos: utc.nanos, location: same ? local : fixedZone(p.zone, p.offset) };
  }
  if (p.zone === "") return at(location);
  const utc = at(UTC_LOCATION);
  const zone = local.lookup(utc.seconds);
  if (zone.name === p.zone) return { seconds: utc.seconds - zone.offset, nanos: utc.nanos, location: local };
  const hours = p.zone.startsWith("GMT") && p.zone.length > 3 ? Number(p.zone.slice(3)) : 0;
  return { ...utc, location: fixedZone(p.zone, hours * 3600) };
}
