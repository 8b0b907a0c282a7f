// Called by scripts/bench history [EVENTS]: how long searches in a week's worth of history take, on SQLite and on Postgres.
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryQuery } from "../../src/core/interfaces/history.ts";
import type { HistoryStorage } from "../../src/core/interfaces/storage.ts";
import { createPostgresStorage } from "../../src/store/postgres/index.ts";
import { settingsFor } from "../../src/store/postgres/postgres-fixtures.ts";
import { createSqliteStorage } from "../../src/store/sqlite/index.ts";
import { startPostgres } from "../../test/support/postgres.ts";
import { fillPostgres, fillSqlite, firstOf, QUESTIONS, type Storm } from "../../test/support/storm.ts";

const DAY = 86_400_000;
const to = Date.now();
const storm: Storm = { changes: Number(process.argv[2] ?? 10_000_000), alerts: 50_000, from: to - 7 * DAY, to };
const limits = { historyMaxBytes: 1e13, historyRetention: 3650 * DAY };

await onSqlite();
await onPostgres();
process.exit(0);

async function onSqlite(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "history-bench-"));
  try {
    const storage = await createSqliteStorage({ directory, ...limits });
    await storage.commit({ history: firstOf(storm) });
    const db = new Database(join(directory, "history.db"));
    fillSqlite(db, storm);
    db.close();
    await measure("SQLite", storage);
    await storage.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function onPostgres(): Promise<void> {
  await using database = await startPostgres();
  const storage = await createPostgresStorage({ settings: settingsFor(database.url, { schema: "bench" }), ...limits });
  await storage.load();
  await storage.commit({ history: firstOf(storm) });
  await fillPostgres(database, "bench", storm);
  await measure("Postgres", storage);
  await storage.close();
}

async function measure(name: string, storage: HistoryStorage): Promise<void> {
  console.log(
    `\n${name}: ${storm.changes} events of ${storm.alerts} alerts in a week; first page of 100, ms, three times`,
  );
  const query: HistoryQuery = { from: storm.from, to, matchers: [], kinds: [], ascending: false, limit: 100 };
  await timed("everything, newest first", async () => (await storage.searchHistory(query)).events.length);
  for (const [what, matchers] of Object.entries(QUESTIONS)) {
    await timed(what, async () => (await storage.searchHistory({ ...query, matchers })).events.length);
  }
  const day = { ...query, from: to - 3 * DAY, to: to - 2 * DAY, matchers: QUESTIONS["one name"] };
  await timed("one name, one day", async () => (await storage.searchHistory(day)).events.length);
  await timed("silences", async () => (await storage.searchHistory({ ...query, kinds: ["silence"] })).events.length);
  const counted = { ...query, by: { label: "alertname" }, step: DAY / 24, top: 20 } as const;
  await timed("counts of one name", async () => {
    return (await storage.historyStats({ ...counted, matchers: QUESTIONS["one name"] })).total.firing;
  });
  await timed("counts of all of it", async () => (await storage.historyStats(counted)).total.firing);
}

async function timed(what: string, work: () => Promise<number>): Promise<void> {
  const took: string[] = [];
  let found = 0;
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    found = await work();
    took.push((performance.now() - began).toFixed(0));
  }
  console.log(`  ${what.padEnd(42)} ${took.join(" / ").padEnd(22)} ${found}`);
}
