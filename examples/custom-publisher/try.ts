// Posts a card about two made-up alerts to $TEAMS_URL, without a server; without TEAMS_URL, prints it.
import type { Notification } from "../plugin-api.ts";
import { card } from "./card.ts";
import plugin from "./teams.ts";

const alert = (instance: string, severity: string, description: string) => ({
  status: "firing" as const,
  labels: { alertname: "DiskFull", cluster: "prod", instance, severity },
  annotations: { description, runbook_url: "https://runbooks.example/disk-full" },
  startsAt: "2026-01-05T12:00:00Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://prometheus.example/graph?g0.expr=disk_free",
  fingerprint: instance,
});

const notification: Notification = {
  receiver: "teams",
  status: "firing",
  alerts: [alert("db-1", "critical", "3 % left on /data"), alert("db-2", "warning", "15 % left on /data")],
  groupKey: '{}:{alertname="DiskFull", cluster="prod"}',
  groupLabels: { alertname: "DiskFull", cluster: "prod" },
  commonLabels: { alertname: "DiskFull", cluster: "prod" },
  commonAnnotations: { runbook_url: "https://runbooks.example/disk-full" },
  routeLabels: {},
  externalURL: "http://alertmanager.example",
  reason: "first notification",
  receiverData: {},
  idempotencyKey: "try-1",
};

const { TEAMS_URL: url = "" } = process.env;
if (url === "") console.log(JSON.stringify(card(notification, 10), null, 2));
else
  console.log(await plugin.publisher?.publish(notification, { options: { url }, signal: AbortSignal.timeout(10_000) }));
