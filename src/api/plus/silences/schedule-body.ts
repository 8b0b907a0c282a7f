import { Type, type Static } from "@sinclair/typebox";
import { DurationError, formatPromDuration, parsePromDuration } from "../../../core/model/duration.ts";
import { matchersToString } from "../../../core/model/matcher.ts";
import { TimeIntervalError } from "../../../core/intervals/time-interval.ts";
import { WEEKDAYS } from "../../../core/intervals/parse.ts";
import { CronError } from "../../../core/schedules/cron.ts";
import { Occurrences, RecurrenceError, type Recurrence } from "../../../core/schedules/occurrences.ts";
import type { Schedule } from "../../../silences/schedule.ts";
import type { Schedules } from "../../../silences/schedules.ts";
import { Problem } from "../problem.ts";
import { oneOf, orNull, TIME } from "../schemas.ts";
import { MATCHERS } from "./matchers.ts";
import { iso } from "./shown.ts";

const DURATION = Type.String({ description: "Such as 90m; by the stopwatch, whatever the clocks do meanwhile." });
const WEEKLY = Type.Array(
  Type.Object(
    {
      days: Type.Array(oneOf(WEEKDAYS), { minItems: 1, maxItems: 7 }),
      from: Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$", "x-expected": "a time of day such as 02:30" }),
      duration: DURATION,
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 50 },
);
const CRON = Type.Object(
  { expression: Type.String({ maxLength: 1000, description: "Five fields, such as 0 2 * * 6." }), duration: DURATION },
  { additionalProperties: false },
);

export const RECURRENCE = {
  timeZone: Type.Optional(Type.String({ maxLength: 100, description: "An IANA name; UTC unless told." })),
  weekly: Type.Optional(orNull(WEEKLY)),
  cron: Type.Optional(orNull(CRON)),
  from: Type.Optional(orNull(TIME)),
  until: Type.Optional(orNull(TIME)),
};
export const SCHEDULE_BODY = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    matchers: MATCHERS,
    comment: Type.Optional(Type.String({ maxLength: 10_000 })),
    createdBy: Type.Optional(Type.String({ maxLength: 200 })),
    enabled: Type.Optional(Type.Boolean()),
    ...RECURRENCE,
  },
  { additionalProperties: false },
);
export const OCCURRENCE = Type.Object({ startsAt: TIME, endsAt: TIME });
export const SCHEDULE = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    matchers: Type.String(),
    comment: Type.String(),
    createdBy: Type.String(),
    createdAt: TIME,
    updatedAt: TIME,
    enabled: Type.Boolean(),
    timeZone: Type.String(),
    weekly: orNull(WEEKLY),
    cron: orNull(CRON),
    from: orNull(TIME),
    until: orNull(TIME),
    next: Type.Array(OCCURRENCE),
    currentSilenceId: orNull(Type.String()),
  },
  { $id: "Schedule" },
);

type RecurrenceBody = Pick<Static<typeof SCHEDULE_BODY>, keyof typeof RECURRENCE>;

const MINUTE = 60_000;
/** ms between two beginnings, at least: each is a silence of its own. */
const CLOSEST = 5 * MINUTE;
const LONGEST = 366 * 86_400_000;
/** Silences of one schedule in force at once. */
const MOST_AT_ONCE = 5;
/** Occurrences looked at to find out. */
const LOOKED_AT = 500;
/** Occurrences shown of a schedule. */
const SHOWN = 5;

/** @throws Problem that says what is wrong with it */
export function readRecurrence(body: RecurrenceBody, now: number): Recurrence {
  const { timeZone = "UTC", weekly = null, cron = null } = body;
  if ((weekly === null) === (cron === null)) throw new Problem(400, "expected either weekly or cron");
  if (timeZone === "Local")
    throw new Problem(400, 'timeZone: expected an IANA name such as Europe/Berlin, not "Local"');
  const recurrence: Recurrence = {
    timeZone: timeZone === "" ? "UTC" : timeZone,
    weekly:
      weekly?.map(({ days, from, duration }, i) => ({
        days,
        from,
        duration: durationOf(duration, `weekly[${i}].duration`),
      })) ?? null,
    cron: cron === null ? null : { ...cron, duration: durationOf(cron.duration, "cron.duration") },
    from: timeOf(body.from),
    until: timeOf(body.until),
  };
  let occurrences: Occurrences;
  try {
    occurrences = new Occurrences(recurrence);
  } catch (error) {
    if (error instanceof TimeIntervalError) throw new Problem(400, `timeZone: ${error.message}`);
    if (error instanceof CronError || error instanceof RecurrenceError) throw new Problem(400, error.message);
    throw error;
  }
  checkDensity(occurrences, now);
  return recurrence;
}

function checkDensity(occurrences: Occurrences, now: number): void {
  const found = [...occurrences.current(now)];
  for (const one of occurrences.beginningFrom(now + 1)) {
    found.push(one);
    const before = found.at(-2);
    if (before !== undefined && one.startsAt - before.startsAt < CLOSEST) {
      const times = `${iso(before.startsAt)} and ${iso(one.startsAt)}`;
      throw new Problem(400, `it begins at ${times}: expected at least ${formatPromDuration(CLOSEST)} in between`);
    }
    const earlier = found.at(-1 - MOST_AT_ONCE);
    if (earlier !== undefined && earlier.endsAt > one.startsAt) {
      throw new Problem(
        400,
        `at ${iso(one.startsAt)} more than ${MOST_AT_ONCE} of its silences would be in force at once`,
      );
    }
    if (found.length >= LOOKED_AT) break;
  }
  if (found.length === 0) throw new Problem(400, "it never silences: no time to come is one of its");
}

function durationOf(text: string, path: string): number {
  try {
    const duration = parsePromDuration(text);
    if (duration >= MINUTE && duration <= LONGEST) return duration;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
  }
  throw new Problem(400, `${path}: expected a duration from 1m to 366d, such as 90m, not ${JSON.stringify(text)}`);
}

function timeOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text);
}

/** The first occurrences from now on, as they are answered. */
export function shownOccurrences(occurrences: Iterable<{ startsAt: number; endsAt: number }>, count: number) {
  const shown: { startsAt: string; endsAt: string }[] = [];
  if (count === 0) return shown;
  for (const { startsAt, endsAt } of occurrences) {
    shown.push({ startsAt: iso(startsAt), endsAt: iso(endsAt) });
    if (shown.length >= count) break;
  }
  return shown;
}

export function shownSchedule(schedules: Schedules, schedule: Schedule, now: number): Static<typeof SCHEDULE> {
  const { id, version, content, matchers } = schedule;
  const { name, comment, createdBy, createdAt, enabled, timeZone, weekly, cron, from, until } = content;
  const [current] = schedule.occurrences.current(now);
  return {
    id,
    name,
    matchers: matchersToString(matchers),
    comment,
    createdBy,
    createdAt: iso(createdAt),
    updatedAt: iso(version),
    enabled,
    timeZone,
    weekly:
      weekly?.map(({ days, from: at, duration }) => ({
        days: [...days],
        from: at,
        duration: formatPromDuration(duration),
      })) ?? null,
    cron: cron === null ? null : { expression: cron.expression, duration: formatPromDuration(cron.duration) },
    from: from === null ? null : iso(from),
    until: until === null ? null : iso(until),
    next: enabled ? shownOccurrences(schedules.upcoming(schedule, now), SHOWN) : [],
    currentSilenceId: current === undefined || !enabled ? null : (schedules.silenceId(schedule, current) ?? null),
  };
}
