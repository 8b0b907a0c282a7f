import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../../test/support/wait.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { EVERYTHING } from "../history/everything.ts";
import { openHistory } from "./history-database.ts";
import { SqliteHistoryReader } from "./history-reader.ts";

/** Rows of a table that is gone through one by one: seconds of work, whatever the machine. */
const MANY = 60_000_000;
const STATS = { from: 0, to: 1000, matchers: [], by: "receiver", step: 1000, top: 1 } as const;
/** Asks about label sets only, of which there is none. */
const QUICK = { ...EVERYTHING, fingerprint: "0123456789abcdef" };

let directory: string;
let path: string;
let reader: SqliteHistoryReader;

/** A history in which whoever looks at the events is busy for long. */
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "history-"));
  path = join(directory, "history.db");
  openHistory(path).close();
  const db = new Database(path);
  const columns = db.query("SELECT name FROM pragma_table_info('history_events')").values().flat();
  const others = columns.filter((name) => name !== "id").map((name) => `NULL AS ${String(name)}`);
  db.run("DROP TABLE history_events");
  db.run(
    `CREATE VIEW history_events AS WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${MANY})
     SELECT id, ${others.join(", ")} FROM n`,
  );
  db.close();
});

afterEach(() => {
  reader.close();
  rmSync(directory, { recursive: true });
});

test("what takes too long is given up, and what was asked after it is answered", async () => {
  reader = new SqliteHistoryReader(path, () => undefined, 1000);

  const error = await reader.searchHistory(EVERYTHING).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(StorageError);
  expect((error as StorageError).message).toBe(
    `${path}: took longer than 1 s; ask about less time, or for rarer things`,
  );
  const next = await eventually("the next is answered", () => reader.searchHistory(QUICK));
  expect(next).toEqual({ events: [], next: undefined });
});

test("what is counted holds up nothing that is searched", async () => {
  reader = new SqliteHistoryReader(path, () => undefined, 60_000);
  let isCounted = false;
  const counting = reader.historyStats(STATS).then(
    () => (isCounted = true),
    () => undefined,
  );

  expect(await reader.searchHistory(QUICK)).toEqual({ events: [], next: undefined });

  expect(isCounted).toBe(false);
  reader.close();
  await counting;
});
