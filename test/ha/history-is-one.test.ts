import { expect, test } from "bun:test";
import { postAlerts, postSilence, request } from "../support/api.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const HOUR = 3_600_000;

interface Event {
  readonly id: string;
  readonly kind: string;
  readonly change: string;
}

async function history(server: Server): Promise<Event[]> {
  const { text } = await request(server, "GET", "/api/plus/v1/history?kind=alert&kind=notification&kind=silence");
  return (JSON.parse(text) as { items: Event[] }).items;
}

test("servers on one database have one history: what all are told of is kept once and seen by all", async () => {
  await using postgres = await startPostgres();
  await using hook = new WebhookReceiver();
  const config = `
route: { receiver: hook, group_wait: 300ms, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: "${hook.url}" }] }]
`;
  await using replicas = await startReplicas({ config, postgres });
  const servers = replicas.members;
  const alert = { labels: { alertname: "A" }, startsAt: fromNow(0), endsAt: fromNow(HOUR) };

  await Promise.all(servers.map((server) => postAlerts(server, alert)));
  await hook.take();
  const matchers = [{ name: "alertname", value: "B", isRegex: false, isEqual: true }];
  const first = servers[0] as Server;
  await postSilence(first, { matchers, startsAt: fromNow(0), endsAt: fromNow(HOUR), createdBy: "ann", comment: "" });
  const ended = { ...alert, endsAt: fromNow(0) };
  await Promise.all(servers.map((server) => postAlerts(server, ended)));
  await hook.take();

  await eventually("it is there", async () => (await history(first)).length >= 5);
  const all = await history(first);
  expect(all.map(({ kind, change }) => `${kind} ${change}`).toSorted()).toEqual([
    "alert firing",
    "alert resolved",
    "notification delivered",
    "notification delivered",
    "silence created",
  ]);
  for (const server of servers) expect(await history(server)).toEqual(all);
}, 120_000);
