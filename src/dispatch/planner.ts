import { createHash } from "node:crypto";
import type { ClassReceivers } from "../core/interfaces/classification.ts";
import type { SkipReason } from "../core/interfaces/observing.ts";
import type { PublisherRegistry, PublisherTarget } from "../core/interfaces/publishing.ts";
import type { SharedDecision } from "../core/interfaces/shared-storage.ts";
import type { OutboxRow } from "../core/interfaces/storage.ts";
import { isResolved } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import { decide, type CurrentAlerts } from "../core/nflog/decide.ts";
import { logKey } from "../core/nflog/log.ts";
import type { Route } from "../core/routing/route.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Clock } from "./clock.ts";
import type { Flush } from "./dispatcher.ts";
import { groupId, type Group } from "./group.ts";
import { rateLimited, skipped } from "./notification-happening.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { Observers } from "./observers.ts";
import type { RateLimiter } from "./rate-limit.ts";

/** What one integration is to be told. */
export interface Decision {
  readonly target: PublisherTarget;
  readonly row: OutboxRow;
  readonly alerts: readonly NotifiedAlert[];
  /** As the shared database knows it; undefined for one taken by this server alone. */
  readonly shared?: SharedDecision;
}

/** What a receiver of a class is to be told, beside the group's own receiver. */
export interface ClassPlan {
  readonly receiver: string;
  /** None while the class of an alert is waited for. */
  readonly decisions: readonly Decision[];
  /** ms; how long what is being found out about the alerts may be waited for before it is decided. */
  readonly wait: number;
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
  /** For receivers of a class. */
  readonly classes: readonly ClassPlan[];
  /** ms until the receiver's rate limit lets the group send; 0 when it may. */
  readonly wait: number;
}

