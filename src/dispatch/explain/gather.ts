import type { Facts, GroupFacts, IntegrationFacts, IntervalFacts, LastTold } from "../../core/explain/facts.ts";
import { groupKey, groupLabels } from "../../core/grouping/group-key.ts";
import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { PublisherTarget } from "../../core/interfaces/publishing.ts";
import type { Trail } from "../../core/explain/trail.ts";
import { containsTime } from "../../core/intervals/index.ts";
import { nextChange } from "../../core/intervals/next-change.ts";
import { isResolved, type Alert } from "../../core/model/alert.ts";
import type { LabelSet } from "../../core/model/labels.ts";
import { logKey } from "../../core/nflog/log.ts";
import { matchRoutes, type Route } from "../../core/routing/route.ts";
import type { Silences } from "../../core/silencing/silences.ts";
import { groupId, INHIBITED, SILENCED, type Group } from "../group.ts";
import type { NotificationLog } from "../notification-log.ts";
import type { Outbox } from "../outbox.ts";
import type { Running } from "../running.ts";
import type { Recent } from "./recent.ts";

/** All that decides what becomes of alerts, as it is now. */
export interface Deciding extends Running {
  /** ms */
  readonly now: number;
  /** By fingerprint. */
  readonly alerts: readonly Alert[];
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly outbox: Outbox;
  readonly recent: Recent;
  /** Who had a notification not sent that counts as told; undefined for one that was. */
  readonly droppedBy: (entry: NotificationLogEntry) => string | undefined;
}

/** What the trail of an integration of a group is, by its key in the notification log. */
export type TrailOf = (key: string) => Trail;

/** The alert of a fingerprint, also one that only a group holds because somebody has yet to be told of its end. */
export function findByFingerprint({ alerts, dispatcher }: Deciding, fingerprint: string): Alert | undefined {
  const found = alerts.find(({ labels }) => labels.fingerprint === fingerprint);
  if (found !== undefined) return found;
  for (const group of dispatcher.groups()) {
    const held = group.sorted().find(({ labels }) => labels.fingerprint === fingerprint);
    if (held !== undefined) return held;
  }
  return undefined;
}

/** The alert with these labels, also one that only a group holds. */
export function findByLabels(deciding: Deciding, asked: LabelSet): Alert | undefined {
  const found = deciding.alerts.find(({ labels }) => labels.key === asked.key);
  if (found !== undefined) return found;
  for (const route of matchRoutes(deciding.dispatcher.root, asked)) {
    const held = groupOf(deciding, route, asked)
      ?.sorted()
      .find(({ labels }) => labels.key === asked.key);
    if (held !== undefined) return held;
  }
  return undefined;
}

/**
 * Puts together what is known of an alert, or of labels there is no alert of.
 *
 * @param trailOf what was decided and tried last
 */
export function gatherFacts(deciding: Deciding, labels: LabelSet, alert: Alert | undefined, trailOf: TrailOf): Facts {
  const { now, silences, inhibitor } = deciding;
  const places = placesOf(deciding, labels, alert);
  return {
    now,
    labels,
    alert,
    inhibition: inhibitor.inhibitedBy(labels, now),
    silences: silences.silencedBy(labels, now).flatMap((id) => silences.get(id) ?? []),
    groups: places.map((place) => groupFacts(deciding, place, labels, alert, trailOf)),
    intervals: intervalFacts(
      deciding,
      places.map(({ route }) => route),
    ),
  };
}

/** Where an alert goes: a receiver, and the group it is told of it in. */
interface Place {
  readonly receiver: string;
  readonly route: Route;
  readonly labels: LabelSet;
  readonly key: string;
  /** Undefined where it does not exist. */
  readonly group: Group | undefined;
}

function placesOf(deciding: Deciding, labels: LabelSet, alert: Alert | undefined): Place[] {
  const { dispatcher, pipeline, now } = deciding;
  return matchRoutes(dispatcher.root, labels).flatMap((route): Place[] => {
    const group = groupOf(deciding, route, labels);
    const inGroup = groupLabels(route, labels);
    const key = groupKey(route, inGroup);
    const receivers = [route.receiver];
    if (group !== undefined && alert !== undefined) {
      const status = isResolved(alert, now) ? "resolved" : "firing";
      receivers.push(...pipeline.options.planner.classReceiversOf(group, { ...alert, status }));
    }
    return receivers.map((receiver) => ({ receiver, route, labels: inGroup, key, group }));
  });
}

