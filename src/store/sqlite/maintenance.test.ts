import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryRow } from "../../core/interfaces/storage.ts";
import { T0, alertOf, silenceOf } from "../fixtures.ts";
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

/** An hour of history between each row and the next; each is 116 bytes, 16 of which stand for its numbers. */
function historyOf(from: number, to: number): HistoryRow[] {
  const rows: HistoryRow[] = [];
  for (let i = from; i < to; i++) {
    rows.push({ at: T0 + i * HOUR, kind: "notification", subject: "s".repeat(80), detail: { text: "x".repeat(9) } });
  }
  return rows;
}

/** Stores 2,000 rows of history and gives the hours of those that are left. */
async function hoursLeft(options: { historyMaxBytes?: number; historyRetention?: number }): Promise<number[]> {
  const directory = await emptyDirectory();
  const unlimited = { historyMaxBytes: 1e9, historyRetention: 1e15 };
  const storage = await createSqliteStorage({ directory, ...unlimited, ...options });
  await storage.commit({ alerts: [alertOf({ alertname: "A" })], silences: [silenceOf("s")] });
  for (let i = 0; i < 2_000; i += 50) await storage.commit({ history: historyOf(i, i + 50) });
  const { alerts, silences } = await storage.load();
  expect([alerts.length, silences.length]).toEqual([1, 1]);
  await storage.close();

  const db = new Database(join(directory, "alertmanager.db"));
  const times = db.query("SELECT at FROM history ORDER BY position").values();
  db.close();
  return times.map(([at]) => ((at as number) - T0) / HOUR);
}

test("without limits all history stays", async () => {
  expect(await hoursLeft({})).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
});

test("history beyond its bytes is trimmed, oldest first, a few hundred rows at a time", async () => {
  const left = await hoursLeft({ historyMaxBytes: 100 * 116 });

  expect(left.at(-1)).toBe(1_999);
  expect(left).toEqual(Array.from({ length: left.length }, (_, i) => 2_000 - left.length + i));
  expect(left.length).toBeGreaterThanOrEqual(100);
  expect(left.length).toBeLessThan(100 + 300);
});

test("history beyond its age is trimmed, a few hundred rows at a time", async () => {
  const left = await hoursLeft({ historyRetention: 24 * HOUR });

  expect(left.at(-1)).toBe(1_999);
  expect(left).toEqual(Array.from({ length: left.length }, (_, i) => 2_000 - left.length + i));
  expect(left.length).toBeGreaterThanOrEqual(25);
  expect(left.length).toBeLessThan(25 + 300);
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
