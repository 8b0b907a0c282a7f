import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exposition } from "./exposition.ts";
import { type MetricsOptions, createMetrics } from "./index.ts";

const RECORDED = join(import.meta.dir, "../../test/compat/api/recorded");

const NO_FEATURES = {
  alertNamesInMetrics: false,
  receiverNameInMetrics: false,
  groupKeyInMetrics: false,
  eventRecorder: false,
};

function create(over: Partial<MetricsOptions> = {}) {
  return createMetrics({
    build: { version: "0.34.0", revision: "r", branch: "b", goversion: "g", tags: "t" },
    cluster: false,
    features: NO_FEATURES,
    ...over,
  });
}

/** HELP, TYPE and series as the real server showed them; only who knows the live state can show the families named. */
function recorded(variant: string, ...live: readonly string[]): string[] {
  const lines = readFileSync(join(RECORDED, `metrics-${variant}.txt`), "utf8")
    .trimEnd()
    .split("\n");
  return lines.filter((line) => !live.some((name) => new RegExp(`^(?:# \\w+ )?${name}[ {]`).test(line)));
}

function shown(metrics: ReturnType<typeof create>): string[] {
  const lines = exposition(metrics.families).trimEnd().split("\n");
  return lines.map((line) => (line.startsWith("#") ? line : line.replace(/ \S+$/, "")));
}

/** The values of its labels are the build's. */
function withoutBuild(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^(alertmanager_build_info)\{.*\}/, "$1"));
}

const STATES = ["alertmanager_alerts", "alertmanager_silences"];

test("shows what the real server shows after its start", () => {
  expect(withoutBuild(shown(create()))).toEqual(withoutBuild(recorded("alone", ...STATES)));
});

test("shows what the real server shows in a cluster", () => {
  const live = ["alertmanager_cluster_peer_info", "alertmanager_cluster_alive_messages_total"];
  expect(withoutBuild(shown(create({ cluster: true })))).toEqual(withoutBuild(recorded("cluster", ...STATES, ...live)));
});

test("shows what the real server shows with the event recorder", () => {
  const metrics = create({ features: { ...NO_FEATURES, eventRecorder: true } });
  expect(withoutBuild(shown(metrics))).toEqual(withoutBuild(recorded("event-recorder", ...STATES)));
});

test("shows what the real server shows with receiver names, group keys and alert names", () => {
  const metrics = create({
    features: { ...NO_FEATURES, receiverNameInMetrics: true, groupKeyInMetrics: true, alertNamesInMetrics: true },
  });
  expect(withoutBuild(shown(metrics))).toEqual(withoutBuild(recorded("receiver-names", ...STATES)));
});

test("an integration shows its receiver only with the feature, and is forgotten at a reload", () => {
  const metrics = create({ features: { ...NO_FEATURES, receiverNameInMetrics: true } });
  metrics.integration("webhook", "team").notifications.inc();
  expect(shown(metrics)).toContain('alertmanager_notifications_total{integration="webhook",receiver_name="team"}');
  metrics.resetIntegrations();
  expect(shown(metrics).join("\n")).not.toContain("receiver_name");

  const plain = create();
  plain.integration("webhook", "team").failed("rateLimited").inc(2);
  plain.resetIntegrations();
  const line = 'alertmanager_notifications_failed_total{integration="webhook",reason="rateLimited"} 2\n';
  expect(exposition(plain.families)).toContain(line);
});

test("limited alerts are counted by name only with the feature", () => {
  const plain = create();
  plain.alertsLimited.with("A").inc();
  plain.alertsLimited.with("B").inc();
  expect(exposition(plain.families)).toContain("\nalertmanager_alerts_limited_total 2\n");

  const named = create({ features: { ...NO_FEATURES, alertNamesInMetrics: true } });
  named.alertsLimited.with("B").inc();
  named.alertsLimited.with('A"\\\n').inc();
  const [help, type, ...series] = exposition(named.families.filter(({ name }) => name.includes("limited"))).split("\n");
  expect([help, type]).toEqual([
    "# HELP alertmanager_alerts_limited_total Total number of alerts that were dropped due to per alert name limit",
    "# TYPE alertmanager_alerts_limited_total counter",
  ]);
  expect(series).toEqual([
    'alertmanager_alerts_limited_total{alertname="A\\"\\\\\\n"} 1',
    'alertmanager_alerts_limited_total{alertname="B"} 1',
    "",
  ]);
});

test("what is read at the scrape is sorted by its labels", () => {
  const metrics = create();
  metrics.alerts.read = () => [
    [["suppressed"], 2],
    [["active"], 1],
  ];
  const text = exposition(metrics.families.filter(({ name }) => name === "alertmanager_alerts"));
  expect(text.split("\n").slice(2)).toEqual([
    'alertmanager_alerts{state="active"} 1',
    'alertmanager_alerts{state="suppressed"} 2',
    "",
  ]);
});
