import type { PostableMatcher } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import type { Matcher } from "../core/model/matcher.ts";
import { newMatcher } from "../core/model/matcher.ts";
import { Occurrences, type Occurrence, type Recurrence } from "../core/schedules/occurrences.ts";
import { SCHEDULE_ANNOTATION, scheduleAnnotation } from "../core/silencing/origin.ts";
import { uuidOf } from "./uuid.ts";

/** The kind of document schedules are kept as. */
export const SCHEDULE = "schedule";

/** A silence that comes again and again, as it is kept. */
export interface ScheduleContent extends Recurrence {
  readonly name: string;
  readonly matchers: readonly PostableMatcher[];
  readonly comment: string;
  readonly createdBy: string;
  /** ms */
  readonly createdAt: number;
  readonly enabled: boolean;
}

/** A schedule, ready to be asked when it silences. */
export interface Schedule {
  readonly id: string;
  /** ms; when it was put as it is, which tells its versions apart. */
  readonly version: number;
  readonly content: ScheduleContent;
  readonly matchers: readonly Matcher[];
  readonly occurrences: Occurrences;
}

/** @throws RegexError, RecurrenceError, CronError, TimeIntervalError for a schedule that cannot be */
export function scheduleOf(id: string, version: number, content: ScheduleContent): Schedule {
  const matchers = content.matchers.map(({ type, name, value }) => newMatcher(type, name, value));
  return { id, version, content, matchers, occurrences: new Occurrences(content) };
}

/** The ID of the silence of one occurrence: the same on every server. */
export function silenceIdOf({ id, version }: Schedule, { startsAt }: Occurrence): string {
  return uuidOf(`silence of schedule ${id} ${version} at ${startsAt}`);
}

/** The silence of one occurrence: the same on every server, and older than whatever anybody does with it. */
export function silenceOf(schedule: Schedule, occurrence: Occurrence): Silence {
  const { version, content, matchers } = schedule;
  return {
    id: silenceIdOf(schedule, occurrence),
    matcherSets: [matchers],
    startsAt: new Timestamp(occurrence.startsAt),
    endsAt: new Timestamp(occurrence.endsAt),
    updatedAt: new Timestamp(version),
    createdBy: content.createdBy,
    comment: content.comment,
    annotations: { [SCHEDULE_ANNOTATION]: scheduleAnnotation(schedule) },
  };
}
