import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { accepted, postGroups } from "../support/groups.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { replicaOptions, seesReplicas, startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const GROUPS = 1000;

const config = (url: string, wait = "1s") =>
  hookConfig(url, { group_wait: wait, group_interval: "10s", repeat_interval: "1h" });

/** Every group told of, and nothing more comes in the time given, ms. */
async function settled(hook: WebhookReceiver, ms: number, groups = GROUPS): Promise<void> {
  await eventually(`${groups} groups are told of`, () => accepted(hook).groups >= groups, {
    withinMs: 60_000,
    everyMs: 50,
  });
  await pause(ms);
}

test("a thousand groups over three servers: each told of once", async () => {
  await using database = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres: database });
  await postGroups(replicas.members, GROUPS);
  await settled(hook, 12_000);
  expect(accepted(hook)).toEqual({ groups: GROUPS, twice: 0, repeated: 0 });
  expect(hook.requests).toHaveLength(GROUPS);
}, 180_000);

test("with a receiver that flaps, each is told of once it is there", async () => {
  await using database = await startPostgres();
  await using hook = new WebhookReceiver();
  const refused = new Set<number>();
  let down = true;
  hook.answer = (_, index) => {
    if (!down) return new Response();
    refused.add(index);
    return new Response("not now", { status: 503 });
  };
  await using replicas = await startReplicas({ config: config(hook.url), postgres: database });
  await postGroups(replicas.members, GROUPS);
  for (let i = 0; i < 6; i++) {
    await pause(1500);
    down = !down;
  }
  down = false;
  const told = () => accepted(hook, (index) => !refused.has(index));
  await eventually("all are told of", () => told().groups >= GROUPS, { withinMs: 60_000, everyMs: 50 });
  await pause(12_000);
  expect(told()).toEqual({ groups: GROUPS, twice: 0, repeated: 0 });
}, 180_000);

test("servers killed and started again in between: nothing lost, a repeat only under the same key", async () => {
  await using database = await startPostgres();
  await using hook = new WebhookReceiver();
  hook.answer = async () => {
    await pause(Math.random() * 100);
    return new Response();
  };
  await using replicas = await startReplicas({ config: config(hook.url), postgres: database });
  const [a, b, c] = replicas.members as [Server, Server, Server];
  await postGroups([a], GROUPS);
  for (const victim of [b, c, b]) {
    await pause(500 + Math.random() * 700);
    await victim.kill();
    await victim.start();
  }
  await settled(hook, 14_000);
  const { groups, twice, repeated } = accepted(hook);
  expect({ groups, twice }).toEqual({ groups: GROUPS, twice: 0 });
  // As many as were between the receiver's answer and the database when the process died.
  expect(repeated).toBeLessThan(GROUPS / 4);
}, 180_000);

test("a server stopped past its claim before its first byte sends nothing when it is woken", async () => {
  await using database = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres: database });
  const [a, b, c] = replicas.members as [Server, Server, Server];
  await postGroups([a], GROUPS);
  await pause(1100);
  for (const server of [b, c]) server.signal("SIGSTOP");
  await pause(12_000);
  const whileStopped = hook.requests.length;
  for (const server of [b, c]) server.signal("SIGCONT");
  await settled(hook, 12_000);
  expect(whileStopped).toBeGreaterThan(0);
  const { groups, twice } = accepted(hook);
  expect({ groups, twice }).toEqual({ groups: GROUPS, twice: 0 });
}, 180_000);

test("with Redis killed, emptied and started again, nothing changes", async () => {
  await using database = await startPostgres();
  await using redis = await startRedis();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres: database, redis });
  await postGroups(replicas.members, GROUPS / 2, "before");
  await redis.stop();
  await postGroups(replicas.members, GROUPS / 2, "without");
  await pause(1000);
  await redis.start();
  await redis.flush();
  await settled(hook, 12_000);
  expect(accepted(hook)).toEqual({ groups: GROUPS, twice: 0, repeated: 0 });
}, 180_000);

const faketime = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
].find(existsSync);
if (faketime === undefined) console.log("clocks apart: not run, as libfaketime is not installed");

test.skipIf(faketime === undefined)(
  "with clocks five minutes apart, each is told of once",
  async () => {
    await using database = await startPostgres();
    await using hook = new WebhookReceiver();
    await using replicas = await startReplicas({
      config: config(hook.url),
      postgres: database,
      env: (index) => ({
        LD_PRELOAD: faketime as string,
        FAKETIME: `${(index - 1) * 300 >= 0 ? "+" : ""}${(index - 1) * 300}s`,
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      }),
    });
    await postGroups(replicas.members, GROUPS);
    await settled(hook, 12_000);
    expect(accepted(hook)).toEqual({ groups: GROUPS, twice: 0, repeated: 0 });
  },
  180_000,
);

test("through a rolling restart and a reload, each is told of once", async () => {
  await using database = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url, "3s"), postgres: database });
  await postGroups(replicas.members, GROUPS / 2, "first");
  for (const server of replicas.members) {
    await server.stop();
    await server.start();
  }
  await postGroups(replicas.members, GROUPS / 2, "second");
  for (const server of replicas.members) {
    server.writeConfig(`${config(hook.url, "2s")}# changed\n`);
    await fetch(`${server.url}/-/reload`, { method: "POST" });
    await pause(500);
  }
  await settled(hook, 12_000);
  expect(accepted(hook)).toEqual({ groups: GROUPS, twice: 0, repeated: 0 });
}, 180_000);

test("a new server takes part at once", async () => {
  await using database = await startPostgres();
  await using hook = new WebhookReceiver();
  const options = { config: config(hook.url), postgres: database, count: 2 };
  await using replicas = await startReplicas(options);
  await postGroups(replicas.members, 50);
  await settled(hook, 100, 50);
  const { Server } = await import("../support/server.ts");
  const { freePort } = await import("../support/port.ts");
  await using third = new Server(replicaOptions(options, 2), await freePort());
  await third.start();
  await seesReplicas(third, 3);
  await settled(hook, 11_000, 50);
  expect(accepted(hook)).toEqual({ groups: 50, twice: 0, repeated: 0 });
}, 120_000);
