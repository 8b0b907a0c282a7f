import { Type, type Static } from "@sinclair/typebox";
import { StorageError } from "../../../core/interfaces/storage.ts";
import type { Silence } from "../../../core/model/silence.ts";
import { parseTimestamp, ZERO_TIME } from "../../../core/model/timestamp.ts";
import type { SilenceResult } from "../../../core/interfaces/backend.ts";
import { created, endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { readFilters } from "../filters.ts";
import { EVENT, shownEvent } from "../history/event.ts";
import { historyPosition } from "../history/position.ts";
import { decodeCursor, encodeCursor, FILTERS, PAGE_QUERY, pageOf } from "../paging.ts";
import { Problem } from "../problem.ts";
import { LABELS, oneOf, orNull, TIME } from "../schemas.ts";
import { acknowledgementEndpoints } from "./acknowledgements.ts";
import { calendarEndpoint } from "./calendar.ts";
import { comparePlaces, placeOf, silenceTest } from "./list.ts";
import { MATCHERS, readMatcherSet } from "./matchers.ts";
import { TAG, type SilencesParts } from "./parts.ts";
import { actorOf, permit, refusal } from "./permission.ts";
import { previewEndpoint } from "./preview.ts";
import { scheduleEndpoints } from "./schedules.ts";
import { shownSilences, SILENCE, STATES } from "./shown.ts";

export type { SilencesParts };

/** Silences expired with one request. */
const MOST = 1000;
const RESULTS = Type.Object({
  results: Type.Array(Type.Object({ id: Type.String(), ok: Type.Boolean(), error: orNull(Type.String()) })),
});
const NEW = Type.Object(
  {
    id: Type.Optional(Type.String({ description: "Of the silence to change; one that cannot be is replaced." })),
    matchers: MATCHERS,
    startsAt: Type.Optional(TIME),
    endsAt: TIME,
    createdBy: Type.Optional(Type.String({ maxLength: 1000 })),
    comment: Type.Optional(Type.String({ maxLength: 100_000 })),
    annotations: Type.Optional(LABELS),
  },
  { additionalProperties: false },
);

/** Silences as people keep them: found, tried out, ended by the dozen, made to come again, and ended with an alert. */
export function silenceEndpoints(parts: SilencesParts): readonly Endpoint[] {
  const { backend, view, matchers, history } = parts;
  const found = async (id: string): Promise<Silence> => {
    if (backend.silence(id) === undefined) await backend.catchUp();
    const silence = backend.silence(id);
    if (silence === undefined) throw new Problem(404, `there is no silence ${JSON.stringify(id)}`);
    return silence;
  };
  return [
    endpoint({
      method: "GET",
      path: "/silences",
      tag: TAG,
      summary: "Silences: active ones, then pending ones, then those that ended last",
      needs: "viewer",
      query: Type.Object({
        ...FILTERS,
        state: Type.Optional(Type.Array(oneOf(STATES))),
        createdBy: Type.Optional(Type.String({ maxLength: 1000 })),
        q: Type.Optional(
          Type.String({ maxLength: 1000, description: "Words to be found in matchers, comment, author or ID." }),
        ),
        ...PAGE_QUERY,
      }),
      answers: { 200: pageOf(SILENCE) },
      answer({ query }) {
        const { limit = 100, cursor, state = [], createdBy, q = "" } = query;
        const now = view.now();
        const filter = { states: state, matchers: readFilters(matchers, query.filter), createdBy, text: q };
        const isWanted = silenceTest(filter, now);
        const after = decodeCursor(cursor, ["number", "number", "string"]);
        const places = [...parts.silences()]
          .filter(isWanted)
          .map((silence) => ({ silence, place: placeOf(silence, now) }))
          .filter(({ place }) => after === undefined || comparePlaces(place, after) > 0)
          .sort((a, b) => comparePlaces(a.place, b.place));
        const page = places.slice(0, limit);
        const last = places.length > limit ? page.at(-1)?.place : undefined;
        const items = shownSilences(
          parts,
          page.map(({ silence }) => silence),
        );
        return ok({ items, next: last === undefined ? null : encodeCursor(last) });
      },
    }),
    endpoint({
      method: "POST",
      path: "/silences",
      tag: TAG,
      summary: "Silence, or change a silence",
      needs: "responder",
      body: NEW,
      answers: { 200: SILENCE, 201: SILENCE },
      async answer({ body, caller }) {
        const posted = postedOf(body, readMatcherSet(parts, body.matchers), caller.name);
        permit(caller, [readMatcherSet(parts, body.matchers)]);
        if (posted.id !== "") permit(caller, (await found(posted.id)).matcherSets);
        if (posted.endsAt.ms <= view.now()) throw new Problem(400, "endsAt: expected a time to come");
        const id = idOf(await backend.setSilence(posted, actorOf(caller)));
        const [shown] = shownSilences(parts, [await found(id)]);
        return id === posted.id ? ok(shown) : created(shown);
      },
    }),
    previewEndpoint(parts),
    endpoint({
      method: "POST",
      path: "/silences/expire",
      tag: TAG,
      summary: "End many silences: those named, or those a filter finds, with what became of each",
      needs: "responder",
      body: Type.Object(
        {
          ids: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: MOST })),
          filter: Type.Optional(Type.Array(Type.String({ maxLength: 10_000 }), { minItems: 1, maxItems: 100 })),
          createdBy: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
        },
        { additionalProperties: false },
      ),
      answers: { 200: RESULTS },
      async answer({ body, caller }) {
        const { ids, filter, createdBy } = body;
        if ((ids === undefined) === (filter === undefined && createdBy === undefined)) {
          throw new Problem(400, "expected either ids, or filter or createdBy");
        }
        await backend.catchUp();
        const wanted = ids ?? idsFound(parts, filter ?? [], createdBy);
        const results = [];
        for (const id of new Set(wanted)) {
          const silence = backend.silence(id);
          const refused = silence === undefined ? undefined : refusal(caller, silence.matcherSets);
          const result: SilenceResult =
            refused === undefined
              ? await backend.expireSilence(id, actorOf(caller))
              : { ok: false, kind: "invalid", message: refused };
          results.push({ id, ok: result.ok, error: result.ok ? null : result.message });
        }
        return ok({ results });
      },
    }),
    calendarEndpoint(parts),
    ...scheduleEndpoints(parts),
    endpoint({
      method: "GET",
      path: "/silences/:id",
      tag: TAG,
      summary: "A silence",
      needs: "viewer",
      answers: { 200: SILENCE },
      answer: async ({ params: { id } }) => ok(shownSilences(parts, [await found(id)])[0]),
    }),
    endpoint({
      method: "GET",
      path: "/silences/:id/history",
      tag: TAG,
      summary: "What was done to a silence and by whom, newest first",
      needs: "viewer",
      query: Type.Object(PAGE_QUERY),
      answers: { 200: pageOf(EVENT) },
      async answer({ params: { id }, query: { limit = 100, cursor } }) {
        const after = historyPosition(cursor);
        try {
          const { events, next } = await history.searchHistory({
            from: 0,
            to: view.now() + DAY,
            matchers: [],
            kinds: ["silence"],
            subject: id,
            ascending: false,
            limit,
            ...(after !== undefined && { after }),
          });
          return ok({
            items: events.map(shownEvent),
            next: next === undefined ? null : encodeCursor([next.at, next.n]),
          });
        } catch (error) {
          if (!(error instanceof StorageError)) throw error;
          throw new Problem(503, `the history cannot be read: ${error.message}`);
        }
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/silences/:id",
      tag: TAG,
      summary: "End a silence",
      needs: "responder",
      answers: { 204: null },
      async answer({ params: { id }, caller }) {
        permit(caller, (await found(id)).matcherSets);
        idOf(await backend.expireSilence(id, actorOf(caller)));
        return noContent();
      },
    }),
    ...acknowledgementEndpoints(parts),
  ];
}

