import { Type, type Static } from "@sinclair/typebox";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { Occurrences } from "../../../core/schedules/occurrences.ts";
import type { Schedule, ScheduleContent } from "../../../silences/schedule.ts";
import { TooManySchedules } from "../../../silences/schedules.ts";
import type { Caller } from "../caller.ts";
import { created, endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { readMatcherSet } from "./matchers.ts";
import { TAG, type SilencesParts } from "./parts.ts";
import { actorOf, permit } from "./permission.ts";
import {
  OCCURRENCE,
  readRecurrence,
  RECURRENCE,
  SCHEDULE,
  SCHEDULE_BODY,
  shownOccurrences,
  shownSchedule,
} from "./schedule-body.ts";

/** Occurrences of a preview. */
const PREVIEWED = 20;

const RECURRENCE_BODY = Type.Object(RECURRENCE, { additionalProperties: false });
const OCCURRENCES = Type.Object({ occurrences: Type.Array(OCCURRENCE) });

/** Silences that come again and again. */
export function scheduleEndpoints(parts: SilencesParts): readonly Endpoint[] {
  const { keeping, view, backend } = parts;
  const { schedules } = keeping;
  const found = async (id: string): Promise<Schedule> => {
    if (schedules.get(id) === undefined) await backend.catchUp();
    const schedule = schedules.get(id);
    if (schedule === undefined) throw new Problem(404, `there is no schedule ${JSON.stringify(id)}`);
    return schedule;
  };
  const shown = (id: string) => shownSchedule(schedules, schedules.get(id) as Schedule, view.now());
  const contentOf = (
    body: Static<typeof SCHEDULE_BODY>,
    caller: Caller,
    held: Pick<ScheduleContent, "createdAt" | "createdBy"> | undefined,
  ): ScheduleContent => {
    const now = view.now();
    const matchers = readMatcherSet(parts, body.matchers);
    permit(caller, [matchers]);
    return {
      ...readRecurrence(body, now),
      name: body.name,
      matchers: matchers.map(({ type, name, value }) => ({ type, name, value })),
      comment: body.comment ?? "",
      createdBy: body.createdBy ?? held?.createdBy ?? caller.name,
      createdAt: held?.createdAt ?? now,
      enabled: body.enabled ?? true,
    };
  };
  const occurrencesOf = (body: Static<typeof RECURRENCE_BODY>) => {
    const now = view.now();
    const occurrences = new Occurrences(readRecurrence(body, now));
    return ok({ occurrences: shownOccurrences(occurrences.beginningFrom(now), PREVIEWED) });
  };
  return [
    endpoint({
      method: "GET",
      path: "/silences/schedules",
      tag: TAG,
      summary: "All schedules, in the order they were made",
      needs: "viewer",
      answers: { 200: Type.Object({ items: Type.Array(SCHEDULE), next: Type.Null() }) },
      answer: () => ok({ items: schedules.list().map((one) => shownSchedule(schedules, one, view.now())), next: null }),
    }),
    endpoint({
      method: "POST",
      path: "/silences/schedules",
      tag: TAG,
      summary: "Silence again and again: on days of the week, or by a cron expression, in a time zone",
      needs: "responder",
      body: SCHEDULE_BODY,
      answers: { 201: SCHEDULE },
      async answer({ body, caller }) {
        const id = crypto.randomUUID();
        const content = contentOf(body, caller, undefined);
        await stored(schedules.put(id, content, actorOf(caller)));
        return created(shown(id));
      },
    }),
    endpoint({
      method: "GET",
      path: "/silences/schedules/preview",
      tag: TAG,
      summary: "When a cron expression would silence",
      needs: "viewer",
      query: Type.Object({
        timeZone: Type.Optional(Type.String({ maxLength: 100 })),
        cron: Type.String({ maxLength: 1000 }),
        duration: Type.Optional(Type.String({ default: "1h" })),
      }),
      answers: { 200: OCCURRENCES },
      answer: ({ query: { timeZone = "UTC", cron, duration = "1h" } }) =>
        occurrencesOf({ timeZone, cron: { expression: cron, duration } }),
    }),
    endpoint({
      method: "POST",
      path: "/silences/schedules/preview",
      tag: TAG,
      summary: "When a schedule would silence",
      needs: "viewer",
      body: RECURRENCE_BODY,
      answers: { 200: OCCURRENCES },
      answer: ({ body }) => occurrencesOf(body),
    }),
    endpoint({
      method: "GET",
      path: "/silences/schedules/:id",
      tag: TAG,
      summary: "A schedule",
      needs: "viewer",
      answers: { 200: SCHEDULE },
      answer: async ({ params: { id } }) => ok(shownSchedule(schedules, await found(id), view.now())),
    }),
    endpoint({
      method: "PUT",
      path: "/silences/schedules/:id",
      tag: TAG,
      summary: "Change a schedule: what it silenced ends, what it silences from now on begins",
      needs: "responder",
      body: SCHEDULE_BODY,
      answers: { 200: SCHEDULE },
      async answer({ params: { id }, body, caller }) {
        const held = await found(id);
        permit(caller, [held.matchers]);
        const content = contentOf(body, caller, held.content);
        await stored(schedules.put(id, content, actorOf(caller)));
        return ok(shown(id));
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/silences/schedules/:id",
      tag: TAG,
      summary: "Remove a schedule and end what it silences",
      needs: "responder",
      answers: { 204: null },
      async answer({ params: { id }, caller }) {
        const held = await found(id);
        permit(caller, [held.matchers]);
        await stored(schedules.remove(id, actorOf(caller)));
        return noContent();
      },
    }),
  ];
}

async function stored(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (error instanceof TooManySchedules) throw new Problem(409, error.message);
    if (!(error instanceof StorageError)) throw error;
    throw new Problem(503, `the schedule could not be stored and is as it was: ${error.message}`);
  }
}
