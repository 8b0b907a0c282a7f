import { checkLocation } from "../intervals/location.ts";
import { WEEKDAYS } from "../intervals/parse.ts";
import { parseCron, weekdayOf } from "./cron.ts";
import { dayIn, dayNumber, momentsOf } from "./zone.ts";

/** When something comes again and again: on the clock of a place, each time for as long. */
export interface Recurrence {
  /** An IANA name; "UTC". */
  readonly timeZone: string;
  readonly weekly: readonly Weekly[] | null;
  readonly cron: { readonly expression: string; /** ms */ readonly duration: number } | null;
  /** ms; nothing begins before, and from `until` on nothing begins. */
  readonly from: number | null;
  readonly until: number | null;
}

export interface Weekly {
  /** In full, in lower case: `monday`. */
  readonly days: readonly string[];
  /** `HH:MM` */
  readonly from: string;
  /** ms */
  readonly duration: number;
}

/** One time, ms. */
export interface Occurrence {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Why a recurrence is refused. */
export class RecurrenceError extends Error {}

const DAY = 86_400_000;
/** Days to look ahead: February the 29th can be eight years away. */
const FURTHEST = 9 * 366;

/** ms; the last time that RFC 3339 can write. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What begins at a time of day. */
interface Start {
  /** Since midnight. */
  readonly minute: number;
  readonly duration: number;
  /** Whether it begins both times where the clock shows that time twice, and not only the first time. */
  readonly isTwice: boolean;
}

/** What begins on a day. */
type OnDay = (day: number) => readonly Start[];

/** The occurrences of a recurrence, worked out once. */
export class Occurrences {
  readonly #recurrence: Recurrence;
  readonly #location: string;
  readonly #onDay: OnDay;
  readonly #longest: number;

  /** @throws RecurrenceError, CronError, TimeIntervalError */
  constructor(recurrence: Recurrence) {
    const { weekly, cron, timeZone } = recurrence;
    if (weekly === null && cron === null) throw new RecurrenceError("expected weekly or cron");
    this.#recurrence = recurrence;
    this.#location = checkLocation(timeZone);
    const rules = [...(weekly ?? []).map(weeklyOnDay), ...(cron === null ? [] : [cronOnDay(cron)])];
    this.#onDay = (day) => rules.flatMap((rule) => rule(day));
    this.#longest = Math.max(cron?.duration ?? 0, ...(weekly ?? []).map(({ duration }) => duration));
  }

  /** Those that have begun and not ended, in the order they begin. */
  current(now: number): Occurrence[] {
    const found: Occurrence[] = [];
    for (const one of this.beginningFrom(now - this.#longest)) {
      if (one.startsAt > now) break;
      if (one.endsAt > now) found.push(one);
    }
    return found;
  }

  /** Those that begin at a moment (ms) or later, in their order; of several that begin at once the longest. */
  *beginningFrom(from: number): Generator<Occurrence> {
    const { from: notBefore, until } = this.#recurrence;
    const first = Math.max(from, notBefore ?? from);
    // The day before as well: where clocks are put forward over midnight, its last times are those of the next day.
    const day = dayNumber(dayIn(this.#location, first)) - 1;
    let held: Occurrence | undefined;
    for (let n = 0; n < FURTHEST; n++) {
      const ofDay = this.#onDay(day + n).flatMap(({ minute, duration, isTwice }) => {
        const [first, second] = momentsOf(this.#location, day + n, minute);
        const one = { startsAt: first, endsAt: first + duration };
        return second === undefined || !isTwice ? [one] : [one, { startsAt: second, endsAt: second + duration }];
      });
      ofDay.sort((a, b) => a.startsAt - b.startsAt || b.endsAt - a.endsAt);
      for (const one of ofDay) {
        if (one.startsAt < first) continue;
        if (until !== null && one.startsAt >= until) return;
        if (one.endsAt > LAST) return;
        if (held?.startsAt === one.startsAt) continue;
        held = one;
        yield one;
      }
      if (until !== null && (day + n - 1) * DAY > until) return;
    }
  }
}

function weeklyOnDay({ days, from, duration }: Weekly): OnDay {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(from) ?? [];
  if (hours === undefined) {
    throw new RecurrenceError(`from ${JSON.stringify(from)}: expected a time of day such as 02:30`);
  }
  const weekdays = new Set(
    days.map((name) => {
      const weekday = WEEKDAYS.indexOf(name);
      if (weekday >= 0) return weekday;
      throw new RecurrenceError(`day ${JSON.stringify(name)}: expected one of ${WEEKDAYS.join(", ")}`);
    }),
  );
  if (weekdays.size === 0) throw new RecurrenceError("days: expected at least one");
  const starts = [{ minute: Number(hours) * 60 + Number(minutes), duration, isTwice: false }];
  return (day) => (weekdays.has(weekdayOf(day)) ? starts : []);
}

function cronOnDay({ expression, duration }: NonNullable<Recurrence["cron"]>): OnDay {
  const { minutes, isHourly, matchesDay } = parseCron(expression);
  const starts = minutes.map((minute) => ({ minute, duration, isTwice: isHourly }));
  return (day) => (matchesDay(day) ? starts : []);
}