const DAY = 86_400_000;

function postedOf(body: Static<typeof NEW>, set: ReturnType<typeof readMatcherSet>, caller: string) {
  const { id = "", startsAt, endsAt, createdBy = caller, comment = "", annotations = {} } = body;
  return {
    id,
    matchers: set.map(({ type, name, value }) => ({ type, name, value })),
    startsAt: startsAt === undefined ? ZERO_TIME : parseTimestamp(startsAt),
    endsAt: parseTimestamp(endsAt),
    createdBy,
    comment,
    annotations,
  };
}

/** Those that are not over and have all these matchers, or this author. */
function idsFound(parts: SilencesParts, filter: readonly string[], createdBy: string | undefined): string[] {
  const now = parts.view.now();
  const states = ["active", "pending"] as const;
  const isWanted = silenceTest({ states, matchers: readFilters(parts.matchers, filter), createdBy, text: "" }, now);
  const ids = [...parts.silences()].filter(isWanted).map(({ id }) => id);
  if (ids.length > MOST) throw new Problem(400, `${ids.length} silences are meant; expected ${MOST} at most`);
  return ids;
}

/** @throws Problem where it was refused */
function idOf(result: SilenceResult): string {
  if (result.ok) return result.id;
  throw new Problem({ invalid: 400, "not found": 404, "not stored": 503 }[result.kind], result.message);
}
