import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Family } from "../metrics/family.ts";
import { register } from "../metrics/registration.ts";
import type { PluginSettings } from "../config/plus/plugins.ts";
import { Secret } from "../config/secret.ts";
import type { AlertClassifier } from "../core/interfaces/classification.ts";
import type { RuleVerdict } from "../core/model/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import type { Notification } from "../core/model/notification.ts";
import { Timestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { systemClock, type Clock } from "../dispatch/clock.ts";
import { createLogger } from "../server/logger.ts";
import { createPlugins } from "./index.ts";
import { createPluginMetrics } from "./metrics.ts";
import type { Launch } from "./process.ts";

/** A log that is kept, and metrics that can be read. */
function observed() {
  const lines: string[] = [];
  const families: Family[] = [];
  const { add } = register(families);
  return {
    log: createLogger({ level: "debug", format: "logfmt", write: (line) => lines.push(line), now: () => 0 }),
    metrics: createPluginMetrics(add),
    text: () => lines.join(""),
    /** The value of a metric without its `alertmanager_plus_plugin_`, with label values in the order of the labels' names. */
    metric(name: string, ...labels: string[]): number | undefined {
      const samples = families.find((family) => family.name === `alertmanager_plus_plugin_${name}`)?.samples();
      return samples?.find((sample) => sample.labels.map(([, value]) => value).join() === labels.join())?.value;
    },
  };
}

/** A directory of plugin files that is removed at the end of the test. */
export function pluginDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "plugins-test-"));
  return {
    directory,
    /** Writes a file and gives its path. */
    write(name: string, text: string): string {
      const path = join(directory, name);
      writeFileSync(path, text);
      return path;
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A plugin named `mine` that is started: on the system's clock, or on one that the test moves. */
export function openPlugin(
  path: string,
  launch: Launch,
  more: Partial<PluginSettings> = {},
  clock: Clock = systemClock,
) {
  const seen = observed();
  const plugins = createPlugins({
    plugins: [settingsOf(path, more)],
    externalUrl: "http://alertmanager.example",
    clock,
    log: seen.log,
    metrics: seen.metrics,
    random: () => 0,
    launch,
  });
  plugins.expose();
  const never = new AbortController().signal;
  return {
    ...seen,
    classify: (alert = alertOf(), signal = never) =>
      (plugins.classifiers[0] as AlertClassifier).classify(alert, { rules: RULES }, signal),
    publish: (notification = notificationOf(), signal = never) =>
      plugins.publisher("mine").publish(notification, signal),
    [Symbol.asyncDispose]: () => plugins.close(),
  };
}

function settingsOf(path: string, more: Partial<PluginSettings> = {}): PluginSettings {
  return { name: "mine", path, timeout: 5000, memory: 256 * 2 ** 20, options: new Secret("{}"), ...more };
}

const T0 = new Timestamp(Date.UTC(2026, 0, 5, 12));

export function alertOf(labels: Readonly<Record<string, string>> = { alertname: "DiskFull" }): Alert {
  return {
    labels: labelSetFromObject(labels),
    annotations: labelSetFromObject({ summary: "The disk is full." }),
    startsAt: T0,
    endsAt: ZERO_TIME,
    updatedAt: T0,
    generatorURL: "http://prometheus.example/graph",
    timeout: false,
  };
}

export const RULES: RuleVerdict = {
  severity: "warning",
  category: "storage",
  confidence: 0.5,
  reason: "By its name.",
  recommendations: [],
  rule: "default",
};

export function notificationOf(alerts: readonly Alert[] = [alertOf()]): Notification {
  return {
    groupKey: '{}:{alertname="DiskFull"}',
    groupLabels: labelSetFromObject({ alertname: "DiskFull" }),
    routeLabels: EMPTY_LABELS,
    receiver: "teams",
    alerts: alerts.map((alert) => ({ ...alert, status: "firing" })),
    reason: "first notification",
    now: T0.ms,
    repeatInterval: 3_600_000,
    receiverData: {},
    idempotencyKey: "key-1",
  };
}
