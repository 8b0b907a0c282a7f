import { Timestamp } from "../../core/model/timestamp.ts";
import { int64, integer } from "../value/values.ts";
import { type CivilDate, civilFromDays, daysFromCivil, SECONDS_PER_DAY } from "./calendar.ts";
import { fixedZone, type Location, localLocation, UTC_LOCATION } from "./location.ts";

/** Go's time.Time: an instant and the zone it is shown in. */
export interface Moment {
  /** Whole seconds since 1970-01-01T00:00:00Z, rounded down. */
  readonly seconds: number;
  /** 0 to 999,999,999 */
  readonly nanos: number;
  readonly location: Location;
  /** Nanoseconds of the monotonic clock, only for a time that was read from the clock. */
  readonly monotonic?: bigint;
}

/** Seconds from year 1 to 1970, the base of Go's truncation and zero time. */
const ZERO_SECONDS = -62_135_596_800;
const BILLION = 1_000_000_000n;
const MAX_DURATION = 2n ** 63n - 1n;

export const ZERO_MOMENT: Moment = { seconds: ZERO_SECONDS, nanos: 0, location: UTC_LOCATION };

export function isZero(m: Moment): boolean {
  return m.seconds === ZERO_SECONDS && m.nanos === 0;
}

/** A numeric offset is the local zone where that has the same offset then, as in Go's time.Parse. */
function locationOfOffset(offset: number, seconds: number): Location {
  const local = localLocation();
  return local.lookup(seconds).offset === offset ? local : fixedZone("", offset);
}

export function momentOfTimestamp(t: Timestamp): Moment {
  const seconds = Math.floor(t.ms / 1000);
  const location = t.offset === 0 ? UTC_LOCATION : locationOfOffset(t.offset, seconds);
  return { seconds, nanos: (t.ms - seconds * 1000) * 1_000_000 + t.nanos, location };
}

/** @param ms since 1970, may have a fraction */
export function momentOfMillis(ms: number, location: Location): Moment {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1_000_000), location };
}

/** Go's time.Date: fields outside their ranges carry over. */
export function momentOfDate(
  date: CivilDate,
  clock: readonly [h: number, m: number, s: number],
  nanos: number,
  location: Location,
): Moment {
  const years = Math.floor((date.month - 1) / 12);
  const days = daysFromCivil(date.year + years, date.month - years * 12, 1) + date.day - 1;
  const carry = Math.floor(nanos / 1e9);
  const unix = days * SECONDS_PER_DAY + clock[0] * 3600 + clock[1] * 60 + clock[2] + carry;
  // The offset before the change is tried first, then the one after: as Go resolves a time that exists twice or not at all.
  const guess = location.lookup(unix).offset;
  let seconds = unix - guess;
  const there = location.lookup(seconds).offset;
  if (there !== guess) seconds = unix - there;
  return { seconds, nanos: nanos - carry * 1e9, location };
}

export interface Fields extends CivilDate {
  readonly days: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: string;
  readonly offset: number;
}

/** The moment as a calendar and a clock show it in its zone. */
export function fieldsOf(m: Moment): Fields {
  const { name, offset } = m.location.lookup(m.seconds);
  const local = m.seconds + offset;
  const days = Math.floor(local / SECONDS_PER_DAY);
  const rest = local - days * SECONDS_PER_DAY;
  return {
    ...civilFromDays(days),
    days,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
    zone: name,
    offset,
  };
}

export function inLocation(m: Moment, location: Location): Moment {
  return { seconds: m.seconds, nanos: m.nanos, location };
}

export function compareMoments(a: Moment, b: Moment): number {
  return Math.sign(a.seconds - b.seconds || a.nanos - b.nanos);
}

function unixNanos(m: Moment): bigint {
  return BigInt(m.seconds) * BILLION + BigInt(m.nanos);
}

function momentOfNanos(nanos: bigint, location: Location): Moment {
  const rest = ((nanos % BILLION) + BILLION) % BILLION;
  return { seconds: Number((nanos - rest) / BILLION), nanos: Number(rest), location };
}

/** @param duration ns */
export function addDuration(m: Moment, duration: number | bigint): Moment {
  const sum = momentOfNanos(unixNanos(m) + BigInt(duration), m.location);
  return m.monotonic === undefined ? sum : { ...sum, monotonic: m.monotonic + BigInt(duration) };
}

/** The duration from `b` to `a` in ns, at most what int64 holds. */
export function subtract(a: Moment, b: Moment): number | bigint {
  const difference =
    a.monotonic !== undefined && b.monotonic !== undefined ? a.monotonic - b.monotonic : unixNanos(a) - unixNanos(b);
  if (difference > MAX_DURATION) return MAX_DURATION;
  return integer(difference < -MAX_DURATION - 1n ? -MAX_DURATION - 1n : difference);
}

export function addDate(m: Moment, years: number, months: number, days: number): Moment {
  const f = fieldsOf(m);
  const date = { year: f.year + years, month: f.month + months, day: f.day + days };
  return momentOfDate(date, [f.hour, f.minute, f.second], m.nanos, m.location);
}

/** Rounds to a multiple of `step` ns since year 1: down for Truncate, to the nearest (half up) for Round. */
export function roundMoment(m: Moment, step: number | bigint, mode: "down" | "nearest"): Moment {
  const d = BigInt(step);
  if (d <= 0n) return inLocation(m, m.location);
  const since = unixNanos(m) - BigInt(ZERO_SECONDS) * BILLION;
  const rest = ((since % d) + d) % d;
  const up = mode === "nearest" && rest + rest >= d;
  return momentOfNanos(unixNanos(m) - rest + (up ? d : 0n), m.location);
}

export function unixOf(m: Moment, perSecond: 1n | 1000n | 1_000_000n | 1_000_000_000n): number | bigint {
  const nanos = unixNanos(m);
  const unit = BILLION / perSecond;
  const floor = nanos / unit - (nanos < 0n && nanos % unit !== 0n ? 1n : 0n);
  return int64(floor);
}
