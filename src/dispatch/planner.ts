import { createHash } from "node:crypto";
import type { PublisherRegistry, PublisherTarget } from "../core/interfaces/publishing.ts";
import type { SharedDecision } from "../core/interfaces/shared-storage.ts";
import type { OutboxRow } from "../core/interfaces/storage.ts";
import { isResolved } from "../core/model/alert.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import { decide, type CurrentAlerts } from "../core/nflog/decide.ts";
import { logKey } from "../core/nflog/log.ts";
import type { Metrics } from "../api/metrics/index.ts";
import type { Logger } from "../server/logger.ts";
import type { Clock } from "./clock.ts";
import type { Flush } from "./dispatcher.ts";
import { groupId, type Group } from "./group.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { RateLimiter } from "./rate-limit.ts";

/** What one integration is to be told. */
export interface Decision {
  readonly target: PublisherTarget;
  readonly row: OutboxRow;
  readonly alerts: readonly NotifiedAlert[];
  /** As the shared database knows it; undefined for one taken by this server alone. */
  readonly shared?: SharedDecision;
}

/** All that one flush is to send. */
export interface Plan {
  readonly flush: Flush;
  /** Those that nothing mutes. */
  readonly alerts: readonly NotifiedAlert[];
  readonly hashes: CurrentAlerts;
  /** Decisions of earlier flushes without an outcome: the same alerts under the same key, before anything newer. */
  readonly left: readonly Decision[];
  readonly decisions: readonly Decision[];
  /** For the fallback receiver: that what it was told of is resolved. */
  readonly fallback: readonly Decision[];
  /** ms until the receiver's rate limit lets the group send; 0 when it may. */
  readonly wait: number;
}

export interface PlannerOptions {
  readonly clock: Clock;
  readonly notificationLog: NotificationLog;
  readonly receivers: PublisherRegistry;
  /** The receiver that is told what another one refused for good; undefined for none. */
  readonly fallback: string | undefined;
  readonly rateLimiter: RateLimiter;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Whether nothing at all comes of a flush. */
export function isEmpty({ left, decisions, fallback, wait }: Plan): boolean {
  return left.length === 0 && decisions.length === 0 && fallback.length === 0 && wait === 0;
}

/** Decides what a flush sends to whom, from what the notification log says they were told. Sends and stores nothing. */
export class Planner {
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /**
   * @param alerts those that nothing mutes
   * @param left what is without an outcome yet; those integrations get nothing newer before that is made good
   * @param isLimited whether the receiver's rate limit is asked
   */
  plan(
    flush: Flush,
    alerts: readonly NotifiedAlert[],
    left: readonly Decision[],
    { isLimited = true }: { readonly isLimited?: boolean } = {},
  ): Plan {
    const { clock, rateLimiter, log } = this.#options;
    const { group } = flush;
    const { receiver } = group.route;
    const hashes = logHashes(alerts);
    const nothing = { flush, alerts, hashes, left, decisions: [], fallback: [], wait: 0 };
    if (alerts.length === 0) return nothing;
    const taken = new Set(left.map(({ row }) => row.key));
    const decisions = this.targets(group).flatMap((target) => {
      const place = placeOf(group, target);
      return taken.has(place.key) ? [] : (this.#decide(flush, target, place, alerts, hashes) ?? []);
    });
    const id = groupId(group.row(""));
    if (decisions.length === 0) rateLimiter.release(receiver, id);
    const wait = decisions.length === 0 || !isLimited ? 0 : rateLimiter.take(receiver, id, clock.elapsed());
    if (wait > 0) {
      log.debug("Notifications wait for the receiver's rate limit", { aggrGroup: group.key, receiver, wait_ms: wait });
      return { ...nothing, wait };
    }
    const fallback = this.fallback({ flush, alerts, hashes }, []).filter(({ row }) => !taken.has(row.key));
    return { ...nothing, decisions, fallback };
  }

  /**
   * What the fallback receiver is to be told: what integrations refused for good (`refused`: their keys in the log), and that it is
   * resolved what it was told before. Each integration that refused is a group of its own there.
   */
  fallback(
    { flush, alerts, hashes }: Pick<Plan, "flush" | "alerts" | "hashes">,
    refused: readonly string[],
  ): Decision[] {
    const { fallback, receivers, notificationLog } = this.#options;
    if (fallback === undefined || !this.hasFallback(flush.group)) return [];
    return this.targets(flush.group).flatMap((target) =>
      receivers.targets(fallback).flatMap((substitute) => {
        const groupKey = placeOf(flush.group, target).key;
        const place = { groupKey, key: logKey(groupKey, fallback, substitute.type, substitute.index) };
        const told = (notificationLog.get(place.key)?.firing.length ?? 0) > 0;
        if (!refused.includes(groupKey) && !(told && hashes.firing.length === 0)) return [];
        return this.#decide(flush, substitute, place, alerts, hashes) ?? [];
      }),
    );
  }

  /** What is to be said now where something older has just been made good. */
  anew({ flush, alerts, hashes }: Plan, { target, row }: Decision): Decision | undefined {
    return alerts.length === 0 ? undefined : this.#decide(flush, target, row, alerts, hashes);
  }

  /** Whether what a group's receiver refuses goes to another one. */
  hasFallback(group: Group): boolean {
    const { fallback } = this.#options;
    return fallback !== undefined && fallback !== group.route.receiver;
  }

  /** The integration a stored decision is for, if the configuration still has it. */
  target({ receiver, integration, index }: OutboxRow): PublisherTarget | undefined {
    const targets = this.#options.receivers.targets(receiver);
    return targets.find((target) => target.type === integration && target.index === index);
  }

  targets(group: Group): readonly PublisherTarget[] {
    return this.#options.receivers.targets(group.route.receiver);
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
}

/** An integration's place in the notification log. */
export function placeOf(group: Group, target: PublisherTarget): Pick<OutboxRow, "key" | "groupKey"> {
  return { key: logKey(group.key, target.receiver, target.type, target.index), groupKey: group.key };
}

/** Sorted hashes of the firing and the resolved (spec §3.5, §6.6). */
export function logHashes(alerts: readonly NotifiedAlert[]): CurrentAlerts {
  const firing: string[] = [];
  const resolved: string[] = [];
  for (const alert of alerts) (alert.status === "firing" ? firing : resolved).push(alert.labels.logHash);
  return { firing: firing.sort(), resolved: resolved.sort() };
}

/** The alerts of a stored decision as far as the group still has them, each as the decision saw it: firing or resolved. */
export function snapshot(row: OutboxRow, group: Group): readonly NotifiedAlert[] {
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
