import { quote } from "../fmt/quote.ts";
import { dayOfYear, weekdayOfDays } from "./calendar.ts";
import { type Chunk, chunksOf } from "./layout.ts";
import { localLocation, UTC_LOCATION } from "./location.ts";
import { type Fields, fieldsOf, type Moment } from "./moment.ts";

export const MONTHS: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
export const DAYS: readonly string[] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";
const DEFAULT_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST";

function pad(n: number, width: number): string {
  return n < 0 ? `-${String(-n).padStart(width, "0")}` : String(n).padStart(width, "0");
}

/** Go's Time.Format. */
export function formatMoment(m: Moment, layout: string): string {
  const fields = fieldsOf(m);
  let out = "";
  for (const chunk of chunksOf(layout)) out += chunk.prefix + formatChunk(m, fields, chunk);
  return out;
}

function formatChunk(m: Moment, f: Fields, { element, text }: Chunk): string {
  switch (element) {
    case undefined:
      return "";
    case "06":
      return pad(Math.abs(f.year) % 100, 2);
    case "2006":
      return pad(f.year, 4);
    case "Jan":
      return (MONTHS[f.month - 1] as string).slice(0, 3);
    case "January":
      return MONTHS[f.month - 1] as string;
    case "1":
      return String(f.month);
    case "01":
      return pad(f.month, 2);
    case "Mon":
      return (DAYS[weekdayOfDays(f.days)] as string).slice(0, 3);
    case "Monday":
      return DAYS[weekdayOfDays(f.days)] as string;
    case "2":
      return String(f.day);
    case "_2":
      return String(f.day).padStart(2);
    case "02":
      return pad(f.day, 2);
    case "__2":
      return String(dayOfYear(f.days)).padStart(3);
    case "002":
      return pad(dayOfYear(f.days), 3);
    case "15":
      return pad(f.hour, 2);
    case "3":
      return String(f.hour % 12 || 12);
    case "03":
      return pad(f.hour % 12 || 12, 2);
    case "4":
      return String(f.minute);
    case "04":
      return pad(f.minute, 2);
    case "5":
      return String(f.second);
    case "05":
      return pad(f.second, 2);
    case "PM":
      return f.hour >= 12 ? "PM" : "AM";
    case "pm":
      return f.hour >= 12 ? "pm" : "am";
    case "MST":
      return f.zone === "" ? formatOffset(f.offset, "-0700") : f.zone;
    case "fraction0":
    case "fraction9":
      return formatFraction(m.nanos, text, element);
    default:
      return element.startsWith("Z") && f.offset === 0 ? "Z" : formatOffset(f.offset, element);
  }
}

function formatOffset(offset: number, element: string): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const colon = element.includes(":") ? ":" : "";
  const digits = element.replace(/\D/g, "").length;
  let out = (offset <= -60 ? "-" : "+") + pad(Math.floor(minutes / 60), 2);
  if (digits > 2) out += colon + pad(minutes % 60, 2);
  if (digits > 4) out += colon + pad(Math.abs(offset) % 60, 2);
  return out;
}

function formatFraction(nanos: number, text: string, element: "fraction0" | "fraction9"): string {
  const digits = pad(nanos, 9).slice(0, text.length - 1);
  if (element === "fraction0") return text.charAt(0) + digits;
  const trimmed = digits.replace(/0+$/, "");
  return trimmed === "" ? "" : text.charAt(0) + trimmed;
}

/** What printing a time gives. */
export function momentText(m: Moment): string {
  const text = formatMoment(m, DEFAULT_LAYOUT);
  if (m.monotonic === undefined) return text;
  const ns = m.monotonic < 0n ? -m.monotonic : m.monotonic;
  return `${text} m=${m.monotonic < 0n ? "-" : "+"}${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")}`;
}

/**
 * The time as JSON has it, without quotes (RFC3339 with as many decimals as needed).
 * @returns undefined together with the reason where RFC 3339 cannot say it
 */
export function momentJSON(m: Moment): { readonly text: string } | { readonly error: string } {
  const text = formatMoment(m, RFC3339_NANO);
  if (text.charAt(4) !== "-") return { error: "year outside of range [0,9999]" };
  if (!text.endsWith("Z") && Number(text.slice(-5, -3)) >= 24)
    return { error: "timezone hour outside of range [0,23]" };
  return { text };
}

/** What `%#v` gives. */
export function momentGoString(m: Moment): string {
  const f = fieldsOf(m);
  let location = `time.Location(${quote(m.location.name)})`;
  if (m.location === UTC_LOCATION) location = "time.UTC";
  else if (m.location === localLocation()) location = "time.Local";
  return `time.Date(${f.year}, time.${MONTHS[f.month - 1]}, ${f.day}, ${f.hour}, ${f.minute}, ${f.second}, ${m.nanos}, ${location})`;
}
