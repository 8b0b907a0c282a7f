import { afterEach, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryEvent, HistoryPosition, HistoryRow } from "../../core/interfaces/history.ts";
import { rowOfEvent } from "../../core/history/select.ts";
import { failureOf } from "../fixtures.ts";
import { createSqliteStorage } from "./index.ts";
import type { SqliteStorage } from "./storage.ts";

const directories: string[] = [];

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "history-"));
  directories.push(directory);
  return directory;
}

async function allPages(storage: SqliteStorage): Promise<HistoryEvent[][]> {
  const pages: HistoryEvent[][] = [];
  for (let from: HistoryPosition | undefined; ;) {
    const { rows, next } = await storage.readHistory(from);
    pages.push([...rows]);
    if (next === undefined) return pages;
    from = next;
  }
}

test("history is read in order of time, in bounded pages, between commits", async () => {
  const storage = await createSqliteStorage({ directory: await emptyDirectory(), historyMaxBytes: 1e9 });
  const rowOf = (i: number): HistoryRow => ({
    at: 1_000 + i,
    kind: "silence",
    subject: `s${i} \0 ü`,
    detail: { i, text: "x".repeat(1_000) },
  });
  const rows = Array.from({ length: 2_000 }, (_, i) => rowOf(i));
  await storage.commit({ history: rows });

  const reading = allPages(storage);
  await storage.commit({ aliveAt: 1 });
  const pages = await reading;
  await storage.close();

  expect(pages.flat().map(rowOfEvent)).toEqual(rows);
  expect(pages.length).toBeGreaterThan(2);
});

test("no history is one empty page", async () => {
  const storage = await createSqliteStorage({ directory: await emptyDirectory() });
  const pages = await allPages(storage);
  await storage.close();

  expect(pages).toEqual([[]]);
});

test("a history that is only being made is one empty page", async () => {
  const directory = await emptyDirectory();
  const storage = await createSqliteStorage({ directory });
  const db = new Database(join(directory, "history.db"));
  const empty = await allPages(storage);
  db.run("PRAGMA journal_mode = WAL");
  const withoutTables = await allPages(storage);
  db.close();
  await storage.commit({ history: [{ at: 1, kind: "reload", subject: "c", detail: {} }] });
  const made = await allPages(storage);
  await storage.close();

  expect([empty, withoutTables]).toEqual([[[]], [[]]]);
  expect(made.flat()).toHaveLength(1);
});

test("whoever writes and whoever reads waits for the other to open the history", async () => {
  const directory = await emptyDirectory();
  const db = new Database(join(directory, "history.db"));
  db.run("CREATE TABLE other (a)");
  const storage = await createSqliteStorage({ directory });
  db.run("BEGIN EXCLUSIVE");
  const pages = allPages(storage);
  const stored = storage.commit({ history: [{ at: 1, kind: "reload", subject: "c", detail: {} }] });
  const ended = Promise.allSettled([pages, stored]);
  // Long enough for both to have come to the lock; where not, they find none.
  await Bun.sleep(200);
  db.run("COMMIT");

  expect((await ended).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  expect((await allPages(storage)).flat()).toHaveLength(1);
  db.close();
  await storage.close();
});

test("a row that cannot be understood is reported and left out", async () => {
  const directory = await emptyDirectory();
  const first = await createSqliteStorage({ directory });
  await first.commit({
    history: [1, 2].map((at) => ({ at, kind: "reload", subject: `c${at}`, detail: {} })),
  });
  await first.close();
  const db = new Database(join(directory, "history.db"));
  db.run("UPDATE history_events SET detail = '{' WHERE id >> 20 = 1");
  db.close();
  const unreadable: string[] = [];

  const storage = await createSqliteStorage({ directory, onUnreadable: (what) => unreadable.push(what) });
  const pages = await allPages(storage);
  await storage.close();

  expect(pages.flat().map(({ at }) => at)).toEqual([2]);
  expect(unreadable).toEqual(['history of "c1"']);
});

test("what earlier versions kept in the database itself is taken over once", async () => {
  const directory = await emptyDirectory();
  await (await createSqliteStorage({ directory })).close();
  const db = new Database(join(directory, "alertmanager.db"));
  db.run(`INSERT INTO history VALUES (100, 7, 'silence', 's1', '{"state":"active"}')`);
  db.close();

  for (let start = 0; start < 2; start++) {
    const storage = await createSqliteStorage({ directory });
    const pages = await allPages(storage);
    await storage.close();
    expect(pages.flat()).toMatchObject([{ at: 7, kind: "silence", subject: "s1", detail: { state: "active" } }]);
  }
});

test("a damaged history is moved aside, and what happens from then on is kept", async () => {
  const directory = await emptyDirectory();
  await Bun.write(join(directory, "history.db"), "not a database ".repeat(1000));
  const storage = await createSqliteStorage({ directory });
  const row = { at: 1, kind: "reload", subject: "c", detail: {} } as const;

  expect(await failureOf(storage.commit({ history: [row] }))).toMatchObject({ code: "failed" });
  await storage.commit({ history: [row] });
  const pages = await allPages(storage);
  await storage.close();

  expect(pages.flat()).toMatchObject([row]);
  expect(await Bun.file(join(directory, "history.db.damaged")).text()).toStartWith("not a database");
});
