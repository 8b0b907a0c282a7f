import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryRow } from "../../core/interfaces/storage.ts";
import { T0, alertOf } from "../fixtures.ts";
import { createSqliteStorage } from "./index.ts";

const HOUR = 3_600_000;
const directories: string[] = [];

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "maintenance-"));
  directories.push(directory);
  return directory;
}

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

/** An hour of history between each row and the next, each of an alert of its own. */
function historyOf(from: number, to: number): HistoryRow[] {
  return Array.from({ length: to - from }, (_, i) => {
    const { labels } = alertOf({ alertname: `A${from + i}` });
    return {
      at: T0 + (from + i) * HOUR,
      kind: "alert",
      subject: labels.fingerprint,
      labels,
      detail: { text: "x".repeat(100) },
    };
  });
}

/** Stores 4,000 rows of history and gives the hours of those that are left, and how many label sets. */
async function whatIsLeft(options: { historyMaxBytes?: number; historyRetention?: number }) {
  const directory = await emptyDirectory();
  const unlimited = { historyMaxBytes: 1e9, historyRetention: 1e15 };
  const storage = await createSqliteStorage({ directory, ...unlimited, ...options });
  for (let i = 0; i < 4_000; i += 50) await storage.commit({ history: historyOf(i, i + 50) });
  await storage.close();

  const db = new Database(join(directory, "history.db"));
  const hours = db.query("SELECT ((id >> 20) - ?) / ? FROM history_events ORDER BY id").values(T0, HOUR);
  const count = (table: string) => db.query(`SELECT count(*) FROM ${table}`).values()[0]?.[0] as number;
  const counts = ["history_links", "history_sets", "history_set_pairs", "history_pairs"].map(count);
  const bytes = (db.query("PRAGMA page_count").values()[0]?.[0] as number) * 4096;
  db.close();
  return { hours: hours.map(([hour]) => hour as number), counts, bytes };
}

test("without limits all history stays", async () => {
  const { hours } = await whatIsLeft({});
  expect(hours).toEqual(Array.from({ length: 4_000 }, (_, i) => i));
});

test("history beyond its bytes is trimmed, oldest first, with the labels nothing is about any more", async () => {
  const { hours, counts, bytes } = await whatIsLeft({ historyMaxBytes: 400_000 });

  expect(hours.at(-1)).toBe(3_999);
  expect(hours).toEqual(Array.from({ length: hours.length }, (_, i) => 4_000 - hours.length + i));
  expect(hours.length).toBeGreaterThan(300);
  expect(hours.length).toBeLessThan(2_000);
  expect(counts).toEqual([1, 1, 1, 1].map(() => hours.length));
  expect(bytes).toBeLessThan(1_000_000);
});

test("history beyond its age is trimmed", async () => {
  const { hours, counts } = await whatIsLeft({ historyRetention: 24 * HOUR });

  expect(hours.at(-1)).toBe(3_999);
  expect(hours).toEqual(Array.from({ length: hours.length }, (_, i) => 4_000 - hours.length + i));
  expect(hours.length).toBeGreaterThanOrEqual(25);
  expect(hours.length).toBeLessThan(25 + 600);
  expect(counts[0]).toBe(hours.length);
});

test("the log stays small while alerts are written over and over, and the file shrinks when they are gone", async () => {
  const directory = await emptyDirectory();
  const path = join(directory, "alertmanager.db");
  const storage = await createSqliteStorage({ directory });
  const alerts = Array.from({ length: 4_000 }, (_, i) =>
    alertOf({ alertname: `A${i}` }, { generatorURL: "u".repeat(1_000) }),
  );
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < alerts.length; i += 500) await storage.commit({ alerts: alerts.slice(i, i + 500) });
  }
  await storage.load(); // answered after the upkeep that follows a commit
  const full = (await stat(path)).size;
  expect((await stat(`${path}-wal`)).size).toBeLessThan(8.5 * 1024 * 1024);
  expect(storage.health().sizeBytes).toBeGreaterThan(full / 2);

  await storage.commit({ deletedAlerts: alerts.map((a) => a.labels.fingerprint) });
  for (let i = 0; i < 5; i++) await storage.commit({ alerts: alerts.slice(0, 400) });
  await storage.load();
  await storage.close();

  expect((await stat(path)).size).toBeLessThan(full / 2);
});
