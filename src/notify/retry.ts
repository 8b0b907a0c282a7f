import type { Metrics } from "../metrics/index.ts";
import type { PublishResult, PublisherTarget } from "../core/interfaces/publishing.ts";
import { formatGoDuration } from "../core/model/duration.ts";
import type { FailureReason, Notification } from "../core/model/notification.ts";
import { pause, type Clock } from "../dispatch/clock.ts";
import type { Permit, Send, SendLimits, SendOutcome } from "../dispatch/send.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { PermitLost, withPermit } from "./permit.ts";

const INITIAL_INTERVAL = 500;
const MULTIPLIER = 1.5;
const RANDOMIZATION = 0.5;
const MAX_INTERVAL = 60_000;

export interface RetryOptions {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "integration">;
  readonly log: Logger;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/**
 * Sends with upstream's retries (spec §6.7): the first attempt at once, the next ones after growing, jittered intervals
 * counted from the beginning of the one before, until the deadline. One attempt at a time, however long it takes. What a
 * Retry-After asks for is waited at least.
 */
export function createSend(options: RetryOptions): Send {
  return async (target, notification, limits) => {
    const { deadline, stopping, permit } = limits;
    const deadlineReached = new AbortController();
    const cancel = options.clock.schedule(Math.max(0, deadline - options.clock.elapsed()), () => {
      deadlineReached.abort(new DOMException("the flush's deadline has passed", "TimeoutError"));
    });
    try {
      const ends = [stopping, deadlineReached.signal, ...(permit === undefined ? [] : [permit.lost])];
      return await sendUntil(options, target, notification, AbortSignal.any(ends), limits);
    } finally {
      cancel();
    }
  };
}

async function sendUntil(
  options: RetryOptions,
  target: PublisherTarget,
  notification: Notification,
  signal: AbortSignal,
  { stopping, permit, onAttempt }: SendLimits,
): Promise<SendOutcome> {
  const { clock, random } = options;
  const integration = `${target.type}[${target.index}]`;
  const counters = options.metrics.integration(target.type, target.receiver);
  const log = options.log.with({ receiver: target.receiver, integration, aggrGroup: notification.groupKey });
  const failed = (text: string, reason: FailureReason): SendOutcome => {
    counters.failed(reason).inc();
    const error = `${target.receiver}/${integration}: notify retry canceled ${text}`;
    return stopping.aborted || cutOff || isLost(permit)
      ? { kind: "unknown", error }
      : { kind: "failed", error, refused: false };
  };

  /** The last attempt was under way when the time was up: nobody knows whether it arrived. */
  let cutOff = false;
  let interval = INITIAL_INTERVAL;
  let last: { readonly error: string; readonly reason: FailureReason } | undefined;
  for (let attempts = 0; ;) {
    if (signal.aborted) {
      const { error, reason } = last ?? contextFailure(stopping);
      return failed(`after ${attempts} attempts: ${error}`, reason);
    }
    if (permit !== undefined && !(await permit.begin(attempts + 1))) {
      return failed(`after ${attempts} attempts: ${new PermitLost().message}`, "contextCanceled");
    }
    const started = clock.elapsed();
    const result = await withPermit(permit, () => attempt(target, notification, signal));
    attempts++;
    const duration = clock.elapsed() - started;
    counters.latency.observe(duration / 1000);
    counters.requests.inc();
    const ended = { number: attempts, duration };
    onAttempt?.(
      result.ok ? { ...ended, error: undefined, retry: false } : { ...ended, error: result.error, retry: result.retry },
    );
    if (result.ok) {
      const attrs = { attempts, duration: formatGoDuration(duration), numAlerts: notification.alerts.length };
      if (attempts > 1) log.info("Notify success", attrs);
      else if (log.enabled("debug")) log.debug("Notify success", { ...attrs, alerts: alertNames(notification) });
      return { kind: "sent", receiverData: result.receiverData };
    }
    counters.requestsFailed.inc();
    if (isLost(permit)) continue;
    if (!result.retry) {
      const outcome = failed(`due to unrecoverable error after ${attempts} attempts: ${result.error}`, result.reason);
      return { kind: "failed", error: (outcome as { error: string }).error, refused: true };
    }
    // What an attempt says that ended after the context did is not kept.
    cutOff = signal.aborted;
    if (cutOff) continue;
    if (result.error !== last?.error) {
      log.warn("Notify attempt failed, will retry later", { attempts, err: result.error });
    }
    last = result;
    const next = started + jittered(interval, random());
    interval = Math.min(interval * MULTIPLIER, MAX_INTERVAL);
    await pause(clock, Math.max(next - clock.elapsed(), result.retryAfter ?? 0, 0), signal);
  }
}

function isLost(permit: Permit | undefined): boolean {
  return permit?.valid() === false;
}

function jittered(interval: number, random: number): number {
  return interval * (1 - RANDOMIZATION + 2 * RANDOMIZATION * random);
}

async function attempt(
  target: PublisherTarget,
  notification: Notification,
  signal: AbortSignal,
): Promise<PublishResult> {
  try {
    return await target.publisher.publish(notification, signal);
  } catch (error) {
    return { ok: false, retry: false, error: error instanceof Error ? error.message : String(error), reason: "other" };
  }
}

function contextFailure(stopping: AbortSignal): { error: string; reason: FailureReason } {
  return stopping.aborted
    ? { error: "context canceled", reason: "contextCanceled" }
    : { error: "context deadline exceeded", reason: "contextDeadlineExceeded" };
}

/** `name[fingerprint][active]`, as upstream prints an alert. */
function alertNames(notification: Notification): string {
  const names = notification.alerts.map(
    ({ labels, status }) =>
      `${labels.get("alertname")}[${labels.fingerprint.slice(0, 7)}][${status === "firing" ? "active" : "resolved"}]`,
  );
  return `[${names.join(" ")}]`;
}
