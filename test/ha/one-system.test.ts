import { expect, test } from "bun:test";
import {
  expireSilence,
  getAlerts,
  getGroups,
  getSilence,
  getSilences,
  getStatus,
  metric,
  postAlerts,
  postSilence,
  request,
} from "../support/api.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { silenceOf } from "../support/silences.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => hookConfig(url, { group_wait: "1s", group_interval: "2s", repeat_interval: "1h" });

/** A second, and some grace for a busy machine. */
const SOON = { withinMs: 5_000, everyMs: 20 };

const silence = (alertname: string) => silenceOf("alertname", alertname);

test("three servers on one database are one system, whichever is asked", async () => {
  await using postgres = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres });
  const [a, b, c] = replicas.members as [Server, Server, Server];

  // Alerts and groups.
  await postAlerts(a, { labels: { alertname: "shared" }, annotations: { from: "a" }, endsAt: fromNow(600_000) });
  for (const server of [b, c]) {
    await eventually("the others show the alert", async () => (await getAlerts(server)).length === 1, SOON);
    await eventually("and its group", async () => (await getGroups(server)).length === 1, SOON);
  }
  expect(await Promise.all([b, c].map((server) => getAlerts(server)))).toEqual([
    await getAlerts(a),
    await getAlerts(a),
  ]);
  const told = await hook.take();
  expect(told.message.alerts.map(({ labels }) => labels)).toEqual([{ alertname: "shared" }]);

  // What one is told of an alert, all know.
  await postAlerts(b, { labels: { alertname: "shared" }, annotations: { from: "b" }, endsAt: fromNow(0) });
  expect((await hook.take()).message.status).toBe("resolved");
  for (const server of [a, c]) {
    await eventually("the others see it resolved", async () => (await getAlerts(server)).length === 0, SOON);
  }

  // Silences: created on one, changed on another, ended on the third.
  const id = await postSilence(a, silence("quiet"));
  const changed = { ...silence("quiet"), id, comment: "longer", startsAt: (await getSilence(a, id)).startsAt };
  expect(await postSilence(b, changed)).toBe(id);
  await expireSilence(c, id);
  for (const server of [a, b, c]) {
    await eventually(
      "all see it ended",
      async () => {
        const [one] = await getSilences(server);
        return one?.comment === "longer" && one.status.state === "expired";
      },
      SOON,
    );
  }

  // Who there is.
  const statuses = await Promise.all([a, b, c].map((server) => getStatus(server)));
  for (const [i, { cluster }] of statuses.entries()) {
    expect(cluster).toMatchObject({ status: "ready", name: `replica-${i}` });
    expect(cluster.peers.map(({ name }) => name)).toEqual(["replica-0", "replica-1", "replica-2"]);
  }
  expect(await metric(a, "alertmanager_cluster_members")).toBe(3);
  expect(await metric(c, "alertmanager_peer_position")).toBe(2);
  const connected = await postgres.psql(
    "SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'alertmanager%' ORDER BY 1",
  );
  expect(connected.map(({ name }) => name)).toEqual([0, 1, 2].map((i) => `alertmanager replica-${i}`));
  expect(hook.requests).toHaveLength(2);
}, 120_000);

test("a silence answered by one mutes on all at once", async () => {
  await using postgres = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres });
  const [a, b] = replicas.members as [Server, Server];
  // Each alert's group flushes a second later, by any of the three; the silence comes last, on another server.
  for (let i = 0; i < 20; i++) {
    await postAlerts(a, { labels: { alertname: `muted${i}` }, endsAt: fromNow(600_000) });
    await postSilence(b, silence(`muted${i}`));
  }
  await postAlerts(a, { labels: { alertname: "loud" }, endsAt: fromNow(600_000) });
  expect((await hook.take()).message.groupLabels).toEqual({ alertname: "loud" });
  expect(await hook.untaken(1500)).toEqual([]);
}, 120_000);

test("the same alerts posted to all at once, as Prometheus does, are told once", async () => {
  await using postgres = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres });
  const alerts = Array.from({ length: 200 }, (_, i) => ({
    labels: { alertname: `everywhere${i % 20}`, instance: String(i) },
    startsAt: fromNow(0),
    endsAt: fromNow(600_000),
  }));
  for (let round = 0; round < 3; round++) {
    await Promise.all(replicas.members.map((server) => postAlerts(server, ...alerts)));
  }
  await eventually("all groups are told of", () => hook.requests.length >= 20);
  expect(await hook.untaken(3000)).toHaveLength(20);
  for (const server of replicas.members) expect(await getAlerts(server)).toHaveLength(200);
  const counts = hook.requests.map(({ message }) => message.alerts.length);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(200);
}, 120_000);

test("invalid alerts get the same answer as with a store of one's own", async () => {
  await using postgres = await startPostgres();
  await using hook = new WebhookReceiver();
  await using replicas = await startReplicas({ config: config(hook.url), postgres, count: 1 });
  const [a] = replicas.members as [Server];
  const answer = await request(a, "POST", "/api/v2/alerts", [{ labels: {} }]);
  expect(answer.status).toBe(400);
}, 120_000);
