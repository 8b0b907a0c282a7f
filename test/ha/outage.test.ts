import { expect, test } from "bun:test";
import { getAlerts, getSilences, metric, postAlerts, postSilence, request } from "../support/api.ts";
import { accepted, postGroups } from "../support/groups.ts";
import { freePort } from "../support/port.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { replicaOptions, seesReplicas, startReplicas } from "../support/replicas.ts";
import { Server, type ServerOptions } from "../support/server.ts";
import { silenceOf } from "../support/silences.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => hookConfig(url, { group_wait: "500ms", group_interval: "3s", repeat_interval: "1h" });

const firing = (alertname: string) => ({ labels: { alertname }, endsAt: fromNow(3_600_000) });

const silence = (alertname: string) => silenceOf("alertname", alertname);

/** Whether a server goes on alone, and says so in both places. */
async function isDegraded(server: Server): Promise<boolean> {
  const { text } = await request(server, "GET", "/api/plus/v1/health");
  const connected = await metric(server, "alertmanager_plus_postgres_connected");
  return (JSON.parse(text) as { status: string }).status === "degraded" && connected === 0;
}

/** Waits until every server says so. */
async function allDegraded(servers: readonly Server[], wanted: boolean): Promise<void> {
  for (const server of servers) {
    await eventually(
      `${server.url} ${wanted ? "is" : "is not"} degraded`,
      async () => (await isDegraded(server)) === wanted,
      {
        withinMs: 60_000,
        everyMs: 50,
      },
    );
  }
}

test("with Postgres gone all goes on, and when it is back everything is in it", async () => {
  await using postgres = await startPostgres({ own: true });
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres });
  const [a, b, c] = replicas.members as [Server, Server, Server];
  await postAlerts(a, firing("before"));
  expect((await hook.take()).message.groupLabels).toEqual({ alertname: "before" });

  await postgres.stop();
  // Without waiting for anybody to notice.
  await postAlerts(a, firing("during-a"));
  await postAlerts(b, firing("during-b"));
  const id = await postSilence(c, silence("later"));
  await postAlerts(c, firing("later"));
  await allDegraded(replicas.members, true);
  for (const server of replicas.members) {
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200);
    expect((await fetch(`${server.url}/-/healthy`)).status).toBe(200);
    expect(server.log()).toContain("Postgres is away");
  }
  await eventually("both are told of", () => accepted(hook).groups >= 3, { withinMs: 60_000 });
  await postAlerts(b, { labels: { alertname: "during-b" }, endsAt: fromNow(0) });
  await eventually("and that one is resolved", () =>
    hook.requests.some(
      ({ message }) => message.status === "resolved" && message.groupLabels["alertname"] === "during-b",
    ),
  );
  const told = hook.requests.length;

  await postgres.start();
  await allDegraded(replicas.members, false);
  for (const server of replicas.members) {
    await eventually("all alerts are everywhere", async () => {
      const names = new Set((await getAlerts(server)).map(({ labels }) => labels["alertname"]));
      return ["before", "during-a", "later"].every((name) => names.has(name)) && !names.has("during-b");
    });
    expect((await getSilences(server)).map((one) => one.id)).toEqual([id]);
  }
  const rows = await postgres.psql("SELECT count(*)::int AS n FROM alertmanager_plus.notification_log");
  expect(rows[0]?.["n"]).toBeGreaterThanOrEqual(3);
  // Two flushes later nobody has been told anything again.
  await pause(7000);
  expect(hook.requests.slice(told).map(({ message }) => message.groupLabels)).toEqual([]);
}, 180_000);

test("a server starts from its local copy while Postgres is away, and joins when it is back", async () => {
  await using postgres = await startPostgres({ own: true });
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres, count: 2 });
  const [a, b] = replicas.members as [Server, Server];
  await postAlerts(a, firing("known"));
  await hook.take();
  await postSilence(a, silence("quiet"));
  await eventually("the other has it too", async () => (await getSilences(b)).length === 1);
  // Time to store it here as well.
  await pause(3_000);
  await postgres.stop();
  await b.kill();
  await b.start();
  expect((await getAlerts(b)).map(({ labels }) => labels["alertname"])).toEqual(["known"]);
  expect(await getSilences(b)).toHaveLength(1);
  await postAlerts(b, firing("new"));
  expect((await hook.take()).message.groupLabels).toEqual({ alertname: "new" });
  await postgres.start();
  await seesReplicas(a, 2);
  await eventually("the first learns of it", async () => (await getAlerts(a)).length === 2);
  await pause(7000);
  expect(accepted(hook)).toMatchObject({ groups: 2, twice: 0 });
}, 180_000);

