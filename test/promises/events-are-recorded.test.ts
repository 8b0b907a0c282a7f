import { expect, test } from "bun:test";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { metric, postAlerts, postSilence, request } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const HOUR = 3_600_000;
const config = (url: string, recorder: string) => `
route: { receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 300ms, routes: [{ matchers: ['team="x"'], receiver: hook }] }
receivers: [{ name: hook, webhook_configs: [{ url: "${url}" }] }]
event_recorder: ${recorder}
`;

interface Event {
  readonly instance: string;
  readonly data: Readonly<Record<string, Record<string, unknown>>>;
}

function eventsIn(file: string): Event[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Event);
}
const kindsIn = (file: string) => eventsIn(file).flatMap(({ data }) => Object.keys(data));

// The expected values are those Alertmanager 0.34.0 writes for the same alerts.
test("events are written as upstream writes them, to a file that may be moved away, and a reload changes where to", async () => {
  await using hook = new WebhookReceiver();
  const server = new Server({ config: "", args: ["--enable-feature=event-recorder"] }, await freePort());
  await using _ = server;
  const file = (name: string) => join(server.directory, name);
  server.writeConfig(config(hook.url, `{ file_outputs: [{ path: "${file("one")}" }], stdout_outputs: [{}] }`));
  await server.start();
  const labels = { alertname: "A", team: "x", severity: "page", cluster: "c" };
  const alert = { labels, annotations: { s: "t" }, startsAt: "2026-11-24T00:00:00.123Z" };
  await postAlerts(server, { ...alert, endsAt: fromNow(HOUR) });
  await eventually("the notification is written down", () => kindsIn(file("one")).includes("notification"));

  const [started, created, grouped, notification] = eventsIn(file("one")).map(({ data }) => Object.values(data)[0]);
  expect(kindsIn(file("one"))).toEqual(["alertmanagerStartupEvent", "alertCreated", "alertGrouped", "notification"]);
  expect(started).toMatchObject({ version: "0.34.0" });
  const shown = {
    fingerprint: "10256891356943355565",
    name: "A",
    labels: {
      labels: [
        { key: "alertname", value: "A" },
        { key: "cluster", value: "c" },
        { key: "severity", value: "page" },
        { key: "team", value: "x" },
      ],
    },
    annotations: { labels: [{ key: "s", value: "t" }] },
    startsAt: "2026-11-24T00:00:00.123Z",
  };
  expect(created).toEqual({ alert: { ...shown, endsAt: expect.any(String) } });
  const groupInfo = {
    groupKey: '{}/{team="x"}:{alertname="A"}',
    groupLabels: { labels: [{ key: "alertname", value: "A" }] },
    groupId: "8edbf9a2a38ced2d20c4c7365eccace869abe3775b6c3e5c6251f1252f5e2be7",
    receiverName: "hook",
  };
  const hash = "14394720467890603414";
  expect(grouped).toEqual({ alert: { hash, details: { ...shown, endsAt: expect.any(String) } }, groupInfo });
  expect(notification).toEqual({
    alerts: [{ hash, details: { ...shown, endsAt: "0001-01-01T00:00:00Z" } }],
    firingAlerts: [{ hash }],
    groupInfo: {
      ...groupInfo,
      matchers: [{ type: "TYPE_EQUAL", name: "team", pattern: "x", rendered: 'team="x"' }],
      groupUuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
    repeatInterval: "14400s",
    reason: "NOTIFY_REASON_FIRST_NOTIFICATION",
    flushId: "1",
    integration: { name: "webhook" },
  });
  const written = { event_type: "notification", output: `file:${file("one")}`, result: "success" };
  expect(await metric(server, "alertmanager_events_recorded_total", written)).toBe(1);
  expect(server.log()).toContain('"alertmanagerStartupEvent"');

  renameSync(file("one"), file("moved"));
  const matchers = [{ name: "alertname", value: "A.*", isRegex: true, isEqual: true }];
  const silence = { matchers, startsAt: fromNow(0), endsAt: fromNow(HOUR), createdBy: "me", comment: "c" };
  await postSilence(server, silence);
  await eventually("it is written down", () => kindsIn(file("one")).includes("silenceMutedAlert"));
  const made = eventsIn(file("one"))[0]?.data["silenceCreated"];
  const matcher = { type: "TYPE_REGEXP", name: "alertname", pattern: "A.*", rendered: 'alertname=~"A.*"' };
  expect(made).toMatchObject({
    silence: { matchers: [matcher], createdBy: "me", comment: "c", matcherSets: [{ matchers: [matcher] }] },
  });

  await using events = new WebhookReceiver();
  const secret = events.url.replace("://", "://user:s3cret@");
  server.writeConfig(config(hook.url, `{ webhook_outputs: [{ url: "${secret}?token=s3cret" }] }`));
  expect((await request(server, "POST", "/-/reload")).status).toBe(200);
  await postAlerts(server, { labels: { alertname: "Z" }, endsAt: fromNow(HOUR) });
  await eventually("they are posted", async () => {
    const { text } = await request(server, "GET", "/metrics");
    expect(text).not.toContain("s3cret");
    return /events_recorded_total\{event_type="alert_created",output="webhook:[^"]*",result="success"\} 1/.test(text);
  });
  const before = eventsIn(file("one")).length;

  server.writeConfig(config(hook.url, `{ file_outputs: [{ path: "${file("no/such/directory")}" }] }`));
  expect((await request(server, "POST", "/-/reload")).status).toBe(200);
  await postAlerts(server, { labels: { alertname: "Y" }, endsAt: fromNow(HOUR) });
  await eventually("the outputs of before are kept", async () => {
    const posted = { event_type: "alert_created", result: "success" };
    return ((await metric(server, "alertmanager_events_recorded_total", posted)) ?? 0) >= 3;
  });
  expect(eventsIn(file("one"))).toHaveLength(before);
  expect(server.log()).not.toContain("s3cret");
}, 120_000);

test("without the feature nothing is written, and what leads to Kafka says so with it", async () => {
  const recorder = (path: string) =>
    `{ file_outputs: [{ path: "${path}" }], kafka_outputs: [{ brokers: [b], topic: t }] }`;
  await using off = new Server({ config: "" }, await freePort());
  off.writeConfig(config("http://127.0.0.1:1/", recorder(join(off.directory, "events"))));
  await off.start();
  await postAlerts(off, { labels: { alertname: "A" }, endsAt: fromNow(HOUR) });
  expect(existsSync(join(off.directory, "events"))).toBe(false);
  expect((await request(off, "GET", "/metrics")).text).not.toContain("event_recorder");

  await using on = new Server({ config: "", args: ["--enable-feature=event-recorder"] }, await freePort());
  on.writeConfig(config("http://127.0.0.1:1/", recorder(join(on.directory, "events"))));
  await on.start();
  await on.stop();
  expect(on.log()).toContain("kafka_outputs are configured, but nothing is sent there");
  expect(kindsIn(join(on.directory, "events"))).toEqual(["alertmanagerStartupEvent", "alertmanagerShutdownEvent"]);
}, 120_000);
