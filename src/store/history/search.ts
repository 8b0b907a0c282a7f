import { HISTORY_KINDS, type HistoryPosition, type HistoryQuery } from "../../core/interfaces/history.ts";
import type { Dialect } from "./dialect.ts";
import type { EventCells } from "./encode.ts";
import { setOf, setsOf, type Ask, type Sets } from "./sets.ts";

/** Most events are of these. */
const FREQUENT = ["alert", "verdict", "notification"] as const;
/** Kinds from here on are few events of, and have an index. */
const RARE = 3;
/**
 * Events looked at one by one before those that are wanted are looked up by their label sets: where more than one in a few
 * hundred is wanted, the page is full by then; where fewer are, they are few enough to be sorted.
 */
const LOOKED_AT = 30_000;
/** The same where there is nothing to look them up by; what is not found by then is for the next page. */
const LOOKED_AT_ALONE = 200_000;
/** Sets so few that all about them is soon gone through. */
const FEW_SETS = 20;

/** IDs, as SQL: from the first on, below the second. */
interface Range {
  readonly low: string;
  readonly high: string;
}

export interface Found {
  readonly rows: readonly EventCells[];
  readonly next: HistoryPosition | undefined;
}

/** A place among all events, as SQL. @param at ms */
export function idOf(at: number, n = 0): string {
  return `((CAST(${Math.max(0, Math.min(2 ** 42, Math.round(at)))} AS bigint) << 20) + ${n})`;
}

/** An ID taken apart: one may be larger than a number can be. */
const PLACE = "(id >> 20), (id & 1048575)";

/** Finds a page of events. */
export async function search(ask: Ask, dialect: Dialect, query: HistoryQuery): Promise<Found> {
  const sets = await wantedSets(ask, dialect, query);
  if (sets?.count === 0) return { rows: [], next: undefined };
  const found = new Page(ask, dialect, query);
  const range = rangeOf(query);
  const conditions = conditionsOf(dialect, query);
  const isRare = query.kinds.length > 0 && query.kinds.every((kind) => HISTORY_KINDS.indexOf(kind) >= RARE);
  const isBroad = conditions.length === 1 && FREQUENT.every((kind) => query.kinds.includes(kind));
  if (sets === undefined) {
    const isIndexed = isRare || query.receiver !== undefined;
    if (isIndexed || conditions.length === 0 || isBroad) {
      await found.add(range, conditions, isRare ? dialect.byRareKind : "");
      return found.result();
    }
    const { window, rest } = await windowOf(ask, range, query.ascending, LOOKED_AT_ALONE);
    await found.add(window, conditions);
    return found.result(rest?.from);
  }
  if (sets.count <= FEW_SETS) {
    await found.add(range, [...conditions, linked(dialect, sets, range)]);
    return found.result();
  }
  const { window, rest } = await windowOf(ask, range, query.ascending, LOOKED_AT);
  const isAbout = `(e.set_id IN (${sets.sql}) OR (e.sets IS NOT NULL AND ${dialect.hasAny("e.sets", sets.sql)}))`;
  await found.add(window, [...conditions, isAbout]);
  if (rest !== undefined && !found.isFull)
    await found.add(rest.range, [...conditions, linked(dialect, sets, rest.range)]);
  return found.result();
}

/** Events about some sets, by the table of what is about what. */
export function linked(dialect: Dialect, { sql }: Sets, { low, high }: Range): string {
  return dialect.isOneOf(
    "e.id",
    `SELECT l.event_id FROM (${sql}) AS s JOIN history_links l ON l.set_id = s.set_id
     WHERE l.event_id >= ${low} AND l.event_id < ${high}`,
  );
}

async function wantedSets(ask: Ask, dialect: Dialect, query: HistoryQuery): Promise<Sets | undefined> {
  const { fingerprint, matchers } = query;
  const one = fingerprint === undefined ? undefined : await setOf(ask, dialect, fingerprint);
  if (matchers.length === 0 || one?.count === 0) return one;
  const matched = await setsOf(ask, dialect, matchers);
  if (one === undefined || matched.count === 0) return matched;
  const sql = `${one.sql} AND id IN (${matched.sql})`;
  const [[count] = []] = await ask(`SELECT count(*) FROM (${sql}) AS s`);
  return { sql, count: Number(count) };
}

