import { matchesEmpty, type Matcher } from "../../core/model/matcher.ts";
import type { Dialect } from "./dialect.ts";

/** Runs a query and gives its rows as columns in order. */
export type Ask = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/** Label sets that count. */
export interface Sets {
  /** A query that gives their IDs as `set_id`. */
  readonly sql: string;
  readonly count: number;
}

/**
 * The label sets that matchers match, found by the names and values there are, so that each value is matched once however many
 * sets have it.
 */
export async function setsOf(ask: Ask, dialect: Dialect, matchers: readonly Matcher[]): Promise<Sets> {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const matcher of matchers) {
    const canBeAbsent = matchesEmpty(matcher);
    const pairs = await pairsOf(ask, dialect, matcher, !canBeAbsent);
    if (!canBeAbsent && pairs.length === 0) return { sql: "", count: 0 };
    if (pairs.length > 0) (canBeAbsent ? unwanted : wanted).push(withPairs(pairs));
  }
  const all = wanted.length === 0 ? ["SELECT id AS set_id FROM history_sets"] : wanted;
  const sql = [all.join(" INTERSECT "), ...unwanted].join(" EXCEPT ");
  return counted(ask, sql);
}

/** That of one alert. */
export function setOf(ask: Ask, dialect: Dialect, fingerprint: string): Promise<Sets> {
  return counted(ask, `SELECT id AS set_id FROM history_sets WHERE fingerprint = ${dialect.text(fingerprint)}`);
}

async function counted(ask: Ask, sql: string): Promise<Sets> {
  const [[count] = []] = await ask(`SELECT count(*) FROM (${sql}) AS s`);
  return { sql, count: Number(count) };
}

/** The pairs of a matcher's name that it matches, or those it does not. */
async function pairsOf(ask: Ask, dialect: Dialect, matcher: Matcher, matching: boolean): Promise<number[]> {
  const name = dialect.equals("name", dialect.text(JSON.stringify(matcher.name)));
  if (matcher.type === "=" || matcher.type === "!=") {
    const value = dialect.text(JSON.stringify(matcher.value));
    const one = dialect.pair(dialect.text(JSON.stringify(matcher.name)), value);
    const isOne = (matcher.type === "=") === matching;
    const rows = await ask(`SELECT id FROM history_pairs WHERE ${isOne ? one : `${name} AND value <> ${value}`}`);
    return rows.map(([id]) => id as number);
  }
  const rows = await ask(`SELECT id, value FROM history_pairs WHERE ${name}`);
  return rows.flatMap(([id, json]) =>
    matcher.matches(JSON.parse(json as string) as string) === matching ? [id as number] : [],
  );
}

function withPairs(ids: readonly number[]): string {
  return `SELECT set_id FROM history_set_pairs WHERE pair_id IN (${ids.join(",")})`;
}
