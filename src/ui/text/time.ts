import { formatDuration } from "./duration.ts";

const EXACT = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** The reader's own zone, such as `Europe/Berlin`. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** With weekday, seconds and zone, and in UTC beside it. */
export function exactTime(at: Date): string {
  return `${EXACT.format(at)} (${at.toISOString().replace(/\.000Z$/, "Z")})`;
}

/** Time alone for today, otherwise with the day. */
export function shortTime(at: Date, now: Date): string {
  return at.toDateString() === now.toDateString() ? TIME.format(at) : DAY_AND_TIME.format(at);
}

/** `5m ago`, `in 2h`, `now`. */
export function relativeTime(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  if (Math.abs(ms) < 5000) return "now";
  const [first = "", ...rest] = formatDuration(Math.abs(ms)).split(" ");
  // "27m" says as much as "27m 21s"; of "1h 40m" the second half matters.
  const text = Number.parseInt(first, 10) >= 10 ? first : [first, ...rest].join(" ");
  return ms > 0 ? `${text} ago` : `in ${text}`;
}

/** For `<input type="datetime-local">`: the reader's wall clock, `2026-11-24T02:05`. */
export function toLocalInput(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The moment a `datetime-local` field says, if any. */
export function fromLocalInput(text: string): Date | undefined {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? undefined : at;
}
