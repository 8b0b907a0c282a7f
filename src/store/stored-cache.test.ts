import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, settle } from "../dispatch/manual-clock.ts";
import { createMemoryStorage, type MemoryStorage } from "./memory.ts";
import { createSqliteStorage } from "./sqlite/index.ts";
import { createStoredCache } from "./stored-cache.ts";

const HOUR = 3_600_000;
const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

/** A cache as it is after a start on what is stored. */
async function cacheOn(storage: MemoryStorage, clock: ManualClock, limits: { maxEntries?: number } = {}) {
  const { cached } = await storage.load();
  return createStoredCache({ storage, rows: cached, clock, maxEntries: 10, maxBytes: 10_000, ...limits });
}

const keysIn = async (storage: MemoryStorage) => (await storage.load()).cached.map(({ key }) => key).sort();

test("what was set a second before the process died is there after it, for as long as it was to be kept", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const first = await cacheOn(storage, clock);
  await first.set("k", "v", HOUR);
  expect(await first.get("k")).toBe("v");
  await clock.advance(1000);

  const second = await cacheOn(storage, clock);
  expect(await second.get("k")).toBe("v");
  await clock.advance(HOUR - 1001);
  expect(await second.get("k")).toBe("v");
  await clock.advance(1);
  expect(await second.get("k")).toBeUndefined();
});

test("what is set many times within a second is stored once, as it was in the end", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const cache = await cacheOn(storage, clock);
  for (let i = 0; i <= 100; i++) await cache.set("spend", String(i), HOUR);
  await cache.set("gone", "v", HOUR);
  await cache.delete("gone");
  await clock.advance(5000);

  expect(storage.batches).toHaveLength(1);
  expect((await storage.load()).cached).toEqual([{ key: "spend", value: "100", expiresAt: clock.now() - 5000 + HOUR }]);
});

test("what was deleted, has expired or made room is removed from the store", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const cache = await cacheOn(storage, clock, { maxEntries: 3 });
  await cache.set("deleted", "v", HOUR);
  await cache.set("short", "v", 5000);
  await cache.set("kept", "v", HOUR);
  await clock.advance(1000);
  expect(await keysIn(storage)).toEqual(["deleted", "kept", "short"]);
  await cache.delete("deleted");
  await clock.advance(1000);
  expect(await keysIn(storage)).toEqual(["kept", "short"]);

  await clock.advance(5000);
  await cache.set("a", "v", HOUR);
  await clock.advance(1000);
  expect(await keysIn(storage)).toEqual(["a", "kept"]);
  await cache.get("kept");
  for (const key of ["b", "c"]) await cache.set(key, "v", HOUR);
  await clock.advance(1000);
  expect(await keysIn(storage)).toEqual(["b", "c", "kept"]);
});

test("what had expired by the start, or is more than fits now, is removed soon after it", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const before = await cacheOn(storage, clock);
  for (const [i, key] of ["a", "b", "c"].entries()) await before.set(key, "v", HOUR + i);
  await before.set("short", "v", 2000);
  await clock.advance(1000);
  expect(await keysIn(storage)).toHaveLength(4);
  await before.close();
  await clock.advance(5000);

  const after = await cacheOn(storage, clock, { maxEntries: 2 });
  expect([await after.get("short"), await after.get("a"), await after.get("b")]).toEqual([undefined, undefined, "v"]);
  await clock.advance(1000);
  expect(await keysIn(storage)).toEqual(["b", "c"]);
});

test("nobody waits for a store that hangs or refuses, and what it did not take is tried again", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const cache = await cacheOn(storage, clock);
  storage.failNext("full", 2);
  await cache.set("k", "1", HOUR);
  await clock.advance(1000);
  expect(await cache.get("k")).toBe("1");
  await clock.advance(20_000);
  expect(await keysIn(storage)).toEqual(["k"]);

  const release = storage.hold();
  await cache.set("k", "2", HOUR);
  await clock.advance(1000);
  await cache.set("k", "3", HOUR);
  await cache.set("dropped", "v", HOUR);
  await clock.advance(60_000);
  expect(await cache.get("k")).toBe("3");
  release();
  await settle();
  await cache.delete("dropped");
  await clock.advance(2000);
  expect((await storage.load()).cached.map(({ key, value }) => [key, value])).toEqual([["k", "3"]]);
});

test("what is deleted while it is being stored does not stay in the store", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const cache = await cacheOn(storage, clock);
  const release = storage.hold();
  await cache.set("k", "v", HOUR);
  await clock.advance(1000);
  await cache.delete("k");
  release();
  await settle();
  await clock.advance(1000);

  expect(await keysIn(storage)).toEqual([]);
});

test("closing stores what is left, and nothing after it", async () => {
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const cache = await cacheOn(storage, clock);
  await cache.set("k", "v", HOUR);
  await cache.close();
  expect(await keysIn(storage)).toEqual(["k"]);
  await cache.set("late", "v", HOUR);
  await clock.advance(60_000);
  expect(await keysIn(storage)).toEqual(["k"]);

  storage.failNext("full");
  const failing = await cacheOn(storage, clock);
  await failing.set("lost", "v", HOUR);
  await failing.close();
  expect(await keysIn(storage)).toEqual(["k"]);
});

test("an SQLite file keeps it, whatever keys and values hold", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cache-"));
  closings.push(() => rm(directory, { recursive: true }));
  const clock = new ManualClock();
  const entries = { "": "", "k\0\n": "日本 😀 \ud800 \0", 'llm-answer:"a"': '{"severity":"info"}' };

  const first = await createSqliteStorage({ directory });
  const { cached } = await first.load();
  const cache = createStoredCache({ storage: first, rows: cached, clock, maxEntries: 10, maxBytes: 10_000 });
  for (const [key, value] of Object.entries(entries)) await cache.set(key, value, HOUR);
  await cache.set("k\0\n", "again", HOUR);
  await cache.set("k\0\n", entries["k\0\n"], HOUR);
  await cache.close();
  await cache.close();
  await first.commit({ deletedCached: ["nobody"] });
  await first.close();

  const second = await createSqliteStorage({ directory });
  closings.push(() => second.close());
  const rows = (await second.load()).cached;
  expect(Object.fromEntries(rows.map(({ key, value }) => [key, value]))).toEqual(entries);
  const again = createStoredCache({ storage: second, rows, clock, maxEntries: 10, maxBytes: 10_000 });
  for (const [key, value] of Object.entries(entries)) expect(await again.get(key)).toBe(value);
  await again.delete("");
  await again.close();
  expect((await second.load()).cached).toHaveLength(2);
});
