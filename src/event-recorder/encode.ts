import { createHash } from "node:crypto";
import type { Inhibition } from "../core/inhibition/inhibitor.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Matcher } from "../core/model/matcher.ts";
import type { NotificationReason, NotifiedAlert } from "../core/model/notification.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Timestamp } from "../core/model/timestamp.ts";
import type { Flush } from "../dispatch/dispatcher.ts";
import type { Group } from "../dispatch/group.ts";
import type { Decision } from "../dispatch/planner.ts";

/** The JSON form of upstream's messages (spec §14): 64-bit numbers are strings, what is empty is left out. */

/** 0, 3, 6 or 9 digits of a second, as many as it takes. */
export function protoTime(ms: number, nanos = 0): string {
  const text = new Date(ms).toISOString();
  const fraction = (text.slice(20, 23) + String(nanos).padStart(6, "0")).replace(/(000){1,3}$/, "");
  return `${text.slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}Z`;
}

function timeOf(time: Timestamp): string {
  return time.isZero ? "0001-01-01T00:00:00Z" : protoTime(time.ms, time.nanos);
}

/** Seconds, with the digits of a second it takes. */
function durationOf(ms: number): string {
  const rest = ms % 1000;
  return `${Math.floor(ms / 1000)}${rest === 0 ? "" : `.${String(rest).padStart(3, "0")}`}s`;
}

function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

function labelsOf(set: LabelSet) {
  if (set.size === 0) return {};
  return { labels: set.entries().map(([key, value]) => (value === "" ? { key } : { key, value })) };
}

export function alertOf(alert: Alert, isResolved: boolean) {
  const { labels, annotations, startsAt, endsAt } = alert;
  const name = labels.get("alertname");
  return {
    fingerprint: decimal(labels.fingerprint),
    ...(name !== "" && { name }),
    labels: labelsOf(labels),
    annotations: labelsOf(annotations),
    startsAt: timeOf(startsAt),
    endsAt: timeOf(endsAt),
    ...(isResolved && { resolved: true }),
  };
}

const hashOf = ({ labels }: Pick<Alert, "labels">) => decimal(labels.logHash);

/** An alert of a group. */
export function groupedAlert(alert: Alert, isResolved: boolean) {
  return { hash: hashOf(alert), details: alertOf(alert, isResolved) };
}

export function groupOf({ key, labels, route }: Group) {
  return {
    groupKey: key,
    groupLabels: labelsOf(labels),
    groupId: createHash("sha256").update(key).digest("hex"),
    receiverName: route.receiver,
  };
}

const TYPES = {
  "=": "TYPE_EQUAL",
  "=~": "TYPE_REGEXP",
  "!=": "TYPE_NOT_EQUAL",
  "!~": "TYPE_NOT_REGEXP",
} as const;

function matcherOf(matcher: Matcher) {
  const { type, name, value } = matcher;
  return { type: TYPES[type], name, ...(value !== "" && { pattern: value }), rendered: matcher.toString() };
}

export function silenceOf(silence: Silence) {
  const { id, matcherSets, startsAt, endsAt, updatedAt, createdBy, comment } = silence;
  const sets = matcherSets.map((set) => set.map(matcherOf));
  return {
    id,
    matchers: sets[0] ?? [],
    startsAt: timeOf(startsAt),
    endsAt: timeOf(endsAt),
    updatedAt: timeOf(updatedAt),
    ...(createdBy !== "" && { createdBy }),
    ...(comment !== "" && { comment }),
    matcherSets: sets.map((matchers) => ({ matchers })),
  };
}

export function mutedOf(labels: LabelSet) {
  return { labels: labelsOf(labels), fingerprint: decimal(labels.fingerprint) };
}

export function ruleOf({ rule }: Inhibition) {
  const { sourceMatchers, targetMatchers, equal, name } = rule;
  return {
    ...(sourceMatchers.length > 0 && { sourceMatchers: sourceMatchers.map(matcherOf) }),
    ...(targetMatchers.length > 0 && { targetMatchers: targetMatchers.map(matcherOf) }),
    ...(equal.length > 0 && { equalLabels: equal }),
    ...(name !== "" && { name }),
  };
}

export function inhibitingOf({ source }: Inhibition): string[] {
  return [decimal(source.labels.fingerprint)];
}

const REASONS: Readonly<Partial<Record<NotificationReason, string>>> = {
  "first notification": "NOTIFY_REASON_FIRST_NOTIFICATION",
  "new alerts added": "NOTIFY_REASON_NEW_ALERTS_IN_GROUP",
  "some alerts resolved": "NOTIFY_REASON_NEW_RESOLVED_ALERTS",
  "all alerts resolved": "NOTIFY_REASON_ALL_ALERTS_RESOLVED",
  "repeat interval elapsed": "NOTIFY_REASON_REPEAT_INTERVAL_ELAPSED",
};

/** @param uuid the group's own, for as long as it lives */
export function notificationOf({ group, alerts: all }: Flush, { row, alerts }: Decision, uuid: string) {
  const told = new Set(alerts.map(({ labels }) => labels));
  const hashes = (some: readonly NotifiedAlert[]) => some.map((alert) => ({ hash: hashOf(alert) }));
  const firing = hashes(alerts.filter(({ status }) => status === "firing"));
  const resolved = hashes(alerts.filter(({ status }) => status === "resolved"));
  const muted = hashes(all.filter(({ labels }) => !told.has(labels)));
  const { matchers, repeatInterval } = group.route;
  const reason = REASONS[row.reason];
  return {
    alerts: alerts.map((alert) => groupedAlert(alert, alert.status === "resolved")),
    ...(firing.length > 0 && { firingAlerts: firing }),
    ...(resolved.length > 0 && { resolvedAlerts: resolved }),
    ...(muted.length > 0 && { mutedAlerts: muted }),
    groupInfo: {
      ...groupOf(group),
      ...(matchers.length > 0 && { matchers: matchers.map(matcherOf) }),
      groupUuid: uuid,
    },
    repeatInterval: durationOf(repeatInterval),
    ...(reason !== undefined && { reason }),
    flushId: String(group.flushes),
    integration: { name: row.integration, ...(row.index > 0 && { index: String(row.index) }) },
  };
}
