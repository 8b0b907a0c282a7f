import { afterEach, expect, test } from "bun:test";
import { startRedis } from "./redis.ts";
import { eventually, within } from "./wait.ts";

const GIVEN = process.env["TEST_REDIS_URL"];

afterEach(() => {
  if (GIVEN === undefined) delete process.env["TEST_REDIS_URL"];
  else process.env["TEST_REDIS_URL"] = GIVEN;
});

test("it is emptied, stands still while paused and is at the same address after a stop", async () => {
  await using redis = await startRedis();
  const client = new Bun.RedisClient(redis.url, { autoReconnect: false });
  await client.set("key", "value");
  expect(await client.get("key")).toBe("value");
  await redis.flush();
  expect(await client.get("key")).toBeNull();

  await redis.pause();
  const asked = client.get("key");
  await expect(within(50, "an answer", asked)).rejects.toThrow("not within 50 ms");
  await redis.resume();
  expect(await asked).toBeNull();

  await redis.stop();
  await expect(new Bun.RedisClient(redis.url, { autoReconnect: false }).connect()).rejects.toThrow();
  await redis.start();
  const again = new Bun.RedisClient(redis.url, { autoReconnect: false });
  expect(await again.send("PING", [])).toBe("PONG");
  again.close();
});

test("a given server is reached, stopped and paused through a port of ours", async () => {
  await using behind = await startRedis();
  process.env["TEST_REDIS_URL"] = behind.url;
  await using redis = await startRedis();
  expect(redis.url).not.toBe(behind.url);
  const client = new Bun.RedisClient(redis.url, { autoReconnect: false });
  await client.set("key", "value");
  expect(await behind.command("GET", "key")).toBe("value");

  await redis.pause();
  const asked = client.get("key");
  await expect(within(50, "an answer", asked)).rejects.toThrow("not within 50 ms");
  await redis.resume();
  expect(await asked).toBe("value");

  await redis.stop();
  await expect(new Bun.RedisClient(redis.url, { autoReconnect: false }).connect()).rejects.toThrow();
});

test("with TLS and a password, both are needed", async () => {
  await using redis = await startRedis({ tls: true, password: "secret" });
  expect(redis.url).toStartWith("rediss://:secret@127.0.0.1:");
  expect(await redis.command("PING")).toBe("PONG");
  const stranger = new Bun.RedisClient(redis.url.replace(":secret@", ""), {
    autoReconnect: false,
    tls: { ca: Bun.file(redis.caFile as string) },
  });
  await expect(stranger.send("PING", [])).rejects.toThrow();
});

test("when the master is gone, the sentinels name another one", async () => {
  await using redis = await startRedis({ sentinel: true });
  const sentinel = new Bun.RedisClient(`redis://${redis.sentinels[0]}`);
  const master = async () => String(await sentinel.send("SENTINEL", ["GET-MASTER-ADDR-BY-NAME", redis.masterName]));
  const before = await master();
  expect(`redis://${before.replace(",", ":")}`).toBe(redis.url);

  await redis.stop();
  await eventually("another master", async () => (await master()) !== before);
  sentinel.close();
});
