import { randomUUID } from "node:crypto";
import { Problem } from "../../api/plus/problem.ts";
import { labelSetToString } from "../../core/grouping/group-key.ts";
import type { PublisherRegistry, PublisherTarget } from "../../core/interfaces/publishing.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../../core/model/labels.ts";
import type { Notification, NotifiedAlert } from "../../core/model/notification.ts";
import { ZERO_TIME } from "../../core/model/timestamp.ts";
import type { Clock } from "../../dispatch/clock.ts";
import { buildReceivers } from "../../notify/registry.ts";
import type { InForce } from "../configuration.ts";

export interface TestRequest {
  readonly receiver: string;
  /** Of one type of integration only, such as `slack`; undefined: of all. */
  readonly integration: string | undefined;
  /** Only the one at this place among those of its type. */
  readonly index: number | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly status: "firing" | "resolved";
}

/**
 * How it went: `failed` is worth another try, `refused` is not, of `unknown` nobody knows whether it arrived, `skipped` was not
 * sent because the integration does not tell of what is resolved.
 */
export const TEST_OUTCOMES = ["delivered", "failed", "refused", "unknown", "skipped"] as const;

export interface TestResult {
  readonly integration: string;
  readonly index: number;
  readonly outcome: (typeof TEST_OUTCOMES)[number];
  readonly statusCode: number | undefined;
  readonly error: string | undefined;
  readonly durationMs: number;
}

/** ms an integration has. */
const PATIENCE = 10_000;
/** What tells a test from what is real. */
const MARK = "[TEST]";
const SAMPLE = { alertname: "TestNotification", severity: "info" };

/**
 * Sends a notification to try a receiver out: once, at once, past groups, silences, the notification log and the counters of real
 * notifications.
 *
 * @throws Problem where there is nobody to be told
 */
export async function testReceiver(
  inForce: InForce,
  request: TestRequest,
  clock: Clock,
): Promise<readonly TestResult[]> {
  const { registry, close } = registryFor(inForce, request.receiver);
  try {
    const targets = chosen(registry.targets(request.receiver), request);
    const notification = testNotification(inForce, request, clock);
    return await Promise.all(targets.map((target) => sendOnce(target, notification, clock)));
  } finally {
    close();
  }
}

/** Integrations of a receiver no route leads to are not built: they are for the test alone. */
function registryFor(
  { loaded, publishers, deps }: InForce,
  receiver: string,
): { registry: PublisherRegistry; close(): void } {
  if (publishers.targets(receiver).length > 0) return { registry: publishers, close: () => undefined };
  if (!loaded.config.receivers.some(({ name }) => name === receiver)) {
    throw new Problem(404, `there is no receiver ${JSON.stringify(receiver)}`);
  }
  let registry: PublisherRegistry;
  try {
    registry = buildReceivers(loaded.config, new Set([receiver]), deps);
  } catch (error) {
    throw new Problem(409, `receiver ${JSON.stringify(receiver)} cannot be built: ${(error as Error).message}`);
  }
  return { registry, close: () => registry.close() };
}

function chosen(targets: readonly PublisherTarget[], request: TestRequest): readonly PublisherTarget[] {
  const { receiver, integration, index } = request;
  const found = targets.filter(
    (target) =>
      (integration === undefined || target.type === integration) && (index === undefined || target.index === index),
  );
  if (found.length > 0) return found;
  const there = targets.map((target) => `${target.type}[${target.index}]`).join(", ");
  const wanted =
    integration === undefined && index === undefined ? "" : ` of these; it has ${there === "" ? "none" : there}`;
  throw new Problem(404, `receiver ${JSON.stringify(receiver)} has no integration${wanted}`);
}

function testNotification({ deps }: InForce, request: TestRequest, clock: Clock): Notification {
  const { receiver, status } = request;
  for (const key of ["labels", "annotations"] as const) {
    if (Object.hasOwn(request[key] ?? {}, ""))
      throw new Problem(400, `${key}: a name is empty; expected the name of a label`);
  }
  const labels = labelSetFromObject(request.labels ?? SAMPLE);
  const now = clock.timestamp();
  const summary = request.annotations?.["summary"] ?? `A test of the receiver ${receiver}: nothing is wrong`;
  const alert: NotifiedAlert = {
    labels,
    annotations: labelSetFromObject({ ...request.annotations, summary: `${MARK} ${summary}` }),
    startsAt: now,
    endsAt: status === "firing" ? ZERO_TIME : now,
    updatedAt: now,
    generatorURL: deps.externalUrl,
    timeout: false,
    status,
  };
  const groupLabels = labels.has("alertname")
    ? labelSetFromObject({ alertname: labels.get("alertname") })
    : EMPTY_LABELS;
  return {
    // Its own, so that it opens and closes no incident of a real group; the same for a test and its end.
    groupKey: `test/${receiver}:${labelSetToString(labels)}`,
    groupLabels,
    routeLabels: EMPTY_LABELS,
    receiver,
    alerts: [alert],
    reason: status === "firing" ? "first notification" : "all alerts resolved",
    now: now.ms,
    repeatInterval: 0,
    receiverData: {},
    idempotencyKey: randomUUID(),
  };
}

async function sendOnce(target: PublisherTarget, notification: Notification, clock: Clock): Promise<TestResult> {
  const { type: integration, index, publisher, sendResolved } = target;
  const began = clock.elapsed();
  const ended = (outcome: TestResult["outcome"], error?: string): TestResult => ({
    integration,
    index,
    outcome,
    statusCode: error === undefined ? undefined : statusIn(error),
    error,
    durationMs: Math.round(clock.elapsed() - began),
  });
  if (notification.alerts[0]?.status === "resolved" && !sendResolved) return ended("skipped", "send_resolved is off");
  const limit = new AbortController();
  const cancel = clock.schedule(PATIENCE, () =>
    limit.abort(new DOMException("the receiver did not answer in time", "TimeoutError")),
  );
  try {
    const result = await publisher.publish(notification, limit.signal);
    if (result.ok) return ended("delivered");
    if (limit.signal.aborted) return ended("unknown", result.error);
    return ended(result.retry ? "failed" : "refused", result.error);
  } catch (error) {
    return ended("refused", (error as Error).message);
  } finally {
    cancel();
  }
}

function statusIn(error: string): number | undefined {
  const code = /unexpected status code (\d{3})/.exec(error)?.[1];
  return code === undefined ? undefined : Number(code);
}
