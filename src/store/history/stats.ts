import type { HistoryCounts, HistoryKey, HistoryStats, HistoryStatsQuery } from "../../core/interfaces/history.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Dialect } from "./dialect.ts";
import { idOf, linked } from "./search.ts";
import { setsOf, type Ask } from "./sets.ts";

const ALERT = 0;
const NOTIFICATION = 2;
/** What is said of an attempt after which another one follows. */
const NOT_FINAL = '"final":false';

/** Of one label set. */
interface SetCounts {
  readonly id: number;
  readonly firing: number;
  readonly resolved: number;
  readonly lastAt: number;
}

/** Counts what happened. */
export async function stats(ask: Ask, dialect: Dialect, query: HistoryStatsQuery): Promise<HistoryStats> {
  const { matchers, from, to } = query;
  const range = { low: idOf(from), high: idOf(to) };
  let about = "";
  if (matchers.length > 0) {
    const sets = await setsOf(ask, dialect, matchers);
    if (sets.count === 0) return EMPTY;
    about = ` AND ${linked(dialect, sets, range)}`;
  }
  const where = `e.id >= ${range.low} AND e.id < ${range.high}${about}`;
  const buckets = await bucketsOf(ask, dialect, query, about);
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

async function bucketsOf(ask: Ask, dialect: Dialect, { from, to, step }: HistoryStatsQuery, about: string) {
  const start = Math.round(from);
  const width = Math.round(step);
  const isFinal = `NOT (${dialect.contains("e.detail", dialect.text(NOT_FINAL))})`;
  const count = (kind: number, ...changes: readonly string[]) => {
    const either = changes.map((change) => `'"${change}"'`).join(", ");
    const final = kind === NOTIFICATION ? ` AND ${isFinal}` : "";
    return `count(*) FILTER (WHERE e.kind = ${kind} AND e.change IN (${either})${final})`;
  };
  const counts = [
    count(ALERT, "firing"),
    count(ALERT, "resolved"),
    count(NOTIFICATION, "delivered"),
    count(NOTIFICATION, "failed", "refused"),
  ].join(", ");
  const between = (low: number, high: number) =>
    `FROM history_events e WHERE e.id >= ${idOf(low)} AND e.id < ${idOf(high)}${about}`;
  const buckets: (HistoryCounts & { readonly at: number })[] = [];
  const add = (at: number, row: readonly unknown[]) => {
    const [firing = 0, resolved = 0, notified = 0, failed = 0] = row.map(Number);
    if (firing + resolved + notified + failed > 0) buckets.push({ at, firing, resolved, notified, failed });
  };
  // What is about few alerts is looked up once, not for each stretch.
  if (dialect.countsByStretch && about === "") {
    for (let at = start; at < to; at += width) {
      const [row = []] = await ask(`SELECT ${counts} ${between(at, Math.min(at + width, to))}`);
      add(at, row);
    }
    return buckets;
  }
  const bucket = `((e.id >> 20) - ${start}) / ${width}`;
  for (const [at, ...row] of await ask(`SELECT ${bucket}, ${counts} ${between(start, to)} GROUP BY 1 ORDER BY 1`)) {
    add(start + Number(at) * width, row);
  }
  return buckets;
}

function sum(buckets: readonly HistoryCounts[]): HistoryCounts {
  const total = { ...NOTHING };
  for (const one of buckets) {
    for (const field of Object.keys(total) as (keyof HistoryCounts)[]) total[field] += one[field];
  }
  return total;
}

async function setCounts(ask: Ask, where: string): Promise<SetCounts[]> {
  const count = (change: string) => `count(*) FILTER (WHERE e.change = '"${change}"')`;
  const rows = await ask(
    `SELECT e.set_id, ${count("firing")}, ${count("resolved")}, max(e.id >> 20) FROM history_events e
     WHERE ${where} AND e.kind = ${ALERT} AND e.set_id IS NOT NULL GROUP BY 1`,
  );
  return rows.map((row) => {
    const [id, firing, resolved, lastAt] = row as [number, number, number, number];
    return { id, firing: Number(firing), resolved: Number(resolved), lastAt: Number(lastAt) };
  });
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
