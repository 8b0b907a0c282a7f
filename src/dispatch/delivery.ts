import { createHash } from "node:crypto";
import type { NotificationLogEntry, OutboxRow } from "../core/interfaces/storage.ts";
import type { PublisherRegistry, PublisherTarget } from "../core/interfaces/publishing.ts";
import { isResolved } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Notification, NotifiedAlert, ReceiverData } from "../core/model/notification.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import { decide, type CurrentAlerts } from "../core/nflog/decide.ts";
import { logExpiry, logKey } from "../core/nflog/log.ts";
import type { Metrics } from "../api/metrics/index.ts";
import type { Logger } from "../server/logger.ts";
import type { Clock } from "./clock.ts";
import type { Flush } from "./dispatcher.ts";
import type { Group } from "./group.ts";
import type { Journal } from "./journal.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { Outbox } from "./outbox.ts";

/** How sending one notification, with all its attempts, ended. */
export type SendOutcome =
  | { readonly kind: "sent"; readonly receiverData: ReceiverData | undefined }
  /** Refused for good, or not accepted by the deadline. */
  | { readonly kind: "failed"; readonly error: string }
  /** Cut off by a reload or the end of the server while it was under way. */
  | { readonly kind: "unknown"; readonly error: string };

/** Sends with retries until the deadline (spec §6.7). */
export type Send = (
  target: PublisherTarget,
  notification: Notification,
  limits: { readonly deadline: number; readonly stopping: AbortSignal },
) => Promise<SendOutcome>;

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly notificationLog: NotificationLog;
  readonly outbox: Outbox;
  readonly receivers: PublisherRegistry;
  readonly send: Send;
  readonly renderRouteLabels: (group: Group, alerts: readonly NotifiedAlert[], now: number) => LabelSet;
  readonly configHash: string;
  /** ms an entry of the notification log is kept at most (`--data.retention`). */
  readonly retention: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A decision waits this long for the store before it goes out unstored, ms (promise 11). */
const STORE_PATIENCE = 1000;

interface Decision {
  readonly target: PublisherTarget;
  readonly row: OutboxRow;
  readonly alerts: readonly NotifiedAlert[];
}

