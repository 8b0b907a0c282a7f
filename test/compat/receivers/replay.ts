/** Gives our publishers the notifications that were recorded from the real Alertmanager, and gathers what they send. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, type Config } from "../../../src/config/index.ts";
import { sortAlerts } from "../../../src/core/grouping/order.ts";
import type { AlertPublisher, PublishResult } from "../../../src/core/interfaces/publishing.ts";
import { EMPTY_LABELS, labelSet, labelSetFromObject } from "../../../src/core/model/labels.ts";
import { createMatcherParser } from "../../../src/core/model/matcher-parse.ts";
import type { NotifiedAlert } from "../../../src/core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../../../src/core/model/timestamp.ts";
import type { ReceiverDeps } from "../../../src/notify/deps.ts";
import { createLogger } from "../../../src/server/logger.ts";
import { parseTemplates } from "../../../src/template/index.ts";
import { startCapture, type ScriptedResponse } from "./capture.ts";
import type { CaseAlert, CaseStep, ReceiverCase } from "./cases.ts";
import { EXTERNAL_URL, fillIn, normalize, type GoldenCase, type GoldenStep, type Outcome } from "./golden.ts";

type Receiver = Config["receivers"][number];

/** Builds an integration from its receiver, which has one. */
export type Create = (receiver: Receiver, deps: ReceiverDeps) => AlertPublisher;

export function readGolden(type: string): Readonly<Record<string, GoldenCase>> {
  return JSON.parse(readFileSync(join(import.meta.dir, "golden", `${type}.json`), "utf8"));
}

/** A step as ours went. */
export interface ReplayedStep extends GoldenStep {
  readonly retryAfter?: number | undefined;
  /** What was logged as a warning: lines of JSON without time and place. */
  readonly warned: readonly Readonly<Record<string, unknown>>[];
}

export interface ReplayOptions {
  /** Which of the first step's alerts there are: the recorded flush may have come between two alerts of a request. */
  readonly keep?: (index: number) => boolean;
  readonly signal?: AbortSignal;
}

const ALERT: CaseAlert = {
  labels: { alertname: "HighLoad", instance: "a:9100", job: "node", severity: "critical" },
  annotations: { summary: "Load is > 5 & <rising>" },
  startsAt: "2026-01-02T03:04:05.678901234Z",
  generatorURL: "http://prometheus.example/",
};

/**
 * Sends one firing alert through an integration.
 *
 * @param config one item of the receiver's list, as YAML
 * @param responses none: the server answers 200
 */
export async function sendOnce(
  type: string,
  create: Create,
  config: string,
  responses: readonly ScriptedResponse[] = [],
  options: ReplayOptions & Pick<ReceiverCase, "files"> = {},
): Promise<ReplayedStep> {
  const steps = [{ alerts: [ALERT], reason: "first notification", responses } as const];
  const { files, ...rest } = options;
  const [only] = await replay({ type, name: "once", config, steps, ...(files && { files }) }, create, rest);
  return only as ReplayedStep;
}

/** Runs the steps of a case one after another against a server that answers as the recorded one did. */
export async function replay(
  golden: ReceiverCase,
  create: Create,
  { keep = () => true, signal = new AbortController().signal }: ReplayOptions = {},
): Promise<readonly ReplayedStep[]> {
  const directory = mkdtempSync(join(tmpdir(), "replay-"));
  const capture = await startCapture();
  const caFile = join(directory, "no-ca");
  const id = `${golden.type}-${golden.name}`;
  for (const [name, content] of Object.entries(golden.files ?? {})) {
    writeFileSync(join(directory, name), fillIn(content, capture.port, directory, caFile));
  }
  const config = load(id, golden.type, fillIn(golden.config, capture.port, directory, caFile), directory);
  const warned: Record<string, unknown>[] = [];
  const deps = {
    templates: parseTemplates([]),
    externalUrl: EXTERNAL_URL,
    log: createLogger({ level: "warn", format: "json", write: (line) => warned.push(withoutPlace(line)) }),
    environment: {},
  };
  const context = { port: capture.port, directory, caFile };
  try {
    const publisher = create(config.receivers[0] as Receiver, deps);
    const group = new Map<string, NotifiedAlert>();
    const steps: ReplayedStep[] = [];
    for (const step of golden.steps) {
      const alerts = steps.length === 0 ? step.alerts.filter((_, i) => keep(i)) : step.alerts;
      const before = [...group.values()];
      for (const alert of alerts.map((each) => notified(each, id))) group.set(alert.labels.key, alert);
      capture.requests.length = 0;
      capture.script = step.responses === undefined || step.responses.length === 0 ? [{}] : [...step.responses];
      const result = await publisher.publish(
        {
          groupKey: `{}/{case="${id}"}:{alertname="HighLoad"}`,
          groupLabels: labelSet([["alertname", "HighLoad"]]),
          routeLabels: EMPTY_LABELS,
          receiver: id,
          alerts: sortAlerts(group.values()) as NotifiedAlert[],
          reason: reasonOf(step, before, [...group.values()]),
          now: 0,
          repeatInterval: 0,
          receiverData: {},
          idempotencyKey: "",
        },
        signal,
      );
      for (const [key, { status }] of group) if (status === "resolved") group.delete(key);
      steps.push({
        requests: capture.requests.map((request) => normalize(request, context) as (typeof capture.requests)[0]),
        outcome: normalize(outcome(result), context) as Outcome,
        retryAfter: result.ok ? undefined : result.retryAfter,
        warned: warned.splice(0),
      });
    }
    publisher.close?.();
    return steps;
  } finally {
    capture.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function load(id: string, type: string, item: string, baseDir: string): Config {
  const indented = item.trim().replaceAll("\n", "\n    ");
  const source = `route:\n  receiver: ${id}\nreceivers:\n- name: ${id}\n  ${type}_configs:\n  - ${indented}\n`;
  const parser = createMatcherParser("fallback", () => {});
  return loadConfig(source, { baseDir, parser, checkTemplate: () => {} }).config;
}

function notified(alert: CaseAlert, id: string): NotifiedAlert {
  const startsAt = parseTimestamp(alert.startsAt);
  return {
    labels: labelSetFromObject({ ...alert.labels, case: id }),
    annotations: labelSetFromObject(alert.annotations ?? {}),
    startsAt,
    endsAt: alert.endsAt === undefined ? ZERO_TIME : parseTimestamp(alert.endsAt),
    updatedAt: startsAt,
    generatorURL: alert.generatorURL ?? "",
    timeout: false,
    status: alert.endsAt === undefined ? "firing" : "resolved",
  };
}

function reasonOf(step: CaseStep, before: readonly NotifiedAlert[], now: readonly NotifiedAlert[]): CaseStep["reason"] {
  if (before.length === 0) return "first notification";
  if (now.length > before.length) return "new alerts added";
  if (now.every((alert) => alert.status === "resolved")) return "all alerts resolved";
  return step.alerts.some((alert) => alert.endsAt !== undefined) ? "some alerts resolved" : step.reason;
}

function withoutPlace(line: string): Record<string, unknown> {
  const { time: _time, source: _source, ...rest } = JSON.parse(line) as Record<string, unknown>;
  return rest;
}

function outcome(result: PublishResult): Outcome {
  if (result.ok) return { ok: true };
  const { retry, error, reason } = result;
  return { ok: false, retry, error, reason };
}
