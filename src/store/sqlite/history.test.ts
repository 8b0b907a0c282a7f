import { afterEach, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryRow } from "../../core/interfaces/storage.ts";
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

async function allPages(storage: SqliteStorage): Promise<HistoryRow[][]> {
  const pages: HistoryRow[][] = [];
  for (let from: number | undefined; ;) {
    const { rows, next } = await storage.readHistory(from);
    pages.push([...rows]);
    if (next === undefined) return pages;
    from = next;
  }
}

test("history is read in the order it was written, in bounded pages, between commits", async () => {
  const storage = await createSqliteStorage({ directory: await emptyDirectory(), historyMaxBytes: 1e9 });
  const rowOf = (i: number): HistoryRow => ({
    at: 1_000 - (i % 7),
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

  expect(pages.flat()).toEqual(rows);
  expect(pages.length).toBeGreaterThan(2);
});

test("no history is one empty page", async () => {
  const storage = await createSqliteStorage({ directory: await emptyDirectory() });
  const pages = await allPages(storage);
  await storage.close();

  expect(pages).toEqual([[]]);
});

test("a row that cannot be understood is reported and left out", async () => {
  const directory = await emptyDirectory();
  const first = await createSqliteStorage({ directory });
  await first.commit({
    history: [1, 2].map((at) => ({ at, kind: "reload", subject: `c${at}`, detail: {} })),
  });
  await first.close();
  const db = new Database(join(directory, "alertmanager.db"));
  db.run("UPDATE history SET detail = '{' WHERE at = 1");
  db.close();
  const unreadable: string[] = [];

  const storage = await createSqliteStorage({ directory, onUnreadable: (what) => unreadable.push(what) });
  const pages = await allPages(storage);
  await storage.close();

  expect(pages.flat().map(({ at }) => at)).toEqual([2]);
  expect(unreadable).toEqual(["history of c1"]);
});
