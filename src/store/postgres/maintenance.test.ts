import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { eventually } from "../../../test/support/wait.ts";
import type { HistoryRow } from "../../core/interfaces/storage.ts";
import { alertOf, T0 } from "../fixtures.ts";
import { createPostgresStorage, type PostgresStorageOptions } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

const HOUR = 3_600_000;
let database: TestPostgres;
let schemas = 0;
beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);

/** An hour between each line and the next; each counts as 180 bytes: the JSON of its subject 82, of its detail 18, and 80 for the rest. */
function historyOf(from: number, to: number): HistoryRow[] {
  return Array.from({ length: to - from }, (_, i) => ({
    at: T0 + (from + i) * HOUR,
    kind: "notification",
    subject: "s".repeat(80),
    detail: { text: "x".repeat(7) },
  }));
}

/** Stores 1,000 lines of history and gives the hours of those that are left once it has been tidied up. */
async function hoursLeft(
  options: Partial<PostgresStorageOptions>,
  count: (left: number) => boolean,
): Promise<number[]> {
  const schema = `maintained_${++schemas}`;
  const storage = await createPostgresStorage({ settings: settingsFor(database.url, { schema }), ...options });
  await storage.load();
  for (let i = 0; i < 1000; i += 100) await storage.commit({ history: historyOf(i, i + 100) });
  // The last of these lines has it tidied up once more when a tidying before was still under way.
  let more = 1000;
  await eventually("tidied up", async () => {
    const [row] = await database.psql(`SELECT count(*)::integer AS n FROM ${schema}.history_events`);
    if (count(Number(row?.["n"]))) return true;
    await storage.commit({ history: historyOf(more, (more += 256)) });
    return false;
  });
  expect(storage.health().sizeBytes).toBeGreaterThan(8192);
  await storage.close();
  const rows = await database.psql(`SELECT id >> 20 AS at FROM ${schema}.history_events ORDER BY id`);
  return rows.map(({ at }) => more - 1 - (Number(at) - T0) / HOUR);
}

const unlimited = { historyRetention: 1e14, historyMaxBytes: 1e12 };

test("without limits all history stays", async () => {
  expect(await hoursLeft(unlimited, (left) => left >= 1000)).toHaveLength(1000);
});

test("history beyond its bytes is trimmed, oldest first", async () => {
  const left = await hoursLeft({ ...unlimited, historyMaxBytes: 100 * 180 }, (n) => n <= 456);

  expect(left.length).toBeGreaterThanOrEqual(100);
  expect(left).toEqual(left.map((_, i) => left.length - 1 - i));
});

test("history beyond its age is trimmed", async () => {
  const left = await hoursLeft({ ...unlimited, historyRetention: 24 * HOUR }, (n) => n <= 381);

  expect(left.length).toBeGreaterThanOrEqual(25);
  expect(left).toEqual(left.map((_, i) => left.length - 1 - i));
});

test("lines a server of the version before writes are taken over", async () => {
  const storage = await createPostgresStorage({
    settings: settingsFor(database.url, { schema: "older" }),
    ...unlimited,
  });
  await storage.load();
  await database.psql(
    `INSERT INTO older.history (at, kind, subject, detail) VALUES (${T0}, 'silence', '"s1"', '{"state":"active"}')`,
  );

  await eventually("taken over", async () => {
    await storage.commit({ history: historyOf(0, 256) });
    return (await database.psql("SELECT 1 FROM older.history")).length === 0;
  });
  const { rows } = await storage.readHistory();
  await storage.close();

  expect(rows.filter(({ kind }) => kind === "silence")).toMatchObject([
    { at: T0, subject: "s1", detail: { state: "active" } },
  ]);
});

test("labels nothing is about any more go with the last event about them", async () => {
  const settings = settingsFor(database.url, { schema: "swept" });
  const storage = await createPostgresStorage({ settings, historyRetention: HOUR });
  await storage.load();
  const { labels } = alertOf({ alertname: "A" });
  await storage.commit({ history: [{ at: T0, kind: "alert", subject: "", labels, detail: {} }] });

  await eventually("swept", async () => {
    await storage.commit({ history: historyOf(10, 266) });
    return (await database.psql("SELECT 1 FROM swept.history_pairs")).length === 0;
  });
  expect(await database.psql("SELECT 1 FROM swept.history_sets")).toEqual([]);
  expect(await database.psql("SELECT 1 FROM swept.history_set_pairs")).toEqual([]);
  await storage.close();
});
