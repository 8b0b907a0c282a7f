import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startRedis, type TestRedis } from "../../../test/support/redis.ts";
import { eventually, pause } from "../../../test/support/wait.ts";
import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { Silence } from "../../core/model/silence.ts";
import { plainSilence, silenceOf, T0 } from "../fixtures.ts";
import { MAX_MESSAGE } from "./messages.ts";
import { connected, linkOf, settingsOf } from "./redis-harness.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const soon = { everyMs: 5 };

function entryOf(change: Partial<NotificationLogEntry> = {}): NotificationLogEntry {
  const entry: NotificationLogEntry = {
    key: "",
    groupKey: '{}:{alertname="Down"}',
    receiver: "team",
    integration: "slack",
    index: 0,
    firing: ["00000000000000ff", "ffffffffffffffff"],
    resolved: ["0123456789abcdef"],
    timestamp: T0,
    expiresAt: T0 + 3_600_000,
    receiverData: { thread: "1700.1", count: 3, share: 0.5 },
    ...change,
  };
  return { ...entry, key: `${entry.groupKey}:${entry.receiver}/${entry.integration}/${entry.index}` };
}

describe("two servers on one Redis", () => {
  test("wake each other, and not themselves", async () => {
    const settings = settingsOf({ url: redis.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    await connected(a, b);
    await eventually("both have looked after connecting", () => a.wakes === 1 && b.wakes === 1, soon);

    for (let i = 0; i < 1000; i++) a.link.wake();
    await eventually("b was woken", () => b.wakes > 1, soon);
    b.link.wake();
    await eventually("a was woken", () => a.wakes > 1, soon);

    // The thousand were one message on its way and one after it.
    expect(b.wakes).toBeLessThanOrEqual(3);
    expect(a.wakes).toBe(2);
  });

  test("tell each other outcomes and silences", async () => {
    const settings = settingsOf({ url: redis.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    const entries: NotificationLogEntry[] = [];
    const silences: Silence[] = [];
    for (const { link } of [a, b]) {
      link.onLogEntries((some) => entries.push(...some));
      link.onSilences((some) => silences.push(...some));
    }
    await connected(a, b);

    const [first, second] = [entryOf(), entryOf({ receiver: "other", firing: [], receiverData: {} })];
    const silence = silenceOf("e4d9", { comment: "ünïcode", annotations: { a: "b" } });
    a.link.tellLogEntry(first);
    a.link.tellLogEntry(second);
    a.link.tellSilences([silence]);
    await eventually("all was heard", () => entries.length === 2 && silences.length === 1, soon);

    expect(entries).toEqual([first, second]);
    expect(silences.map(plainSilence)).toEqual([plainSilence(silence)]);
  });

  test("who stops listening hears nothing", async () => {
    const settings = settingsOf({ url: redis.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    const heard: string[] = [];
    const stop = b.link.onLogEntries(() => heard.push("first"));
    b.link.onLogEntries(() => heard.push("second"));
    await connected(a, b);
    stop();
    a.link.tellLogEntry(entryOf());
    await eventually("it was heard", () => heard.length > 0, soon);

    expect(heard).toEqual(["second"]);
  });

  test("what makes no sense is left out and named", async () => {
    const settings = settingsOf({ url: redis.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    const heard: unknown[] = [];
    b.link.onLogEntries((entries) => heard.push(...entries));
    b.link.onSilences((silences) => heard.push(...silences));
    await connected(a, b);

    const publish = (channel: string, message: string) =>
      redis.command("PUBLISH", `${settings.prefix}${channel}`, message);
    await publish("log", "no head");
    await publish("log", '{"x":1}\n');
    await publish("log", '"x"\n\u0005abc');
    await publish("silences", `"x"\n${"x".repeat(MAX_MESSAGE)}`);
    a.link.tellLogEntry(entryOf({ timestamp: T0, expiresAt: T0 - 1 }));
    a.link.tellLogEntry({ ...entryOf(), groupKey: "" });
    a.link.tellSilences([silenceOf("", {})]);
    a.link.tellSilences([silenceOf("no-matchers", { matcherSets: [] })]);
    await eventually("all was refused", () => b.unreadable.length === 6, soon);

    expect(heard).toEqual([]);
    expect(b.unreadable.filter((line) => line.startsWith("notification log entries: "))).toHaveLength(4);
    expect(b.unreadable.join("\n")).toContain(`expected ${MAX_MESSAGE} at most`);
    expect(b.unreadable.join("\n")).toContain("makes no sense");
    expect(b.link.connected).toBe(true);
  });

  test("long news is split, and what is too long for one message is not told", async () => {
    const settings = settingsOf({ url: redis.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    const heard: number[] = [];
    b.link.onLogEntries((entries) => heard.push(...entries.map(({ index }) => index)));
    await connected(a, b);

    const firing = (count: number) => Array.from({ length: count }, (_, i) => `f${i.toString(16).padStart(15, "0")}`);
    const half = firing(60_000);
    for (const index of [1, 2, 3]) a.link.tellLogEntry(entryOf({ index, firing: half }));
    a.link.tellLogEntry(entryOf({ index: 4, firing: firing(140_000) }));
    a.link.tellLogEntry(entryOf({ index: 5 }));
    await eventually("the last was heard", () => heard.includes(5), soon);

    expect(heard).toEqual([1, 2, 3, 5]);
  });

  test("another prefix is another world", async () => {
    await using a = linkOf(settingsOf({ url: redis.url }), "a");
    await using b = linkOf(settingsOf({ url: redis.url }), "b");
    await using other = linkOf(settingsOf({ url: redis.url }), "c");
    await connected(a, b, other);
    await eventually("all have looked", () => a.wakes + b.wakes + other.wakes === 3, soon);
    a.link.wake();
    const same = linkOf({ ...settingsOf({ url: redis.url }) }, "d");
    await connected(same);
    await same.link.close();

    expect([b.wakes, other.wakes]).toEqual([1, 1]);
  });
});

describe("when Redis", () => {
  test("is not there, nothing fails or waits, and it is found when it comes", async () => {
    await using own = await startRedis();
    await own.stop();
    await using a = linkOf(settingsOf({ url: own.url }), "a");
    const memory = await import("../memory-cache.ts");
    const { systemClock } = await import("../../dispatch/clock.ts");
    const cache = a.link.cache(memory.createMemoryCache({ maxEntries: 10, maxBytes: 1000, clock: systemClock }));
    const limiter = a.link.rateLimiter(new Map([["r", { every: 60_000, burst: 1 }]]));
    const began = performance.now();
    a.link.wake();
    a.link.tellLogEntry(entryOf());
    a.link.tellSilences([silenceOf("x")]);
    await cache.set("k", "v", 1000);
    expect(await cache.get("k")).toBe("v");
    expect(await limiter.take("r", "g")).toBe(0);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(a.link.connected).toBe(false);
    await eventually("it says why", () => a.changes.length > 0, soon);
    expect(a.changes[0]).toContain("ECONNREFUSED");
    expect(a.link.health()).toEqual({ state: "degraded", reason: a.changes[0] as string });

    await own.start();
    await connected(a);
    expect(a.link.health()).toEqual({ state: "ok" });
    // However many attempts it took.
    expect(a.changes.slice(1)).toEqual([true]);
  });

  test("is killed and comes back, the servers find each other again and look what they missed", async () => {
    await using own = await startRedis();
    const settings = settingsOf({ url: own.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    await connected(a, b);
    await eventually("both have looked", () => a.wakes === 1 && b.wakes === 1, soon);

    await own.stop();
    await eventually("both know", () => !a.link.connected && !b.link.connected, soon);
    await own.start();
    await connected(a, b);
    await eventually("both have looked again", () => a.wakes === 2 && b.wakes === 2, soon);
    a.link.wake();
    await eventually("b was woken", () => b.wakes === 3, soon);

    expect(a.changes).toEqual([true, expect.any(String), true]);
  });

  test("stands still, it costs one timeout, and nothing more after it goes on", async () => {
    await using own = await startRedis();
    const settings = settingsOf({ url: own.url, timeout: "1s" });
    await using a = linkOf(settings, "a");
    await connected(a);
    const limiter = a.link.rateLimiter(new Map([["r", { every: 60_000, burst: 1 }]]));

    await own.pause();
    const took = async () => {
      const began = performance.now();
      await limiter.take("r", "g");
      return performance.now() - began;
    };
    expect(await took()).toBeWithin(950, 10_000);
    expect(a.link.connected).toBe(false);
    expect(a.link.health()).toEqual({ state: "degraded", reason: "Redis does not answer" });
    expect(await took()).toBeLessThan(900);
    await own.resume();
    await connected(a);

    // The connection was kept.
    expect(a.changes).toEqual([true]);
  });

  test("stands still for long, the connection is given up; and what is asked meanwhile is bounded", async () => {
    await using own = await startRedis();
    const settings = settingsOf({ url: own.url, timeout: "60ms" });
    await using a = linkOf(settings, "a");
    await connected(a);
    await own.pause();
    const answers = await Promise.all(
      Array.from({ length: 3000 }, (_, i) =>
        a.link.rateLimiter(new Map([["r", { every: 1, burst: 1 }]])).take("r", `${i}`),
      ),
    );
    expect(answers).toHaveLength(3000);
    await eventually("it is given up", () => a.changes.length === 2, soon);
    await own.resume();
    await connected(a);

    expect(a.changes).toEqual([true, "the connection was given up", true]);
  });

  test("is emptied, all goes on", async () => {
    const settings = settingsOf({ url: redis.url });
    await using a = linkOf(settings, "a");
    await using b = linkOf(settings, "b");
    await connected(a, b);
    const limiter = a.link.rateLimiter(new Map([["r", { every: 60_000, burst: 1 }]]));
    expect(await limiter.take("r", "g")).toBe(0);
    await eventually("both have looked", () => b.wakes === 1, soon);
    await redis.flush();
    await redis.command("SCRIPT", "FLUSH");
    expect(await limiter.take("r", "h")).toBe(0);
    a.link.wake();
    await eventually("b was woken", () => b.wakes === 2, soon);

    expect(a.changes).toEqual([true]);
  });

  test("is something else, that is noticed", async () => {
    using http = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("no") });
    await using a = linkOf(settingsOf({ url: `redis://127.0.0.1:${http.port}` }), "a");
    await eventually("it says why", () => a.changes.length > 0, soon);

    expect(a.changes).toEqual(['Unknown RESP type 72 "H"']);
  });
});

test("a link can be closed while it connects, and at any time", async () => {
  await using own = await startRedis();
  await own.pause();
  const a = linkOf(settingsOf({ url: own.url }), "a");
  await pause(20);
  const began = performance.now();
  await a.link.close();
  a.link.wake();
  a.link.tellLogEntry(entryOf());

  expect(performance.now() - began).toBeLessThan(1_500);
  expect(a.link.connected).toBe(false);
});

test("what was told right before the end gets through", async () => {
  const settings = settingsOf({ url: redis.url });
  await using b = linkOf(settings, "b");
  const heard: unknown[] = [];
  b.link.onLogEntries((entries) => heard.push(...entries));
  const a = linkOf(settings, "a");
  await connected(a, b);
  a.link.tellLogEntry(entryOf());
  await a.link.close();
  await eventually("it was heard", () => heard.length === 1, soon);
});
