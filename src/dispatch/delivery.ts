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
import { groupId, type Group } from "./group.ts";
import type { Journal } from "./journal.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { Outbox } from "./outbox.ts";
import type { RateLimiter } from "./rate-limit.ts";

/** How sending one notification, with all its attempts, ended. */
export type SendOutcome =
  | { readonly kind: "sent"; readonly receiverData: ReceiverData | undefined }
  /** Refused for good (`refused`), or not accepted by the deadline. */
  | { readonly kind: "failed"; readonly error: string; readonly refused: boolean }
  /** Cut off while it was under way, by the deadline, a reload or the end of the server: it may have arrived. */
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
  /** The receiver that is told what another one refused for good; undefined for none. */
  readonly fallback: string | undefined;
  readonly rateLimiter: RateLimiter;
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
   * Takes a flush to the integrations. One that was left without an outcome gets the same alerts under the same key first,
   * before anything newer; the others do not wait for it.
   *
   * @param alerts those that nothing mutes
   * @returns whether all went well
   */
  async notify(flush: Flush, alerts: readonly NotifiedAlert[]): Promise<boolean> {
    const hashes = logHashes(alerts);
    const left = this.#takeAbandoned(flush.group);
    const taken = new Set(left.map(({ row }) => row.key));
    const [others, ...outcomes] = await Promise.all([
      this.#notifyOthers(flush, alerts, hashes, taken),
      ...left.map((decision) => this.#makeGood(flush, decision, alerts, hashes)),
    ]);
    this.#tellFailures(flush, alerts.length, outcomes);
    return others && outcomes.every((outcome) => outcome.kind === "sent");
  }

  /** Decisions that a stop of the server, a reload or a deadline left without an outcome. */
  #takeAbandoned(group: Group): Decision[] {
    const { outbox } = this.#options;
    if (!outbox.hasAbandoned) return [];
    return this.#targets(group).flatMap((target) => {
      const row = outbox.takeAbandoned(this.#key(group, target));
      return row === undefined ? [] : [{ target, row, alerts: snapshot(row, group) }];
    });
  }

  /**
   * Carries out what was left, and then what is new. The receiver may have got the former already, which is why a resolved
   * notification must be able to follow.
   */
  async #makeGood(
    flush: Flush,
    left: Decision,
    alerts: readonly NotifiedAlert[],
    hashes: CurrentAlerts,
  ): Promise<SendOutcome> {
    const outcome = await this.#carryOut(flush, left);
    if (outcome.kind !== "sent" || alerts.length === 0) return outcome;
    const decision = this.#decide(flush, left.target, left.row, alerts, hashes);
    return decision === undefined ? outcome : ((await this.#carryOutAll(flush, [decision]))[0] as SendOutcome);
  }

  async #notifyOthers(
    flush: Flush,
    alerts: readonly NotifiedAlert[],
    hashes: CurrentAlerts,
    taken: ReadonlySet<string>,
  ): Promise<boolean> {
    const { group } = flush;
    const { clock, rateLimiter, log, configHash } = this.#options;
    if (alerts.length === 0) {
      this.#options.journal.group(group.row(configHash));
      return true;
    }
    const decisions = this.#targets(group).flatMap((target) => {
      const place = { key: this.#key(group, target), groupKey: group.key };
      return taken.has(place.key) ? [] : (this.#decide(flush, target, place, alerts, hashes) ?? []);
    });
    const { receiver } = group.route;
    const id = groupId(group.row(""));
    if (decisions.length === 0) {
      rateLimiter.release(receiver, id);
      this.#options.journal.group(group.row(configHash));
      return this.#fallBack(flush, alerts, hashes, []);
    }
    const wait = rateLimiter.take(receiver, id, clock.elapsed());
    if (wait > 0) {
      log.debug("Notifications wait for the receiver's rate limit", { aggrGroup: group.key, receiver, wait_ms: wait });
      flush.postpone(wait);
      return false;
    }
    const outcomes = await this.#carryOutAll(flush, decisions);
    const refused = outcomes.flatMap((outcome, i) =>
      outcome.kind === "failed" && outcome.refused ? [(decisions[i] as Decision).row.key] : [],
    );
    const tookOver = await this.#fallBack(flush, alerts, hashes, refused);
    const failures = this.#tellFailures(flush, alerts.length, outcomes);
    if (failures === 0) return tookOver;
    return tookOver && failures === refused.length && this.#hasFallback(receiver);
  }

  /** Logs what went wrong, and says how much did. */
  #tellFailures(flush: Flush, alerts: number, outcomes: readonly SendOutcome[]): number {
    const errors = outcomes.flatMap((outcome) => (outcome.kind === "sent" ? [] : [outcome.error]));
    if (errors.length === 0) return 0;
    const level = flush.stopping.aborted ? "debug" : "error";
    this.#options.log[level]("Notify for alerts failed", {
      aggrGroup: flush.group.key,
      num_alerts: alerts,
      err: errors.join("\n"),
    });
    return errors.length;
  }

  /** Stores the decisions, then sends them all. */
  async #carryOutAll(flush: Flush, decisions: readonly Decision[]): Promise<SendOutcome[]> {
    const { outbox, journal, configHash } = this.#options;
    for (const { row } of decisions) outbox.put(row);
    await journal.commitWithin(
      { outbox: decisions.map((d) => d.row), groups: [flush.group.row(configHash)] },
      STORE_PATIENCE,
    );
    return Promise.all(decisions.map((decision) => this.#carryOut(flush, decision)));
  }

  /**
   * Tells the fallback receiver what others refused for good, and that it is resolved what it was told before. Each integration
   * that refused (`refused`: their keys in the log) is a group of its own there. Returns whether the fallback, if there is one, has taken it.
   */
  async #fallBack(
    flush: Flush,
    alerts: readonly NotifiedAlert[],
    hashes: CurrentAlerts,
    refused: readonly string[],
  ): Promise<boolean> {
    const { fallback, receivers, notificationLog } = this.#options;
    if (fallback === undefined || !this.#hasFallback(flush.group.route.receiver)) return true;
    const decisions = this.#targets(flush.group).flatMap((target) =>
      receivers.targets(fallback).flatMap((substitute) => {
        const groupKey = this.#key(flush.group, target);
        const place = { groupKey, key: logKey(groupKey, fallback, substitute.type, substitute.index) };
        const told = (notificationLog.get(place.key)?.firing.length ?? 0) > 0;
        if (!refused.includes(groupKey) && !(told && hashes.firing.length === 0)) return [];
        return this.#decide(flush, substitute, place, alerts, hashes) ?? [];
      }),
    );
    if (decisions.length === 0) return true;
    const outcomes = await this.#carryOutAll(flush, decisions);
    for (const outcome of outcomes) {
      if (outcome.kind === "failed") this.#options.log.error("The fallback receiver failed", { err: outcome.error });
    }
    return outcomes.every((outcome) => outcome.kind === "sent");
  }

  /** Whether what this receiver refuses goes to another one. */
  #hasFallback(receiver: string): boolean {
    const { fallback } = this.#options;
    return fallback !== undefined && fallback !== receiver;
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
    { key, groupKey }: Pick<OutboxRow, "key" | "groupKey">,
    alerts: readonly NotifiedAlert[],
    hashes: CurrentAlerts,
  ): Decision | undefined {
    const { notificationLog, metrics } = this.#options;
    const { group, now } = flush;
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
      groupKey,
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

  /** Sends, and keeps how it ended. */
  async #carryOut(flush: Flush, { target, row, alerts }: Decision): Promise<SendOutcome> {
    const { outbox, journal, clock } = this.#options;
    const last = this.#options.notificationLog.get(row.key);
    const receiverData = row.reason === "first notification" ? {} : (last?.receiverData ?? {});
    const outcome = await this.#send(flush, target, row, alerts, receiverData);
    // What was cut off stays in the outbox: whoever flushes the group next sends it again under the same key.
    if (outcome.kind === "unknown") {
      outbox.abandon(row);
      return outcome;
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
    return outcome;
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
      groupKey: row.groupKey,
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
