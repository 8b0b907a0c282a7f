import type { HistoryCounts, HistoryKey, HistoryStats, HistoryStatsQuery } from "../../core/interfaces/history.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Dialect } from "./dialect.ts";
import { idOf } from "./search.ts";
import { setsOf, type Ask } from "./sets.ts";

const ALERT = 0;
const NOTIFICATION = 2;
/** What is said of an attempt after which another one follows. */
const NOT_FINAL = '"final":false';

/** Of one label set. */
interface SetCounts {
  readonly id: number;
  firing: number;
  resolved: number;
  lastAt: number;
}

/** Counts what happened. */
export async function stats(ask: Ask, dialect: Dialect, query: HistoryStatsQuery): Promise<HistoryStats> {
  const { matchers, from, to } = query;
  const range = `e.id >= ${idOf(from)} AND e.id < ${idOf(to)}`;
  let where = range;
  if (matchers.length > 0) {
    const sets = await setsOf(ask, dialect, matchers);
    if (sets.count === 0) return EMPTY;
    where = `${range} AND e.id IN (SELECT l.event_id FROM (${sets.sql}) AS s JOIN history_links l ON l.set_id = s.set_id
      WHERE l.event_id >= ${idOf(from)} AND l.event_id < ${idOf(to)})`;
  }
  const buckets = await bucketsOf(ask, dialect, query, where);
  const counts = await setCounts(ask, where);
  const total = sum(buckets);
  return {
    buckets,
    top: await topOf(ask, dialect, query, where, counts),
    flapping: await flappingOf(ask, query.top, counts),
    total: { ...total, alerts: counts.length, flaps: counts.reduce((all, one) => all + flapsOf(one), 0) },
  };
}

const NOTHING: HistoryCounts = { firing: 0, resolved: 0, notified: 0, failed: 0 };
const EMPTY: HistoryStats = { buckets: [], top: [], flapping: [], total: { ...NOTHING, alerts: 0, flaps: 0 } };

/** How often it came back. */
function flapsOf({ firing }: SetCounts): number {
  return Math.max(0, firing - 1);
}

async function bucketsOf(ask: Ask, dialect: Dialect, { from, step }: HistoryStatsQuery, where: string) {
  const rows = await ask(
    `SELECT ((e.id >> 20) - ${Math.round(from)}) / ${Math.round(step)} AS bucket, e.kind, e.change, count(*)
     FROM history_events e WHERE ${where} AND (e.kind = ${ALERT}
       OR (e.kind = ${NOTIFICATION} AND NOT (${dialect.contains("e.detail", dialect.text(NOT_FINAL))})))
     GROUP BY 1, 2, 3 ORDER BY 1`,
  );
  const buckets: { at: number; firing: number; resolved: number; notified: number; failed: number }[] = [];
  for (const row of rows) {
    const [bucket, kind, change, count] = row as [number, number, string, number];
    const what = FIELDS[`${kind} ${JSON.parse(change) as string}`];
    if (what === undefined) continue;
    const at = Math.round(from) + bucket * Math.round(step);
    let last = buckets.at(-1);
    if (last?.at !== at) {
      last = { at, ...NOTHING };
      buckets.push(last);
    }
    last[what] += Number(count);
  }
  return buckets;
}

const FIELDS: Readonly<Record<string, keyof HistoryCounts>> = {
  [`${ALERT} firing`]: "firing",
  [`${ALERT} resolved`]: "resolved",
  [`${NOTIFICATION} delivered`]: "notified",
  [`${NOTIFICATION} failed`]: "failed",
  [`${NOTIFICATION} refused`]: "failed",
};

function sum(buckets: readonly HistoryCounts[]): HistoryCounts {
  const total = { ...NOTHING };
  for (const one of buckets) {
    for (const field of Object.keys(total) as (keyof HistoryCounts)[]) total[field] += one[field];
  }
  return total;
}

