import { afterAll, beforeAll, expect, test } from "bun:test";
import { startRedis, type TestRedis } from "../../../test/support/redis.ts";
import type { CacheStorage } from "../../core/interfaces/cache.ts";
import { ManualClock } from "../../dispatch/manual-clock.ts";
import { createMemoryStorage } from "../memory.ts";
import { createMemoryCache } from "../memory-cache.ts";
import { createStoredCache } from "../stored-cache.ts";
import { createRedisCache } from "./cache.ts";
import { connected, linkOf, settingsOf, type Seen } from "./redis-harness.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

function cacheOf({ link }: Seen): { readonly cache: CacheStorage; readonly clock: ManualClock } {
  const clock = new ManualClock();
  return { cache: link.cache(createMemoryCache({ maxEntries: 10, maxBytes: 10_000_000, clock })), clock };
}

test("what one server has worked out, the others find, for as long as it was to be kept", async () => {
  const settings = settingsOf({ url: redis.url });
  await using a = linkOf(settings, "a");
  await using b = linkOf(settings, "b");
  await connected(a, b);
  const [one, other] = [cacheOf(a), cacheOf(b)];

  expect(await other.cache.get("k")).toBeUndefined();
  await one.cache.set("k", "värde", 60_000);
  expect(await other.cache.get("k")).toBe("värde");
  expect(Number(await redis.command("PTTL", `${settings.prefix}cache:k`))).toBeWithin(50_000, 60_001);

  await redis.flush();
  expect(await other.cache.get("k")).toBe("värde");
  await other.clock.advance(60_000);
  expect(await other.cache.get("k")).toBeUndefined();
});

test("what came from another server is there after a restart though Redis has lost it", async () => {
  const settings = settingsOf({ url: redis.url });
  await using a = linkOf(settings, "a");
  await using b = linkOf(settings, "b");
  await connected(a, b);
  const [storage, clock] = [createMemoryStorage(), new ManualClock()];
  const start = async () => {
    const { cached: rows } = await storage.load();
    return b.link.cache(createStoredCache({ storage, rows, clock, maxEntries: 10, maxBytes: 10_000 }));
  };
  await cacheOf(a).cache.set("k", "v", 60_000);
  expect(await (await start()).get("k")).toBe("v");
  await clock.advance(1000);
  await redis.flush();

  expect(await (await start()).get("k")).toBe("v");
});

test("what was deleted is gone everywhere but where it is held in memory", async () => {
  const settings = settingsOf({ url: redis.url });
  await using a = linkOf(settings, "a");
  await using b = linkOf(settings, "b");
  await connected(a, b);
  const [one, other] = [cacheOf(a).cache, cacheOf(b).cache];
  await one.set("k", "v", 60_000);
  await one.delete("k");

  expect([await one.get("k"), await other.get("k")]).toEqual([undefined, undefined]);
});

test("what has no time left is not kept, what is too long stays here, what has no end is not held on to", async () => {
  const settings = settingsOf({ url: redis.url });
  await using a = linkOf(settings, "a");
  await connected(a);
  const { cache } = cacheOf(a);
  await cache.set("none", "v", 0);
  await cache.set("long", "v".repeat(300_000), 60_000);
  expect(await cache.get("none")).toBeUndefined();
  expect(await cache.get("long")).toHaveLength(300_000);
  expect(await redis.command("EXISTS", `${settings.prefix}cache:none`, `${settings.prefix}cache:long`)).toBe(0);

  await redis.command("SET", `${settings.prefix}cache:k`, "1");
  expect(await cache.get("k")).toBe("1");
  await redis.command("SET", `${settings.prefix}cache:k`, "2");
  expect(await cache.get("k")).toBe("2");
});

test("whatever Redis answers, nothing fails", async () => {
  const memory = createMemoryCache({ maxEntries: 10, maxBytes: 1000, clock: new ManualClock() });
  const refusing = createRedisCache(memory, "p:", () => Promise.reject(new Error("WRONGTYPE")));
  await refusing.set("k", "v", 1000);
  expect(await refusing.get("k")).toBe("v");
  await refusing.delete("k");
  expect(await refusing.get("k")).toBeUndefined();
  const odd = createRedisCache(memory, "p:", async () => 7);
  expect(await odd.get("k")).toBeUndefined();
});
