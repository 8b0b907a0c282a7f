import { goTimeQuote } from "./goquote.ts";

/**
 * A moment in time with nanoseconds and the zone it was written in.
 *
 * The API gives an alert's times back in the zone they were posted in (spec §2.3) and a webhook prints
 * them with all their digits (spec §10.2), so a number of milliseconds alone would not do.
 */
export class Timestamp {
  /**
   * @param ms whole milliseconds since 1970-01-01T00:00:00Z, rounded down; year 1 is negative
   * @param nanos what is left below the millisecond, 0 to 999,999 ns
   * @param offset seconds east of UTC
   */
  constructor(
    readonly ms: number,
    readonly nanos: number = 0,
    readonly offset: number = 0,
  ) {}

  /** True for Go's zero time, 0001-01-01T00:00:00Z, which on the wire means "not set". */
  get isZero(): boolean {
    return this.ms === ZERO_MS && this.nanos === 0;
  }

  /** True when this moment is at or before `now` (ms): an alert ending then is resolved. */
  endedBy(now: number): boolean {
    return this.ms < now || (this.ms === now && this.nanos === 0);
  }

  /** The same moment written in the same zone. */
  equals(other: Timestamp): boolean {
    return this.ms === other.ms && this.nanos === other.nanos && this.offset === other.offset;
  }

  /** Negative when earlier than `other`, 0 for the same moment in whatever zone. */
  compare(other: Timestamp): number {
    return this.ms - other.ms || this.nanos - other.nanos;
  }
}

const ZERO_MS = -62_135_596_800_000;

/** Go's zero time. */
export const ZERO_TIME = new Timestamp(ZERO_MS);

export class TimestampError extends Error {}

// The layouts the API tries (spec §2.3) in one: a date alone, with `T` and a time, or with blanks and a time.
const LAYOUT = /^(\d{4})-(\d\d)-(\d\d)(?:(T| +)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d:\d\d|[+-]\d{4})?)?$/;

/**
 * Reads a time as the API's date-time format does (spec §2.3): RFC 3339 with any number of fractional digits (nine
 * count), without a zone (then UTC), without seconds, with blanks instead of the T, or a bare date. A zone without its
 * colon has to follow three or six fractional digits. The empty string is the Unix epoch.
 *
 * @throws TimestampError in Go's words for the last layout tried, `2006-01-02`
 */
export function parseTimestamp(text: string): Timestamp {
  if (text === "") return new Timestamp(0);
  const m = LAYOUT.exec(text);
  if (m === null || !fitsLayout(m)) throw new TimestampError(dateOnlyError(text));
  const [, year, month, day, , hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = m;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || !isDate(year, month, day)) {
    throw new TimestampError(dateOnlyError(text));
  }
  const offset = zoneOffset(zone);
  // Date.UTC reads years 0 to 99 as 19xx, so the year is set apart.
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const digits = (fraction + "000000000").slice(0, 9);
  const ms = date.getTime() - offset * 1000 + Number(digits.slice(0, 3));
  return new Timestamp(ms, Number(digits.slice(3)), offset);
}

/** Which parts may stand together, and how far a zone may be off: Go lets 24 hours and 60 minutes pass. */
function fitsLayout(m: RegExpExecArray): boolean {
  const [, , , , separator, , , second, fraction, zone] = m;
  if (separator === undefined) return true;
  if (separator !== "T") return second !== undefined && zone === undefined;
  if (zone === undefined || zone === "Z") return true;
  if (second === undefined || Number(zone.slice(1, 3)) > 24 || Number(zone.slice(-2)) > 60) return false;
  return zone.length === 6 || fraction?.length === 3 || fraction?.length === 6;
}

function isDate(year: string | undefined, month: string | undefined, day: string | undefined): boolean {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function zoneOffset(zone: string): number {
  if (zone === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60);
}

/** Go's time.Parse error for the layout `2006-01-02`, which is the last one tried. */
function dateOnlyError(text: string): string {
  const quoted = goTimeQuote(text);
  const prefix = `parsing time ${quoted} as "2006-01-02": `;
  const cannot = (rest: string, element: string) => `${prefix}cannot parse ${goTimeQuote(rest)} as "${element}"`;
  if (!/^\d{4}/.test(text)) return cannot(text, "2006");
  let rest = text.slice(4);
  if (!rest.startsWith("-")) return cannot(rest, "-");
  rest = rest.slice(1);
  if (!/^\d\d/.test(rest)) return cannot(rest, "01");
  const month = Number(rest.slice(0, 2));
  if (month < 1 || month > 12) return `parsing time ${quoted}: month out of range`;
  rest = rest.slice(2);
  if (!rest.startsWith("-")) return cannot(rest, "-");
  rest = rest.slice(1);
  if (!/^\d\d/.test(rest)) return cannot(rest, "02");
  const extra = rest.slice(2);
  if (extra !== "") return `parsing time ${quoted}: extra text: ${goTimeQuote(extra)}`;
  return `parsing time ${quoted}: day out of range`;
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, "0");
}

/** `2006-01-02T15:04:05.000`, with more digits or a sign for a year that needs them. */
function dateAndTime(t: Timestamp): string {
  const date = new Date(t.ms + t.offset * 1000);
  const year = date.getUTCFullYear();
  const iso = date.toISOString();
  return (year < 0 ? "-" : "") + pad(Math.abs(year), 4) + iso.slice(iso.indexOf("-", 1), -1);
}

function zoneSuffix(offset: number): string {
  if (offset === 0) return "Z";
  const minutes = Math.abs(offset) / 60;
  return `${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}:${pad(Math.floor(minutes % 60), 2)}`;
}

/** `2006-01-02T15:04:05.000Z07:00`: three decimals, cut off and not rounded (spec §2.3). */
export function formatMillis(t: Timestamp): string {
  return dateAndTime(t) + zoneSuffix(t.offset);
}

/** RFC3339Nano: as many decimals as needed, none for a whole second. */
export function formatNano(t: Timestamp): string {
  const [seconds, millis] = dateAndTime(t).split(".");
  const fraction = `${millis}${pad(t.nanos, 6)}`.replace(/0+$/, "");
  return `${seconds}${fraction === "" ? "" : `.${fraction}`}${zoneSuffix(t.offset)}`;
}
