import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Storage } from "../../core/interfaces/storage.ts";
import { alertOf } from "../fixtures.ts";
import { createSqliteStorage } from "./index.ts";

const directory = await mkdtemp(join(tmpdir(), "names-"));
afterAll(() => rm(directory, { recursive: true }));

function query(sql: string): unknown {
  const db = new Database(join(directory, "alertmanager.db"));
  const [row] = db.query(sql).values();
  db.close();
  return row?.[0];
}

async function restart(storage?: Storage): Promise<Storage> {
  await storage?.close();
  return createSqliteStorage({ directory });
}

test("more kinds of label sets than lists are kept for are stored all the same, and lists nobody uses go", async () => {
  const alerts = Array.from({ length: 5_000 }, (_, i) => alertOf({ [`label_${i}`]: "x" }));
  let storage = await restart();
  await storage.commit({ alerts });

  storage = await restart(storage);
  const loaded = (await storage.load()).alerts;
  expect(new Set(loaded.map((a) => a.labels.fingerprint))).toEqual(new Set(alerts.map((a) => a.labels.fingerprint)));

  await storage.commit({ deletedAlerts: alerts.slice(0, 4_990).map((a) => a.labels.fingerprint) });
  await storage.close();
  expect(query("SELECT count(*) FROM name_lists")).toBe(4_096);
  storage = await restart();
  expect((await storage.load()).alerts).toHaveLength(10);
  await storage.commit({ alerts: [alertOf({ another: "1" }), alertOf({ another: "2" })] });

  storage = await restart(storage);
  expect((await storage.load()).alerts).toHaveLength(12);
  await storage.close();
  // Those of `another` and of the annotations: what is left of the first 5,000 came after the lists had run out.
  expect(query("SELECT count(*) FROM name_lists")).toBe(2);
});

test("sets of the same names share one array of names, and rows that are free are used again", async () => {
  const old = await restart();
  await old.commit({ deletedAlerts: (await old.load()).alerts.map((a) => a.labels.fingerprint) });
  const storage = await restart(old);
  for (let round = 0; round < 10; round++) {
    const alerts = Array.from({ length: 100 }, (_, i) => alertOf({ a: `${round}`, b: `${i}` }));
    await storage.commit({ alerts });
    if (round < 9) await storage.commit({ deletedAlerts: alerts.map((a) => a.labels.fingerprint) });
  }

  const last = await restart(storage);
  const { alerts } = await last.load();
  await last.close();
  expect(alerts).toHaveLength(100);
  expect(new Set(alerts.map((a) => a.labels.names)).size).toBe(1);
  expect(new Set(alerts.map((a) => a.annotations.names)).size).toBe(1);
  expect(query("SELECT max(id) FROM alerts")).toBe(100);
});