test("a first start with Postgres away works, and joins when it is there", async () => {
  await using postgres = await startPostgres({ own: true });
  await postgres.stop();
  await using hook = new WebhookReceiver();
  await using server = new Server(replicaOptions({ config: config(hook.url), postgres }, 0), await freePort());
  await server.start({ withinMs: 60_000 });
  await postAlerts(server, firing("early"));
  await hook.take();
  await postgres.start();
  await allDegraded([server], false);
  await eventually("what was stored here meanwhile is there too", async () => {
    const [row] = await postgres.psql("SELECT count(*)::int AS n FROM alertmanager_plus.alerts");
    return row?.["n"] === 1;
  });
  await pause(4000);
  expect(hook.requests).toHaveLength(1);
}, 180_000);

test("a Postgres that hangs delays an answer, loses nothing and stops no notification", async () => {
  await using postgres = await startPostgres({ own: true });
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres, count: 2 });
  await postgres.pause();
  try {
    const began = performance.now();
    await postAlerts(replicas.members[0] as Server, firing("hanging"));
    expect(performance.now() - began).toBeLessThan(15_000);
    expect((await hook.take({ withinMs: 60_000 })).message.groupLabels).toEqual({ alertname: "hanging" });
  } finally {
    await postgres.resume();
  }
  await allDegraded(replicas.members, false);
  await pause(7000);
  expect(accepted(hook)).toMatchObject({ groups: 1 });
}, 180_000);

test("with Redis the others are told of outcomes while Postgres is away, and wait their turn", async () => {
  await using postgres = await startPostgres({ own: true });
  await using redis = await startRedis();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({
    config: config(hook.url),
    postgres,
    redis,
    args: ["--cluster.peer-timeout=8s"],
  });
  await postGroups(replicas.members, 3, "before");
  await eventually("told of", () => hook.requests.length === 3);
  await postgres.stop();
  await allDegraded(replicas.members, true);
  const alerts = Array.from({ length: 10 }, (_, i) => firing(`during${i}`));
  await Promise.all(replicas.members.map((server) => postAlerts(server, ...alerts)));
  await eventually("told of", () => accepted(hook).groups === 13, { withinMs: 60_000 });
  // Longer than the third one's turn.
  await pause(18_000);
  expect(accepted(hook)).toEqual({ groups: 13, twice: 0, repeated: 0 });
}, 180_000);

test("with the peer channel the others are told of outcomes too", async () => {
  await using postgres = await startPostgres({ own: true });
  await using hook = new WebhookReceiver();
  const ports = await Promise.all([freePort(), freePort()]);
  const options = (index: number): ServerOptions => ({
    ...replicaOptions({ config: config(hook.url), postgres }, index),
    clusterPort: ports[index] as number,
    args: [
      `--cluster.peer=127.0.0.1:${ports[1 - index]}`,
      `--cluster.peer-name=p${index}`,
      "--cluster.peer-timeout=8s",
    ],
  });
  await using a = new Server(options(0), await freePort());
  await using b = new Server(options(1), await freePort());
  await Promise.all([a.start(), b.start()]);
  await seesReplicas(a, 2);
  await postgres.stop();
  await allDegraded([a, b], true);
  const alerts = Array.from({ length: 10 }, (_, i) => firing(`during${i}`));
  await Promise.all([a, b].map((server) => postAlerts(server, ...alerts)));
  await eventually("told of", () => accepted(hook).groups === 10, { withinMs: 60_000 });
  // Longer than the second one's turn.
  await pause(10_000);
  expect(accepted(hook)).toEqual({ groups: 10, twice: 0, repeated: 0 });
}, 120_000);
