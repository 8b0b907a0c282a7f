/** Gives our publishers the notifications that were recorded from the real Alertmanager, and gathers what they send. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dialerMetrics } from "../../../src/metrics/dialer.ts";
import { register } from "../../../src/metrics/registration.ts";
import { loadConfig, type Config } from "../../../src/config/index.ts";
import { sortAlerts } from "../../../src/core/grouping/order.ts";
import type { AlertPublisher, PublishResult } from "../../../src/core/interfaces/publishing.ts";
import { labelSet, labelSetFromObject } from "../../../src/core/model/labels.ts";
import { createMatcherParser } from "../../../src/core/model/matcher-parse.ts";
import type { NotifiedAlert, ReceiverData } from "../../../src/core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../../../src/core/model/timestamp.ts";
import type { ReceiverDeps } from "../../../src/notify/deps.ts";
import { createLogger } from "../../../src/server/logger.ts";
import { parseTemplates } from "../../../src/template/index.ts";
import { startCapture, type CapturedRequest, type ScriptedResponse } from "./capture.ts";
import type { Certificate } from "./certificates.ts";
import type { CaseAlert, ReceiverCase } from "./cases.ts";
import { EXTERNAL_URL, fillIn, normalize, type GoldenCase, type GoldenStep, type Outcome } from "./golden.ts";
import { startSmtpCapture } from "./smtp-capture.ts";

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
  /** Ends TLS connections, for cases that have some. */
  readonly tls?: { readonly certificate: Certificate; readonly caFile: string };
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

interface Capture {
  readonly port: number;
  readonly requests: CapturedRequest[];
  script?: readonly ScriptedResponse[];
  close(): void;
}

async function listen(golden: ReceiverCase, certificate: Certificate | undefined): Promise<Capture> {
  if (golden.smtp === undefined) return startCapture(certificate);
  if (certificate === undefined) throw new Error("a mail server needs a certificate");
  return startSmtpCapture(golden.smtp, certificate);
}

/** Runs the steps of a case one after another against a server that answers as the recorded one did. */
export async function replay(
  golden: ReceiverCase,
  create: Create,
  { tls, signal = new AbortController().signal }: ReplayOptions = {},
): Promise<readonly ReplayedStep[]> {
  const directory = mkdtempSync(join(tmpdir(), "replay-"));
  const capture = await listen(golden, tls?.certificate);
  const caFile = tls?.caFile ?? join(directory, "no-ca");
  const id = `${golden.type}-${golden.name}`;
  for (const [name, content] of Object.entries(golden.files ?? {})) {
    writeFileSync(join(directory, name), fillIn(content, capture.port, directory, caFile));
  }
  const config = load(id, golden.type, fillIn(golden.config, capture.port, directory, caFile), directory);
  const warned: Record<string, unknown>[] = [];
  const deps = {
    templates: parseTemplates([]),
    externalUrl: EXTERNAL_URL,
    dialer: dialerMetrics(register([])),
    log: createLogger({ level: "warn", format: "json", write: (line) => warned.push(withoutPlace(line)) }),
    environment: {},
  };
  const context = { port: capture.port, directory, caFile };
  try {
    const publisher = create(config.receivers[0] as Receiver, deps);
    const sendResolved = sendResolvedOf(config, golden.type);
    const group = new Map<string, NotifiedAlert>();
    let receiverData: ReceiverData = {};
    const steps: ReplayedStep[] = [];
    for (const step of golden.steps) {
      for (const alert of step.alerts.map((each) => notified(each, id))) group.set(alert.labels.key, alert);
      const told = (sortAlerts(group.values()) as NotifiedAlert[]).filter(
        (alert) => sendResolved || alert.status === "firing",
      );
      capture.requests.length = 0;
      capture.script = step.responses === undefined || step.responses.length === 0 ? [{}] : [...step.responses];
      const result: PublishResult =
        told.length === 0
          ? { ok: true }
          : await publisher.publish(
              {
                groupKey: `{}/{case="${id}"}:{alertname="HighLoad"}`,
                groupLabels: labelSet([["alertname", "HighLoad"]]),
                routeLabels: labelSetFromObject(golden.routeLabels ?? {}),
                receiver: id,
                alerts: told,
                reason: step.reason,
                now: 0,
                repeatInterval: 0,
                receiverData,
                idempotencyKey: "",
              },
              signal,
            );
      if (result.ok) receiverData = result.receiverData ?? receiverData;
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

function sendResolvedOf(config: Config, type: string): boolean {
  const items = config.receivers[0]?.[`${type}_configs` as "webhook_configs"] ?? [];
  return items[0]?.send_resolved ?? false;
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
