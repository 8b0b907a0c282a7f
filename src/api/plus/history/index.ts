import { Type, type Static } from "@sinclair/typebox";
import {
  HISTORY_KINDS,
  type HistoryKey,
  type HistoryKind,
  type HistoryPosition,
  type HistoryQuery,
  type HistoryReader,
} from "../../../core/interfaces/history.ts";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { parsePromDuration } from "../../../core/model/duration.ts";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import type { Caller } from "../caller.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { readFilters } from "../filters.ts";
import { encodeCursor, FILTERS, PAGE_QUERY, pageOf } from "../paging.ts";
import { Problem } from "../problem.ts";
import { FINGERPRINT, LABELS, oneOf, TIME } from "../schemas.ts";
import { EVENT, shownEvent } from "./event.ts";
import { exported } from "./export.ts";
import { historyPosition } from "./position.ts";

export interface HistoryParts {
  readonly reader: HistoryReader;
  /** What reads bit by bit as long as it takes, all of it from one place. */
  readonly source: () => Pick<HistoryReader, "searchHistory">;
  readonly matchers: MatcherParser;
  /** ms */
  readonly now: () => number;
}

const tag = "history";
const DAY = 86_400_000;
/** Buckets of a trend. */
const MOST_BUCKETS = 2000;
/** Of the top and of what flaps. */
const TOP = 20;

const RANGE = {
  from: Type.Optional(TIME),
  to: Type.Optional(Type.String({ format: "date-time", description: "The first moment that does not count." })),
};
const WHICH = {
  ...RANGE,
  ...FILTERS,
  kind: Type.Optional(Type.Array(oneOf(HISTORY_KINDS))),
  fingerprint: Type.Optional(FINGERPRINT),
  subject: Type.Optional(Type.String({ maxLength: 10_000 })),
  receiver: Type.Optional(Type.String({ maxLength: 10_000 })),
  actor: Type.Optional(Type.String({ maxLength: 1000 })),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: "A text to be found in what is said." })),
};
const ORDER = { order: Type.Optional(oneOf(["desc", "asc"])) };
const WHICH_QUERY = Type.Object(WHICH);

const COUNTS = {
  firing: Type.Integer(),
  resolved: Type.Integer(),
  notified: Type.Integer(),
  failed: Type.Integer(),
};
const STATS = Type.Object({
  buckets: Type.Array(Type.Object({ at: TIME, ...COUNTS })),
  top: Type.Array(
    Type.Object({ key: Type.String(), firing: Type.Integer(), notified: Type.Integer(), flaps: Type.Integer() }),
  ),
  flapping: Type.Array(Type.Object({ fingerprint: FINGERPRINT, labels: LABELS, flaps: Type.Integer(), lastAt: TIME })),
  total: Type.Object({ ...COUNTS, alerts: Type.Integer(), flaps: Type.Integer() }),
});