async function setCounts(ask: Ask, where: string): Promise<SetCounts[]> {
  const rows = await ask(
    `SELECT e.set_id, e.change, count(*), max(e.id >> 20) FROM history_events e
     WHERE ${where} AND e.kind = ${ALERT} AND e.set_id IS NOT NULL GROUP BY 1, 2`,
  );
  const counts = new Map<number, SetCounts>();
  for (const row of rows) {
    const [id, change, count, lastAt] = row as [number, string, number, number];
    const one = counts.get(id) ?? { id, firing: 0, resolved: 0, lastAt: 0 };
    counts.set(id, one);
    if (change === '"firing"') one.firing += Number(count);
    if (change === '"resolved"') one.resolved += Number(count);
    one.lastAt = Math.max(one.lastAt, lastAt);
  }
  return [...counts.values()];
}

async function topOf(
  ask: Ask,
  dialect: Dialect,
  { by, top }: HistoryStatsQuery,
  where: string,
  counts: readonly SetCounts[],
): Promise<HistoryStats["top"]> {
  const keys = new Map<string, { key: string; firing: number; notified: number; flaps: number }>();
  const of = (key: string) => {
    const one = keys.get(key) ?? { key, firing: 0, notified: 0, flaps: 0 };
    keys.set(key, one);
    return one;
  };
  if (by !== "receiver") {
    const values = await valuesOf(ask, dialect, by.label);
    for (const one of counts) {
      const key = of(values.get(one.id) ?? "");
      key.firing += one.firing;
      key.flaps += flapsOf(one);
    }
  }
  const delivered = `${where} AND e.kind = ${NOTIFICATION} AND e.change = '"delivered"'`;
  for (const [key, count] of await ask(notifiedSQL(dialect, by, delivered))) {
    of(JSON.parse((key as string | null) ?? '""') as string).notified += Number(count);
  }
  const order = by === "receiver" ? "notified" : "firing";
  const sorted = [...keys.values()].sort((a, b) => b[order] - a[order] || (a.key < b.key ? -1 : 1));
  return sorted.slice(0, top);
}

/** How many notifications were about each key. */
function notifiedSQL(dialect: Dialect, by: HistoryKey, where: string): string {
  if (by === "receiver") return `SELECT e.receiver, count(*) FROM history_events e WHERE ${where} GROUP BY 1`;
  const name = dialect.equals("p.name", dialect.text(JSON.stringify(by.label)));
  return `SELECT p.value, count(DISTINCT e.id) FROM history_events e CROSS JOIN ${dialect.each("e.sets")}
    JOIN history_set_pairs sp ON sp.set_id = j.value JOIN history_pairs p ON p.id = sp.pair_id
    WHERE ${where} AND ${name} GROUP BY 1`;
}

async function valuesOf(ask: Ask, dialect: Dialect, label: string): Promise<ReadonlyMap<number, string>> {
  const name = dialect.equals("p.name", dialect.text(JSON.stringify(label)));
  const rows = await ask(
    `SELECT sp.set_id, p.value FROM history_pairs p JOIN history_set_pairs sp ON sp.pair_id = p.id WHERE ${name}`,
  );
  return new Map(rows.map(([id, value]) => [id as number, JSON.parse(value as string) as string]));
}

async function flappingOf(ask: Ask, top: number, counts: readonly SetCounts[]): Promise<HistoryStats["flapping"]> {
  const worst = counts
    .filter((one) => flapsOf(one) > 0)
    .sort((a, b) => b.firing - a.firing || b.lastAt - a.lastAt)
    .slice(0, top);
  if (worst.length === 0) return [];
  const rows = await ask(`SELECT id, labels FROM history_sets WHERE id IN (${worst.map(({ id }) => id).join(",")})`);
  const labels = new Map(rows.map(([id, json]) => [id as number, json as string]));
  return worst.flatMap((one) => {
    const json = labels.get(one.id);
    if (json === undefined) return [];
    const set = labelSetFromObject(JSON.parse(json) as Record<string, string>);
    return [{ labels: set, flaps: flapsOf(one), lastAt: one.lastAt }];
  });
}
