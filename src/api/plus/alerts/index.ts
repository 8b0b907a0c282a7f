import { Type, type Static } from "@sinclair/typebox";
import { CATEGORIES, SEVERITIES } from "../../../core/model/classification.ts";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import type { Plain } from "../../plain.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { readFilters } from "../filters.ts";
import { decodeCursor, encodeCursor, FILTERS, PAGE_QUERY } from "../paging.ts";
import { Problem } from "../problem.ts";
import { FINGERPRINT, LABELS, oneOf, TIME } from "../schemas.ts";
import { ALERT, alertTexts } from "./alert.ts";
import { labelNames, labelValues } from "./completion.ts";
import { facets } from "./facets.ts";
import type { AlertFilter } from "./filter.ts";
import { groupAlerts } from "./groups.ts";
import { alertOrder, SORT, SORTS, type Place } from "./order.ts";
import { alertPage } from "./page.ts";
import { findAlert, SeenAlert, sightOf, STATES, type AlertsView } from "./view.ts";

export interface AlertsParts {
  readonly view: AlertsView;
  readonly matchers: MatcherParser;
}

const tag = "alerts";

const WHICH = {
  ...FILTERS,
  state: Type.Optional(Type.Array(oneOf(STATES))),
  receiver: Type.Optional(Type.Array(Type.String())),
  severity: Type.Optional(Type.Array(oneOf(SEVERITIES))),
  category: Type.Optional(Type.Array(oneOf(CATEGORIES))),
  q: Type.Optional(
    Type.String({ maxLength: 1000, description: "Words, each to be found in the labels or the annotations." }),
  ),
};
const WHICH_QUERY = Type.Object(WHICH);

const COUNTS = Type.Record(Type.String(), Type.Integer());
const FACETS = Type.Object({
  total: Type.Integer(),
  states: COUNTS,
  severities: COUNTS,
  categories: COUNTS,
  receivers: Type.Array(Type.Object({ name: Type.String(), count: Type.Integer() })),
  labels: Type.Array(
    Type.Object({
      name: Type.String(),
      distinct: Type.Integer(),
      values: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() })),
    }),
  ),
});

