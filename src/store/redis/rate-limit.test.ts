import { afterAll, beforeAll, expect, test } from "bun:test";
import { startRedis, type TestRedis } from "../../../test/support/redis.ts";
import { eventually, pause } from "../../../test/support/wait.ts";
import { connected, linkOf, settingsOf } from "./redis-harness.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const MINUTE = 60_000;

async function twoServers(every: number, burst: number) {
  const settings = settingsOf({ url: redis.url });
  const a = linkOf(settings, "a");
  const b = linkOf(settings, "b");
  await connected(a, b);
  const limits = new Map([["r", { every, burst }]]);
  return {
    a: a.link.rateLimiter(limits),
    b: b.link.rateLimiter(limits),
    key: `${settings.prefix}rate:r`,
    [Symbol.asyncDispose]: async () => {
      await a.link.close();
      await b.link.close();
    },
  };
}

test("a burst goes at once over all servers, the rest one after another", async () => {
  await using servers = await twoServers(MINUTE, 2);
  const { a, b } = servers;
  const waits = [await a.take("r", "1"), await b.take("r", "2"), await a.take("r", "3"), await b.take("r", "4")];

  expect(waits.slice(0, 2)).toEqual([0, 0]);
  expect(waits[2]).toBeWithin(MINUTE - 2000, MINUTE + 1);
  expect(waits[3]).toBeWithin(2 * MINUTE - 2000, 2 * MINUTE + 1);
  // Whoever asks, the group's place is the same.
  expect(await b.take("r", "3")).toBeWithin(MINUTE - 2000, MINUTE + 1);
  expect(await b.take("other", "1")).toBe(0);
});

test("a place that has come is used by whoever comes first, once", async () => {
  await using servers = await twoServers(3000, 1);
  const { a, b } = servers;
  await a.take("r", "1");
  expect(await a.take("r", "2")).toBeGreaterThan(0);
  await pause(3005);
  expect(await b.take("r", "2")).toBe(0);
  expect(await b.take("r", "2")).toBeGreaterThan(0);
});

test("a group that gave its place up asks for another, and quiet time allows a burst again", async () => {
  await using servers = await twoServers(MINUTE, 1);
  const { a, b, key } = servers;
  await a.take("r", "1");
  await a.take("r", "2");
  b.release("r", "2");
  await eventually("it is gone", async () => (await redis.command("ZSCORE", key, "=2")) === null);
  expect(await a.take("r", "2")).toBeGreaterThan(MINUTE);
  await redis.flush();
  expect(await b.take("r", "2")).toBe(0);
});

test("Redis keeps no group for ever, and nothing of a receiver that is quiet", async () => {
  await using servers = await twoServers(MINUTE, 3);
  const { a, key } = servers;
  await redis.command("ZADD", key, String(Date.now() - 2 * 60 * MINUTE), "=forgotten");
  expect([await a.take("r", "1"), await a.take("r", "2"), await a.take("r", "3")]).toEqual([0, 0, 0]);

  expect(await redis.command("ZRANGE", key, "0", "-1")).toEqual(["last", "next"]);
  expect(Number(await redis.command("PTTL", key))).toBeWithin(10 * MINUTE, 20 * MINUTE);
});

test("after a failover to a host whose clock is behind, nobody waits for the other's time", async () => {
  await using servers = await twoServers(MINUTE, 1);
  const { a, key } = servers;
  await a.take("r", "1");
  const ahead = String(Date.now() + 60 * MINUTE);
  await redis.command("ZADD", key, ahead, "last", ahead, "next", ahead, "=2");

  expect(await a.take("r", "2")).toBe(0);
});

test("names may hold anything; a key that somebody else uses is left alone", async () => {
  const settings = settingsOf({ url: redis.url });
  await using a = linkOf(settings, "a");
  await connected(a);
  const names = ["", "next", "last", "ü \n'\"{}", "=x"];
  const limiter = a.link.rateLimiter(new Map(names.map((name) => [name, { every: MINUTE, burst: 1 }])));
  for (const name of names) {
    expect(await limiter.take(name, name)).toBe(0);
    expect(await limiter.take(name, "next")).toBeGreaterThan(0);
    expect(await limiter.take(name, "last")).toBeGreaterThan(MINUTE);
  }

  await redis.command("SET", `${settings.prefix}rate:taken`, "by somebody else");
  const other = a.link.rateLimiter(new Map([["taken", { every: MINUTE, burst: 1 }]]));
  expect(await other.take("taken", "1")).toBe(0);
  expect(await other.take("taken", "2")).toBeGreaterThan(0);
  expect(await redis.command("GET", `${settings.prefix}rate:taken`)).toBe("by somebody else");
});

test("without Redis each server keeps to the rate by itself", async () => {
  await using a = linkOf(settingsOf({ url: "redis://127.0.0.1:1" }), "a");
  const limiter = a.link.rateLimiter(new Map([["r", { every: MINUTE, burst: 1 }]]));
  expect(await limiter.take("r", "1")).toBe(0);
  const wait = await limiter.take("r", "2");
  expect(wait).toBeWithin(MINUTE - 1000, MINUTE + 1);
  limiter.release("r", "2");
  expect(await limiter.take("r", "2")).toBeGreaterThan(wait);
});
