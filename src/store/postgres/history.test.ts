import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { eventually } from "../../../test/support/wait.ts";
import type { SharedStorage } from "../../core/interfaces/shared-storage.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { alertOf } from "../fixtures.ts";
import { EVERYTHING } from "../history/everything.ts";
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
const storages: SharedStorage[] = [];

beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);
afterEach(async () => {
  for (const storage of storages.splice(0)) await storage.close().catch(() => undefined);
});

async function opened(schema: string, max_connections: number, timeout: number): Promise<SharedStorage> {
  const storage = await createPostgresStorage({
    settings: settingsFor(database.url, { schema, max_connections, timeout }),
  });
  storages.push(storage);
  await storage.load();
  return storage;
}

/** Whoever reads the history waits until told otherwise. */
async function readersWait(schema: string): Promise<() => Promise<void>> {
  // What is tidied up after a start would wait too.
  await eventually("nobody is at anything", async () => {
    const at = "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'alertmanager%' AND state <> 'idle'";
    return (await database.psql(at)).length === 0;
  });
  const sql = postgres(database.url, { max: 1, fetch_types: false });
  const [locked, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const transaction = sql.begin(async (inside) => {
    await inside.unsafe(`LOCK TABLE ${schema}.history_events IN ACCESS EXCLUSIVE MODE`);
    locked.resolve();
    await over.promise;
  });
  await locked.promise;
  return async () => {
    over.resolve();
    await transaction;
    await sql.end();
  };
}

test("however many read the history and wait, what is to be stored is stored", async () => {
  const storage = await opened("reading", 2, 30_000);
  const goOn = await readersWait("reading");
  let answered = 0;
  const readers = Array.from({ length: 10 }, () => storage.searchHistory(EVERYTHING).finally(() => answered++));

  for (let i = 0; i < 5; i++) await storage.commit({ alerts: [alertOf({ alertname: String(i) })], aliveAt: i });

  expect(answered).toBe(0);
  await goOn();
  expect((await Promise.all(readers)).map(({ events }) => events)).toEqual(Array.from({ length: 10 }, () => []));
}, 120_000);

test("however much is counted, something can be searched", async () => {
  const storage = await opened("counting", 4, 30_000);
  const goOn = await readersWait("counting");
  const query = { from: 0, to: 1000, matchers: [], by: "receiver", step: 1000, top: 1 } as const;
  let counted = 0;
  const counting = Array.from({ length: 5 }, () => storage.historyStats(query).finally(() => counted++));

  // Asks about label sets only, of which there is none.
  const found = await storage.searchHistory({ ...EVERYTHING, fingerprint: "0123456789abcdef" });

  expect([found.events, counted]).toEqual([[], 0]);
  await goOn();
  await Promise.all(counting);
}, 60_000);

test("the only connection is given back before what waits for it is given up", async () => {
  const storage = await opened("alone", 1, 10_000);
  const goOn = await readersWait("alone");
  const readers = Array.from({ length: 3 }, () => storage.searchHistory(EVERYTHING).catch((error: unknown) => error));

  await storage.commit({ alerts: [alertOf({ alertname: "A" })], aliveAt: 1 });

  for (const error of await Promise.all(readers)) {
    expect(error).toBeInstanceOf(StorageError);
    expect(String(error)).toContain("Postgres at ");
  }
  await goOn();
}, 120_000);
