import type { Database } from "bun:sqlite";
import { newMatcher } from "../../src/core/model/matcher.ts";
import { labelSetFromObject } from "../../src/core/model/labels.ts";
import type { HistoryRow } from "../../src/core/interfaces/history.ts";
import type { TestPostgres } from "./postgres.ts";

/** A made-up week in which some alerts fire and resolve over and over. */
export interface Storm {
  /** Changes in all, spread evenly over the time. */
  readonly changes: number;
  readonly alerts: number;
  /** ms */
  readonly from: number;
  /** ms */
  readonly to: number;
}

/** Alerts of one name. */
const SAME_NAME = 100;
const DETAIL = JSON.stringify({ annotations: { summary: "Something is wrong with something somewhere" } });

const labelsOf = (i: number) =>
  labelSetFromObject({
    alertname: `Alert${Math.floor(i / SAME_NAME)}`,
    instance: `host-${i}:9100`,
    severity: i % 3 === 0 ? "critical" : "warning",
    team: `team-${i % 20}`,
  });

/** One event of each alert, by which the store comes to know their labels. */
export function firstOf({ alerts, from }: Storm): HistoryRow[] {
  return Array.from({ length: alerts }, (_, i) => {
    const labels = labelsOf(i);
    return { at: from, kind: "alert", change: "firing", subject: labels.fingerprint, labels, detail: {} };
  });
}

/** Alerts by one name in a storm of at least so many alerts, of which there are few, and of one that half of them have. */
export const QUESTIONS = {
  "one name": [newMatcher("=", "alertname", "Alert7")],
  "one of a hundred names, and a severity": [
    newMatcher("=~", "alertname", "Alert1.?"),
    newMatcher("!=", "severity", "warning"),
  ],
  "one alert": [newMatcher("=", "instance", "host-42:9100")],
  "a team": [newMatcher("=", "team", "team-3")],
  "hardly any alert, by an expression": [newMatcher("=~", "instance", "host-4[23]:.*")],
  "none of a team": [newMatcher("!=", "team", "team-3")],
};

const eventsOf = ({ changes, from, to, alerts }: Storm, series: string) =>
  `SELECT (CAST(${from} + i * ${(to - from) / changes} AS bigint) << 20) + (i & 1048575), 0,
     CASE WHEN (i / ${alerts}) % 2 = 0 THEN '"firing"' ELSE '"resolved"' END, '""', 1 + (i * 7919) % ${alerts}, '${DETAIL}' FROM ${series}`;

const COLUMNS = "(id, kind, change, subject, set_id, detail)";
const LINKS = "SELECT set_id, id FROM history_events WHERE kind = 0 ORDER BY set_id, id";

/** Fills a history in which the labels of `firstOf` are. */
export function fillSqlite(db: Database, storm: Storm): void {
  const series = `(WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${storm.changes}) SELECT i FROM s)`;
  db.run("PRAGMA synchronous = OFF");
  db.run(`INSERT OR IGNORE INTO history_events ${COLUMNS} ${eventsOf(storm, series)}`);
  db.run(`INSERT OR IGNORE INTO history_links ${LINKS}`);
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** The same in Postgres. */
export async function fillPostgres(database: TestPostgres, schema: string, storm: Storm): Promise<void> {
  const series = `generate_series(1::bigint, ${storm.changes}) AS s (i)`;
  const columns = COLUMNS.replace("detail", "detail, bytes");
  const events = eventsOf(storm, series).replace(`'${DETAIL}'`, `'${DETAIL}', 200`);
  await database.psql(
    `SET search_path TO ${schema}; INSERT INTO history_events ${columns} ${events} ON CONFLICT DO NOTHING`,
  );
  await database.psql(`SET search_path TO ${schema}; INSERT INTO history_links ${LINKS} ON CONFLICT DO NOTHING`);
  await database.psql(`VACUUM ANALYZE ${schema}.history_events`);
  await database.psql(`VACUUM ANALYZE ${schema}.history_links`);
}
