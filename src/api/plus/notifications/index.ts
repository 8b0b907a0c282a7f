import { Type } from "@sinclair/typebox";
import { StorageError } from "../../../core/interfaces/storage.ts";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import { compareBytes } from "../../../core/model/labels.ts";
import type { Failure, NotificationDesk, Wish } from "../../../dispatch/notifications/desk.ts";
import { NOTIFICATION_STATES, type KnownNotification } from "../../../dispatch/notifications/known.ts";
import { matchesFilter } from "../../v2/filters.ts";
import { accepted, endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { readFilters } from "../filters.ts";
import { decodeCursor, encodeCursor, FILTERS, PAGE_QUERY, pageOf } from "../paging.ts";
import { Problem } from "../problem.ts";
import { oneOf } from "../schemas.ts";
import { changedAt, idOf, NOTIFICATION, shownNotification } from "./notification.ts";

export interface NotificationsParts {
  readonly desk: Pick<NotificationDesk, "list" | "retry" | "drop">;
  readonly matchers: MatcherParser;
  /** What failed at other servers, by key; undefined for a server that keeps its history for itself. */
  readonly failuresElsewhere: (() => Promise<ReadonlyMap<string, Failure>>) | undefined;
}

const tag = "notifications";
const path = "/notifications/:id";

/** What receivers were told and are to be told, and what people do about it. */
export function notificationsEndpoints({ desk, matchers, failuresElsewhere }: NotificationsParts): readonly Endpoint[] {
  const list = async () => listed(desk, (await failuresElsewhere?.()) ?? new Map());
  return [
    endpoint({
      method: "GET",
      path: "/notifications",
      tag,
      summary: "What each integration of each group is to be told or was last told, the latest first",
      needs: "viewer",
      query: Type.Object({
        state: Type.Optional(Type.Array(oneOf(NOTIFICATION_STATES))),
        receiver: Type.Optional(Type.Array(Type.String())),
        integration: Type.Optional(Type.Array(Type.String())),
        ...FILTERS,
        ...PAGE_QUERY,
      }),
      answers: { 200: pageOf(NOTIFICATION) },
      async answer({ query }) {
        const { state = [], receiver = [], integration = [], limit = 100, cursor } = query;
        const filter = readFilters(matchers, query.filter);
        const after = decodeCursor(cursor, ["number", "string"]);
        const isOneOf = (choices: readonly string[], one: string) => choices.length === 0 || choices.includes(one);
        const wanted = (await list()).filter(
          (one) =>
            isOneOf(state, one.state) &&
            isOneOf(receiver, one.receiver) &&
            isOneOf(integration, one.integration) &&
            (filter.length === 0 || (one.group !== undefined && matchesFilter(filter, one.group.labels))),
        );
        const places = wanted.map((one) => ({ at: changedAt(one), key: one.key, one })).toSorted(latestFirst);
        const rest =
          after === undefined ? places : places.filter((at) => latestFirst(at, { at: after[0], key: after[1] }) > 0);
        const items = rest.slice(0, limit);
        const last = rest.length > limit ? items.at(-1) : undefined;
        return ok({
          items: items.map(({ one }) => shownNotification(one)),
          next: last === undefined ? null : encodeCursor([last.at, last.key]),
        });
      },
    }),
    endpoint({
      method: "POST",
      path: `${path}/retry`,
      tag,
      summary: "Have the group of a notification flushed now, so that it is sent again",
      description: "One that was delivered is only sent again with `force`.",
      needs: "admin",
      query: Type.Object({ force: Type.Optional(Type.Boolean({ default: false })) }),
      answers: { 202: NOTIFICATION },
      answer: ({ params, query }) =>
        stored(async () => {
          const known = found(await list(), params.id);
          const wish = await desk.retry(known, query.force === true);
          if (wish === "delivered")
            throw new Problem(409, "it was delivered: with ?force=true it is sent again all the same");
          refuse(wish);
          return accepted(shownNotification(known));
        }),
    }),
    endpoint({
      method: "DELETE",
      path,
      tag,
      summary: "Let go of a notification that failed or whose outcome nobody knows",
      description:
        "What it was about counts as told: nothing goes out before there is something new, or it is time to repeat it.",
      needs: "admin",
      answers: { 204: null },
      answer: ({ params, caller }) =>
        stored(async () => {
          const wish = await desk.drop(found(await list(), params.id), caller.name);
          if (wish === "delivered")
            throw new Problem(409, "there is nothing to let go of: it was delivered, or let go of before");
          refuse(wish);
          return noContent();
        }),
    }),
  ];
}

interface Place {
  readonly at: number;
  readonly key: string;
}

function latestFirst(a: Place, b: Place): number {
  return b.at - a.at || compareBytes(a.key, b.key);
}

/** @throws Problem */
function refuse(wish: Wish): void {
  if (wish === "busy") throw new Problem(409, "it is being sent right now");
  if (wish === "gone") throw new Problem(409, "its group has no alerts any more");
}

/** @param id or the key itself @throws Problem */
function found(all: readonly KnownNotification[], id: string): KnownNotification {
  const known = all.find(({ key }) => key === id || idOf(key) === id);
  if (known === undefined) throw new Problem(404, `there is no notification of the id ${JSON.stringify(id)}`);
  return known;
}

/** @throws Problem */
async function listed(
  desk: NotificationsParts["desk"],
  elsewhere: ReadonlyMap<string, Failure>,
): Promise<readonly KnownNotification[]> {
  try {
    return await desk.list(elsewhere);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new Problem(503, `the database does not answer: ${error.message}`);
  }
}

async function stored<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new Problem(503, `it could not be stored: ${error.message}`);
  }
}