const GROUPS = Type.Object({
  items: Type.Array(
    Type.Object({
      labels: LABELS,
      count: Type.Integer(),
      states: COUNTS,
      severities: COUNTS,
      oldest: TIME,
      newest: TIME,
      sample: Type.Array(FINGERPRINT),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** Most labels to group or count by. */
const MOST_LABELS = 50;
const NAMES = Type.String({ minLength: 1, description: "Names of labels, with commas between." });

/** Alerts as people look for them: filtered, counted and grouped here, so that a page shows some of very many. */
export function alertsEndpoints({ view, matchers }: AlertsParts): readonly Endpoint[] {
  const filterOf = (query: Static<typeof WHICH_QUERY>): AlertFilter => ({
    matchers: readFilters(matchers, query.filter),
    states: query.state ?? [],
    receivers: query.receiver ?? [],
    severities: query.severity ?? [],
    categories: query.category ?? [],
    text: query.q ?? "",
  });
  return [
    endpoint({
      method: "GET",
      path: "/alerts",
      tag,
      summary: "Alerts that satisfy all that is asked for, of parameters that are repeated one each",
      description:
        "A page begins where the one before ended by what they are sorted by, so alerts that come or go in between " +
        "move no other one to another page. `total` counts those of all pages.",
      needs: "viewer",
      query: Type.Object({
        ...WHICH,
        sort: Type.Optional(Type.String({ pattern: SORT, default: "-startsAt", "x-expected": SORTS })),
        ...PAGE_QUERY,
      }),
      answers: {
        200: Type.Object({
          items: Type.Array(ALERT),
          next: Type.Union([Type.String(), Type.Null()]),
          total: Type.Integer(),
        }),
      },
      async answer({ query }) {
        const { sort = "-startsAt", limit = 100, cursor } = query;
        const after = placeIn(cursor, sort);
        const page = await alertPage(view, filterOf(query), { order: alertOrder(sort), limit, after });
        const next = page.next === undefined ? null : encodeCursor([sort, page.next.key, page.next.fingerprint]);
        const items = await alertTexts(page.items);
        return text(`{"items":[${items.join()}],"next":${JSON.stringify(next)},"total":${page.total}}`);
      },
    }),
    endpoint({
      method: "GET",
      path: "/alerts/facets",
      tag,
      summary: "What the alerts have that satisfy what is asked for, with numbers",
      description:
        "Each number is how many alerts a further filter by it would find. All labels unless some are named.",
      needs: "viewer",
      query: Type.Object({
        ...WHICH,
        labels: Type.Optional(NAMES),
        top: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 10 })),
      }),
      answers: { 200: FACETS },
      async answer({ query }) {
        const { labels, top = 10 } = query;
        return ok(
          await facets(view, filterOf(query), {
            labels: labels === undefined ? undefined : names("labels", labels),
            top,
          }),
        );
      },
    }),
    endpoint({
      method: "GET",
      path: "/alerts/groups",
      tag,
      summary: "Alerts with the same values of some labels taken together, in byte order of those values",
      needs: "viewer",
      query: Type.Object({ ...WHICH, by: NAMES, ...PAGE_QUERY }),
      answers: { 200: GROUPS },
      async answer({ query }) {
        const { limit = 100, cursor } = query;
        const by = names("by", query.by);
        const after = decodeCursor(
          cursor,
          by.map(() => "string" as const),
        );
        const page = await groupAlerts(view, filterOf(query), { by, limit, after });
        return ok({ items: page.items, next: page.next === undefined ? null : encodeCursor(page.next) });
      },
    }),
    endpoint({
      method: "GET",
      path: "/alerts/values",
      tag,
      summary: "Names of labels, or with `label` its values, that alerts have and that begin with a prefix",
      needs: "viewer",
      query: Type.Object({
        label: Type.Optional(Type.String()),
        prefix: Type.Optional(Type.String({ default: "" })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
      }),
      answers: {
        200: Type.Union([
          Type.Object({ labels: Type.Array(Type.String()) }),
          Type.Object({ values: Type.Array(Type.String()) }),
        ]),
      },
      async answer({ query: { label, prefix = "", limit = 100 } }) {
        if (label === undefined) return ok({ labels: await labelNames(view, prefix, limit) });
        return ok({ values: await labelValues(view, label, prefix, limit) });
      },
    }),
    endpoint({
      method: "GET",
      path: "/alerts/:fingerprint",
      tag,
      summary: "One alert, for as long as it is kept: for a while after its end, too",
      needs: "viewer",
      answers: { 200: ALERT },
      async answer({ params: { fingerprint } }) {
        const alert = findAlert(view.alerts(), fingerprint);
        if (alert === undefined)
          throw new Problem(404, `there is no alert of the fingerprint ${JSON.stringify(fingerprint)}`);
        return text((await alertTexts([new SeenAlert(alert, sightOf(view))])).join());
      },
    }),
  ];
}

/** @throws Problem for a cursor of another order */
function placeIn(cursor: string | undefined, sort: string): Place | undefined {
  const isNumber = sort.endsWith("startsAt") || sort.endsWith("severity");
  const after = decodeCursor(cursor, ["string", isNumber && !sort.includes(":") ? "number" : "string", "string"]);
  if (after === undefined) return undefined;
  const [of, key, fingerprint] = after;
  if (of !== sort) throw new Problem(400, `cursor: is of a list by ${of}, not by ${sort}`);
  return { key, fingerprint };
}

/** @throws Problem */
function names(parameter: string, text: string): string[] {
  const all = [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "");
  if (all.length > 0 && all.length <= MOST_LABELS) return all;
  throw new Problem(
    400,
    `${parameter}: expected 1 to ${MOST_LABELS} names of labels with commas between, not ${all.length}`,
  );
}

/** JSON that is written already. */
function text(body: string): Plain {
  return {
    status: 200,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" },
    body: `${body}\n`,
  };
}