export interface PlannerOptions {
  readonly clock: Clock;
  readonly notificationLog: NotificationLog;
  readonly receivers: PublisherRegistry;
  /** The receiver that is told what another one refused for good; undefined for none. */
  readonly fallback: string | undefined;
  /** Receivers of a class; undefined for none. */
  readonly classReceivers: ClassReceivers | undefined;
  /** The routes an alert matches, in routing order. */
  readonly routes: (labels: LabelSet) => readonly Route[];
  readonly rateLimiter: RateLimiter;
  readonly observers: Observers;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Whether nothing at all comes of a flush. */
export function isEmpty(plan: Plan): boolean {
  return plan.left.length === 0 && plan.classes.length === 0 && plan.wait === 0 && newDecisions(plan).length === 0;
}

/** The decisions a plan has taken itself. */
export function newDecisions({ decisions, fallback, classes }: Plan): readonly Decision[] {
  return [...decisions, ...fallback, ...classes.flatMap((one) => one.decisions)];
}

/** A plan with its own decisions replaced one by one. */
export function withNewDecisions(plan: Plan, replace: (decision: Decision, i: number) => Decision): Plan {
  let i = 0;
  const each = (decisions: readonly Decision[]) => decisions.map((decision) => replace(decision, i++));
  return {
    ...plan,
    decisions: each(plan.decisions),
    fallback: each(plan.fallback),
    classes: plan.classes.map((one) => Object.assign({}, one, { decisions: each(one.decisions) })),
  };
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
    const nothing = { flush, alerts, hashes, left, decisions: [], fallback: [], classes: [], wait: 0 };
    if (alerts.length === 0) return nothing;
    const taken = new Set(left.map(({ row }) => row.key));
    const classes = this.#classPlans(flush, alerts, taken);
    const decisions = this.targets(group).flatMap((target) => {
      const place = placeOf(group, target);
      return taken.has(place.key) ? [] : (this.#decideFiltered(flush, target, place, alerts, hashes) ?? []);
    });
    const id = groupId(group.row(""));
    if (decisions.length === 0) rateLimiter.release(receiver, id);
    const wait = decisions.length === 0 || !isLimited ? 0 : rateLimiter.take(receiver, id, clock.elapsed());
    if (wait > 0) {
      log.debug("Notifications wait for the receiver's rate limit", { aggrGroup: group.key, receiver, wait_ms: wait });
      this.#options.observers.happened(rateLimited(group, receiver, wait, alerts, clock.now()));
      return { ...nothing, classes, wait };
    }
    const fallback = this.fallback({ flush, alerts, hashes }, []).filter(({ row }) => !taken.has(row.key));
    return { ...nothing, decisions, fallback, classes };
  }

  /** What a receiver of a class is to be told by what is known now, but for integrations with something left to make good. */
  ofClass({ flush, alerts, left }: Pick<Plan, "flush" | "alerts" | "left">, receiver: string): Decision[] {
    return this.#ofClass(flush, alerts, receiver, new Set(left.map(({ row }) => row.key)));
  }

  #classPlans(flush: Flush, alerts: readonly NotifiedAlert[], taken: ReadonlySet<string>): ClassPlan[] {
    const { classReceivers } = this.#options;
    return this.#classReceivers(flush.group).flatMap((receiver): ClassPlan[] => {
      const longest = alerts.map((alert) =>
        alert.status === "firing" && this.#mayHave(flush.group, receiver, alert)
          ? (classReceivers?.wait(receiver, alert) ?? 0)
          : 0,
      );
      const wait = longest.reduce((a, b) => Math.max(a, b), 0);
      if (wait > 0) return [{ receiver, decisions: [], wait }];
      const decisions = this.#ofClass(flush, alerts, receiver, taken);
      return decisions.length === 0 ? [] : [{ receiver, decisions, wait }];
    });
  }

  #ofClass(flush: Flush, alerts: readonly NotifiedAlert[], receiver: string, taken: ReadonlySet<string>): Decision[] {
    const { classReceivers, notificationLog, receivers } = this.#options;
    const { group } = flush;
    const wanted = new Set(
      alerts.filter((alert) => this.#mayHave(group, receiver, alert) && classReceivers?.wants(receiver, alert)),
    );
    return receivers.targets(receiver).flatMap((target) => {
      const place = placeOf(group, target);
      if (taken.has(place.key)) return [];
      // Whoever was told of an alert is told of its end, whatever it is taken for by then.
      const told = new Set(notificationLog.get(place.key)?.firing);
      const theirs = alerts.filter((alert) => wanted.has(alert) || told.has(alert.labels.logHash));
      return theirs.length === 0 ? [] : (this.#decideFiltered(flush, target, place, theirs, logHashes(theirs)) ?? []);
    });
  }

  /** Receivers of a class that are told of an alert of a group by what is known of it now, or were told of it. */
  classReceiversOf(group: Group, alert: NotifiedAlert): readonly string[] {
    const { classReceivers, receivers, notificationLog } = this.#options;
    const wasTold = (target: PublisherTarget) =>
      notificationLog.get(placeOf(group, target).key)?.firing.includes(alert.labels.logHash) === true;
    return this.#classReceivers(group).filter(
      (name) =>
        (this.#mayHave(group, name, alert) && classReceivers?.wants(name, alert) === true) ||
        receivers.targets(name).some(wasTold),
    );
  }

  /** Whether a receiver of a class may be told of an alert here: once, however many groups it is in, and not if its routes lead there. */
  #mayHave(group: Group, receiver: string, { labels }: NotifiedAlert): boolean {
    const routes = this.#options.routes(labels);
    return routes[0] === group.route && !routes.some((route) => route.receiver === receiver);
  }

  /** Of classes, for a group: all but its own. */
  #classReceivers(group: Group): readonly string[] {
    const names = this.#options.classReceivers?.names ?? [];
    return names.filter((name) => name !== group.route.receiver);
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
        return this.#decideFiltered(flush, substitute, place, alerts, hashes) ?? [];
      }),
    );
  }

  /** What is to be said now where something older has just been made good. */
  anew({ flush, alerts, hashes }: Plan, { target, row }: Decision): Decision | undefined {
    const { group } = flush;
    if (row.groupKey === group.key && row.receiver !== group.route.receiver) {
      return this.#ofClass(flush, alerts, row.receiver, new Set()).find((decision) => decision.row.key === row.key);
    }
    return alerts.length === 0 ? undefined : this.#decideFiltered(flush, target, row, alerts, hashes);
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

  /** Those of receivers of a class, for a group. */
  classTargets(group: Group): readonly PublisherTarget[] {
    return this.#classReceivers(group).flatMap((name) => this.#options.receivers.targets(name));
  }

  /** Decides on what the integration's filter lets through, and on what it was told of before. */
  #decideFiltered(
    flush: Flush,
    target: PublisherTarget,
    place: Pick<OutboxRow, "key" | "groupKey">,
    alerts: readonly NotifiedAlert[],
    hashes: CurrentAlerts,
  ): Decision | undefined {
    const { filter } = target;
    if (filter === undefined) return this.#decide(flush, target, place, alerts, hashes);
    const last = this.#options.notificationLog.get(place.key);
    const firing = new Set(last?.firing);
    const resolved = new Set(last?.resolved);
    const theirs = alerts.filter((alert) => {
      const { logHash } = alert.labels;
      if (firing.has(logHash)) return true;
      return alert.status === "firing" ? filter.wants(alert) : resolved.has(logHash);
    });
    if (theirs.length > 0) return this.#decide(flush, target, place, theirs, logHashes(theirs));
    this.#skip(flush, target, place.key, alerts, "filtered");
    return undefined;
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
    if (reason === "none") {
      this.#skip(flush, target, key, alerts, "deduplicated");
      return undefined;
    }
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

  #skip({ group }: Flush, target: PublisherTarget, key: string, alerts: readonly NotifiedAlert[], reason: SkipReason) {
    const { observers, clock } = this.#options;
    if (observers.any) observers.happened(skipped({ group, at: clock.now(), reason, alerts, place: { target, key } }));
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