function rangeOf({ from, to, after, ascending }: HistoryQuery): Range {
  const low = after !== undefined && ascending ? idOf(after.at, after.n + 1) : idOf(from);
  const high = after !== undefined && !ascending ? idOf(after.at, after.n) : idOf(to);
  return { low, high };
}

function conditionsOf(dialect: Dialect, query: HistoryQuery): string[] {
  const { kinds, subject, receiver, actor, text } = query;
  const conditions: string[] = [];
  const codes = kinds.map((kind) => HISTORY_KINDS.indexOf(kind));
  if (codes.length > 0) {
    // In these words, by which the index is known to hold them all.
    if (codes.every((code) => code >= RARE)) conditions.push("e.kind > 2");
    conditions.push(`e.kind IN (${codes.join(",")})`);
  }
  if (subject !== undefined) conditions.push(`e.subject = ${dialect.text(JSON.stringify(subject))}`);
  if (receiver !== undefined) conditions.push(dialect.equals("e.receiver", dialect.text(JSON.stringify(receiver))));
  if (actor !== undefined) {
    const start = `{"name":${JSON.stringify(actor)},`;
    conditions.push(`substr(e.actor, 1, ${[...start].length}) = ${dialect.text(start)}`);
  }
  if (text !== undefined) {
    const part = dialect.text(JSON.stringify(text.toLowerCase()).slice(1, -1));
    const columns = ["e.detail", "e.subject", "e.change", "coalesce(e.receiver, '')", "coalesce(e.actor, '')"];
    const inLabels = `e.set_id IN (SELECT id FROM history_sets WHERE ${dialect.contains("labels", part)})`;
    conditions.push(`(${[...columns.map((column) => dialect.contains(column, part)), inLabels].join(" OR ")})`);
  }
  return conditions;
}

/** The first so many events of a range, and what is left of it after them. */
async function windowOf(ask: Ask, range: Range, ascending: boolean, size: number) {
  const [row] = await ask(
    `SELECT ${PLACE} FROM history_events WHERE id >= ${range.low} AND id < ${range.high}
     ORDER BY id ${ascending ? "ASC" : "DESC"} LIMIT 1 OFFSET ${size}`,
  );
  if (row === undefined) return { window: range, rest: undefined };
  const [at, n] = row as [number, number];
  if (ascending) {
    const middle = idOf(at, n);
    return {
      window: { low: range.low, high: middle },
      rest: { range: { low: middle, high: range.high }, from: { at, n: n - 1 } },
    };
  }
  const middle = idOf(at, n + 1);
  return {
    window: { low: middle, high: range.high },
    rest: { range: { low: range.low, high: middle }, from: { at, n: n + 1 } },
  };
}

/** What has been found for a page, and whether there is more. */
class Page {
  readonly #rows: EventCells[] = [];

  constructor(
    private readonly ask: Ask,
    private readonly dialect: Dialect,
    private readonly query: HistoryQuery,
  ) {}

  /** One more than asked for, by which one knows that it is not the last page. */
  get #missing(): number {
    return this.query.limit + 1 - this.#rows.length;
  }

  get isFull(): boolean {
    return this.#missing <= 0;
  }

  async add({ low, high }: Range, conditions: readonly string[], index = ""): Promise<void> {
    const order = this.query.ascending ? "ASC" : "DESC";
    const where = [`e.id >= ${low}`, `e.id < ${high}`, ...conditions].join(" AND ");
    const rows = await this.ask(
      `SELECT ${columns(this.dialect)} FROM (
         SELECT e.* FROM history_events e${index} WHERE ${where} ORDER BY e.id ${order} LIMIT ${this.#missing}
       ) AS e ORDER BY e.id ${order}`,
    );
    this.#rows.push(...(rows as unknown as readonly EventCells[]));
  }

  /** @param rest where to go on when the page is not full */
  result(rest?: HistoryPosition): Found {
    const { limit } = this.query;
    const rows = this.#rows.slice(0, limit);
    const last = rows.at(-1);
    if (this.#rows.length > limit && last !== undefined) return { rows, next: { at: last[0], n: last[1] } };
    return { rows, next: rest };
  }
}

/** The columns of EventCells, of `e`. */
function columns(dialect: Dialect): string {
  return `(e.id >> 20), (e.id & 1048575), e.kind, e.change, e.subject, e.receiver, e.integration, e.actor, e.replica, e.mark,
    e.detail, (SELECT s.labels FROM history_sets s WHERE s.id = e.set_id), ${dialect.fingerprints("e.sets")}`;
}