/** The integrations of a group's receiver: decides for each, stores the decisions, sends, stores the outcomes. */
export class Delivery {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /**
   * Makes good what a stop of the server or a reload left without an outcome: the same alerts under the same key, before
   * anything newer. A receiver may have got it already, which is why a resolved notification must be able to follow.
   */
  async recover(flush: Flush): Promise<void> {
    const left = this.#targets(flush.group).flatMap((target) => {
      const row = this.#options.outbox.takeAbandoned(this.#key(flush.group, target));
      if (row === undefined) return [];
      return [{ target, row, alerts: snapshot(row, flush.group) }];
    });
    await Promise.all(left.map((decision) => this.#carryOut(flush, decision)));
  }

  /** Decides for each integration and carries it out. Returns whether all went well. */
  async notify(flush: Flush, alerts: readonly NotifiedAlert[]): Promise<boolean> {
    const hashes = logHashes(alerts);
    const decisions = this.#targets(flush.group).flatMap((target) => this.#decide(flush, target, alerts, hashes) ?? []);
    if (decisions.length === 0) {
      this.#options.journal.group(flush.group.row(this.#options.configHash));
      return true;
    }
    for (const { row } of decisions) this.#options.outbox.put(row);
    await this.#options.journal.commitWithin(
      { outbox: decisions.map((d) => d.row), groups: [flush.group.row(this.#options.configHash)] },
      STORE_PATIENCE,
    );
    const outcomes = await Promise.all(decisions.map((decision) => this.#carryOut(flush, decision)));
    const failures = outcomes.filter((error) => error !== undefined);
    if (failures.length === 0) return true;
    const level = flush.stopping.aborted ? "debug" : "error";
    this.#options.log[level]("Notify for alerts failed", {
      aggrGroup: flush.group.key,
      num_alerts: alerts.length,
      err: failures.join("\n"),
    });
    return false;
  }

  #targets(group: Group): readonly PublisherTarget[] {
    return this.#options.receivers.targets(group.route.receiver);
  }

  #key(group: Group, target: PublisherTarget): string {
    return logKey(group.key, target.receiver, target.type, target.index);
  }

  #decide(
    flush: Flush,
    target: PublisherTarget,
    alerts: readonly NotifiedAlert[],
    hashes: CurrentAlerts,
  ): Decision | undefined {
    const { notificationLog, metrics } = this.#options;
    const { group, now } = flush;
    const key = this.#key(group, target);
    const last = notificationLog.get(key);
    metrics.nflog.queries.inc();
    if (last === undefined) metrics.nflog.queryErrors.inc();
    const reason = decide(last, hashes, {
      sendResolved: target.sendResolved,
      repeatInterval: group.route.repeatInterval,
      now,
    });
    if (reason === "none") return undefined;
    const row: OutboxRow = {
      key,
      routeId: group.route.id,
      groupFingerprint: group.labels.fingerprint,
      groupKey: group.key,
      receiver: target.receiver,
      integration: target.type,
      index: target.index,
      reason,
      idempotencyKey: idempotencyKey(key, now, group.flushes),
      decidedAt: now,
      alerts: alerts.map((alert) => [alert.labels.fingerprint, alert.status === "firing"] as const),
    };
    return { target, row, alerts };
  }

  /** Returns what went wrong, undefined when nothing did. */
  async #carryOut(flush: Flush, { target, row, alerts }: Decision): Promise<string | undefined> {
    const { outbox, journal, clock } = this.#options;
    const last = this.#options.notificationLog.get(row.key);
    const receiverData = row.reason === "first notification" ? {} : (last?.receiverData ?? {});
    const outcome = await this.#send(flush, target, row, alerts, receiverData);
    // What was cut off stays in the outbox: whoever flushes the group next sends it again under the same key.
    if (outcome.kind === "unknown") {
      outbox.abandon(row);
      return outcome.error;
    }
    outbox.delete(row.key);
    const entry =
      outcome.kind === "sent" ? this.#record(flush, row, alerts, outcome.receiverData ?? receiverData) : undefined;
    journal
      .commit({
        deletedOutbox: [row.key],
        notificationLog: entry === undefined ? [] : [entry],
        history: [
          {
            at: clock.now(),
            kind: "notification",
            subject: row.key,
            detail: {
              reason: row.reason,
              alerts: row.alerts.length,
              outcome: outcome.kind,
              ...(outcome.kind === "failed" && { error: outcome.error }),
            },
          },
        ],
      })
      .catch(() => undefined);
    return outcome.kind === "failed" ? outcome.error : undefined;
  }

  async #send(
    flush: Flush,
    target: PublisherTarget,
    row: OutboxRow,
    alerts: readonly NotifiedAlert[],
    receiverData: ReceiverData,
  ): Promise<SendOutcome> {
    const { group } = flush;
    const told = target.sendResolved ? alerts : alerts.filter((alert) => alert.status === "firing");
    const counters = this.#options.metrics.integration(target.type, target.receiver);
    counters.notifications.inc();
    // Nobody to tell, but the log is brought up to date (spec §6.7).
    if (told.length === 0) return { kind: "sent", receiverData: undefined };
    const notification: Notification = {
      groupKey: group.key,
      groupLabels: group.labels,
      routeLabels: this.#options.renderRouteLabels(group, alerts, flush.now),
      receiver: target.receiver,
      alerts: told,
      reason: row.reason,
      now: flush.now,
      repeatInterval: group.route.repeatInterval,
      receiverData,
      idempotencyKey: row.idempotencyKey,
    };
    return this.#options.send(target, notification, { deadline: flush.deadline, stopping: flush.stopping });
  }

  #record(
    flush: Flush,
    row: OutboxRow,
    alerts: readonly NotifiedAlert[],
    receiverData: ReceiverData,
  ): NotificationLogEntry | undefined {
    const now = this.#options.clock.now();
    const entry: NotificationLogEntry = {
      key: row.key,
      groupKey: row.groupKey,
      receiver: row.receiver,
      integration: row.integration,
      index: row.index,
      ...logHashes(alerts),
      timestamp: now,
      expiresAt: logExpiry(now, this.#options.retention, flush.group.route.repeatInterval),
      receiverData,
    };
    return this.#options.notificationLog.put(entry) ? entry : undefined;
  }
}

/** Sorted hashes of the firing and the resolved (spec §3.5, §6.6). */
function logHashes(alerts: readonly NotifiedAlert[]): CurrentAlerts {
  const firing: string[] = [];
  const resolved: string[] = [];
  for (const alert of alerts) (alert.status === "firing" ? firing : resolved).push(alert.labels.logHash);
  return { firing: firing.sort(), resolved: resolved.sort() };
}

/** The alerts of a stored decision as far as the group still has them, each as the decision saw it: firing or resolved. */
function snapshot(row: OutboxRow, group: Group): readonly NotifiedAlert[] {
  const held = new Map(group.sorted().map((alert) => [alert.labels.fingerprint, alert]));
  return row.alerts.flatMap(([fingerprint, firing]): NotifiedAlert[] => {
    const alert = held.get(fingerprint);
    if (alert === undefined) return [];
    if (firing) return [{ ...alert, endsAt: ZERO_TIME, status: "firing" }];
    return isResolved(alert, row.decidedAt) ? [{ ...alert, status: "resolved" }] : [];
  });
}

/** The same for every attempt at one decision and for no other. */
function idempotencyKey(key: string, now: number, flushes: number): string {
  return createHash("sha256").update(`${key}\n${now}\n${flushes}`).digest("hex");
}