function groupOf({ dispatcher }: Deciding, route: Route, labels: LabelSet): Group | undefined {
  return dispatcher.byId(groupId({ routeId: route.id, groupFingerprint: groupLabels(route, labels).fingerprint }));
}

function groupFacts(
  deciding: Deciding,
  { receiver, route, labels, key, group }: Place,
  asked: LabelSet,
  alert: Alert | undefined,
  trailOf: TrailOf,
): GroupFacts {
  const { config, now } = deciding;
  const held = group?.sorted().find((one) => one.labels.key === asked.key);
  const marks = held === undefined ? undefined : group?.marksOf(held.labels);
  return {
    receiver,
    route,
    groupKey: key,
    labels,
    alerts: group?.size ?? 0,
    flushes: group?.flushes ?? 0,
    isFlushing: group?.flushing ?? false,
    nextFlushAt: group?.nextFlushAt,
    mutedBy: mutedBy(config.timeIntervals, route, now),
    lastLook:
      marks === undefined ? undefined : { inhibited: (marks & INHIBITED) !== 0, silenced: (marks & SILENCED) !== 0 },
    integrations: config.publishers
      .targets(receiver)
      .map((target) => integrationFacts(deciding, target, key, asked, alert, trailOf)),
  };
}

function integrationFacts(
  { notificationLog, outbox, droppedBy, now }: Deciding,
  target: PublisherTarget,
  group: string,
  { logHash }: LabelSet,
  alert: Alert | undefined,
  trailOf: TrailOf,
): IntegrationFacts {
  const key = keyOf(group, target);
  const entry = notificationLog.get(key);
  const own = trailOf(key);
  // What holds up a receiver as a whole holds up each of its integrations.
  const whole = trailOf(receiverKey(group, target.receiver));
  const decisions = [...own.decisions, ...whole.decisions].sort((a, b) => b.at - a.at);
  const { attempts } = own;
  const last: LastTold | undefined = entry && {
    at: entry.timestamp,
    droppedBy: droppedBy(entry),
    firing: entry.firing.length,
    resolved: entry.resolved.length,
    ofAlert: entry.firing.includes(logHash) ? "firing" : entry.resolved.includes(logHash) ? "resolved" : "nothing",
  };
  const status = alert !== undefined && isResolved(alert, now) ? "resolved" : "firing";
  const wants = target.filter === undefined || alert === undefined || target.filter.wants({ ...alert, status });
  return {
    integration: target.type,
    index: target.index,
    sendResolved: target.sendResolved,
    // Whoever was told of an alert is told of its end all the same.
    isWanted: wants || last?.ofAlert === "firing",
    last,
    pending: outbox.get(key) !== undefined || decisions[0]?.outcome === "retrying",
    decisions,
    attempts,
  };
}

function keyOf(group: string, { receiver, type, index }: PublisherTarget): string {
  return logKey(group, receiver, type, index);
}

/** Under which happenings about all integrations of a receiver go. */
function receiverKey(group: string, receiver: string): string {
  return `${group}:${receiver}`;
}

function mutedBy(
  intervals: Deciding["config"]["timeIntervals"],
  { activeTimeIntervals, muteTimeIntervals }: Route,
  now: number,
): GroupFacts["mutedBy"] {
  const contains = (name: string) => containsTime(intervals.get(name) ?? [], now);
  if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(contains)) {
    return { kind: "active", names: activeTimeIntervals };
  }
  const names = muteTimeIntervals.filter(contains);
  return names.length === 0 ? undefined : { kind: "mute", names };
}

function intervalFacts({ config: { timeIntervals }, now }: Deciding, routes: readonly Route[]): IntervalFacts[] {
  const named = (kind: IntervalFacts["kind"], names: readonly string[]) =>
    [...new Set(names)].map((name): IntervalFacts => {
      const intervals = timeIntervals.get(name) ?? [];
      return { name, kind, inForce: containsTime(intervals, now), until: nextChange(intervals, now) };
    });
  return [
    ...named(
      "active",
      routes.flatMap((route) => route.activeTimeIntervals),
    ),
    ...named(
      "mute",
      routes.flatMap((route) => route.muteTimeIntervals),
    ),
  ];
}