/** What happened: searched, counted and exported. */
export function historyEndpoints({ reader, source, matchers, now }: HistoryParts): readonly Endpoint[] {
  const queryOf = (query: Static<typeof WHICH_QUERY>, caller: Caller): Omit<HistoryQuery, "limit" | "ascending"> => ({
    ...rangeOf(query, now()),
    matchers: readFilters(matchers, query.filter),
    kinds: kindsFor(caller, query.kind),
    ...(query.fingerprint !== undefined && { fingerprint: query.fingerprint }),
    ...(query.subject !== undefined && { subject: query.subject }),
    ...(query.receiver !== undefined && { receiver: query.receiver }),
    ...(query.actor !== undefined && { actor: query.actor }),
    ...(query.q !== undefined && { text: query.q }),
  });

  const page = async (query: HistoryQuery) => {
    const { events, next } = await answered(reader.searchHistory(query));
    return ok({ items: events.map(shownEvent), next: next === undefined ? null : encodeCursor([next.at, next.n]) });
  };

  return [
    endpoint({
      method: "GET",
      path: "/history",
      tag,
      summary: "What happened, newest first",
      description:
        "A page may have fewer events than its limit, even none, without being the last: `next` is null at the end. A notification is " +
        "found by the labels of each alert it is about. What has to do with access is for administrators.",
      needs: "viewer",
      query: Type.Object({ ...WHICH, ...ORDER, ...PAGE_QUERY }),
      answers: { 200: pageOf(EVENT) },
      answer({ query, caller }) {
        const { limit = 100, cursor, order } = query;
        return page({ ...queryOf(query, caller), limit, ascending: order === "asc", ...after(cursor) });
      },
    }),
    endpoint({
      method: "GET",
      path: "/history/stats",
      tag,
      summary: "How often what happened: top, flapping alerts, and a trend",
      needs: "viewer",
      query: Type.Object({
        ...RANGE,
        ...FILTERS,
        by: Type.Optional(
          Type.String({ description: "alertname (unless told), severity, receiver, or label:NAME.", maxLength: 1000 }),
        ),
        step: Type.Optional(Type.String({ description: "Between two buckets, such as 1h, which it is unless told." })),
      }),
      answers: { 200: STATS },
      async answer({ query }) {
        const range = rangeOf(query, now());
        const step = stepOf(query.step, range);
        const filter = { ...range, matchers: readFilters(matchers, query.filter) };
        const stats = await answered(reader.historyStats({ ...filter, by: keyOf(query.by), step, top: TOP }));
        return ok({
          ...stats,
          buckets: stats.buckets.map(({ at, ...counts }) => ({ at: iso(at), ...counts })),
          flapping: stats.flapping.map(({ labels, flaps, lastAt }) => {
            return { fingerprint: labels.fingerprint, labels: labels.toObject(), flaps, lastAt: iso(lastAt) };
          }),
        });
      },
    }),
    endpoint({
      method: "GET",
      path: "/history/export",
      tag,
      summary: "All of what happened, one JSON object a line",
      needs: "viewer",
      isEndless: true,
      query: Type.Object({ ...WHICH, ...ORDER }),
      answers: { 200: "application/x-ndjson" },
      async answer({ query, caller, request, over }) {
        const of = queryOf(query, caller);
        const wanted = { ...of, to: Math.min(of.to, now() + 1), ascending: query.order === "asc" };
        const lines = exported(source(), wanted, request.signal);
        // What cannot be read at all is said by the status.
        const first = await answered(lines.next());
        return new Response(streamOf(first, lines, over) as unknown as ReadableStream, {
          headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
        });
      },
    }),
    endpoint({
      method: "GET",
      path: "/history/alert/:fingerprint",
      tag,
      summary: "What happened to one alert, newest first",
      needs: "viewer",
      query: Type.Object({ ...RANGE, ...ORDER, ...PAGE_QUERY }),
      answers: { 200: pageOf(EVENT) },
      answer({ params: { fingerprint }, query, caller }) {
        if (!/^[0-9a-f]{16}$/.test(fingerprint)) {
          throw new Problem(
            404,
            `no alert has the fingerprint ${JSON.stringify(fingerprint)}: expected 16 hexadecimal digits`,
          );
        }
        const { limit = 100, cursor, order } = query;
        const wanted = { ...queryOf(query, caller), fingerprint, limit, ascending: order === "asc" };
        return page({ ...wanted, ...after(cursor) });
      },
    }),
  ];
}

async function* streamOf(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array, void>,
  over: () => void,
) {
  try {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  } finally {
    over();
  }
}

/** @throws Problem where it cannot be read now */
async function answered<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof StorageError) throw new Problem(503, `the history cannot be read: ${error.message}`);
    throw error;
  }
}

/** Who came in and with which token is for administrators. @throws Problem */
function kindsFor(caller: Caller, kinds: readonly HistoryKind[] | undefined): readonly HistoryKind[] {
  if (caller.role === "admin") return kinds ?? [];
  if (kinds === undefined) return HISTORY_KINDS.filter((kind) => kind !== "access");
  if (kinds.includes("access")) throw new Problem(403, "kind: access is for administrators");
  return kinds;
}

/** A week, unless told. @throws Problem */
function rangeOf({ from, to }: { readonly from?: string; readonly to?: string }, now: number) {
  // What was just kept counts, though another server's clock may be ahead.
  const end = to === undefined ? now + DAY : Date.parse(to);
  const start = from === undefined ? (to === undefined ? now : end) - 7 * DAY : Date.parse(from);
  if (start >= end) throw new Problem(400, `from: expected a time before ${iso(end)}, not ${from}`);
  return { from: start, to: end };
}

function after(cursor: string | undefined): { readonly after?: HistoryPosition } {
  const position = historyPosition(cursor);
  return position === undefined ? {} : { after: position };
}

/** @throws Problem */
function keyOf(by = "alertname"): HistoryKey {
  if (by === "receiver") return by;
  if (by === "alertname" || by === "severity") return { label: by };
  if (by.startsWith("label:") && by.length > "label:".length) return { label: by.slice("label:".length) };
  throw new Problem(400, `by: expected alertname, severity, receiver or label:NAME, not ${JSON.stringify(by)}`);
}

/** @throws Problem */
function stepOf(text = "1h", { from, to }: { readonly from: number; readonly to: number }): number {
  let step: number;
  try {
    step = parsePromDuration(text);
  } catch {
    throw new Problem(400, `step: expected a duration such as 1h, not ${JSON.stringify(text)}`);
  }
  if (step < 1 || (to - from) / step > MOST_BUCKETS) {
    throw new Problem(
      400,
      `step: expected one that makes at most ${MOST_BUCKETS} buckets of the time asked about, not ${text}`,
    );
  }
  return step;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
