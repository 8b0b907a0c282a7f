import type { NotificationHappening, SkipReason } from "../core/interfaces/observing.ts";
import type { PublisherTarget } from "../core/interfaces/publishing.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import type { Group } from "./group.ts";
import type { Decision } from "./planner.ts";

interface Skipped {
  readonly group: Group;
  readonly at: number;
  readonly reason: SkipReason;
  readonly alerts: readonly NotifiedAlert[];
  /** The integration and its key in the notification log; undefined for the receiver as a whole. */
  readonly place?: { readonly target: PublisherTarget; readonly key: string };
}

/** That nothing is sent at a flush. */
export function skipped({ group, at, reason, alerts, place }: Skipped): NotificationHappening {
  return {
    ...ofGroup(group, place?.target.receiver ?? group.route.receiver),
    at,
    change: "skipped",
    key: place?.key ?? `${group.key}:${group.route.receiver}`,
    integration: place?.target.type,
    index: place?.target.index,
    reason,
    ...fingerprints(alerts),
    attempt: 0,
    isFinal: true,
    duration: undefined,
    error: undefined,
  };
}

/** That a receiver's rate limit has a group wait. */
export function rateLimited(
  group: Group,
  receiver: string,
  wait: number,
  alerts: readonly NotifiedAlert[],
  at: number,
): NotificationHappening {
  return {
    ...ofGroup(group, receiver),
    at,
    change: "rate_limited",
    key: `${group.key}:${receiver}`,
    integration: undefined,
    index: undefined,
    reason: "unknown",
    ...fingerprints(alerts),
    attempt: 0,
    isFinal: false,
    duration: wait,
    error: undefined,
  };
}

/** How an attempt, or a notification as a whole, ended. */
export function attempted(
  group: Group,
  { row, alerts }: Decision,
  outcome: Pick<NotificationHappening, "at" | "change" | "attempt" | "isFinal" | "duration" | "error">,
): NotificationHappening {
  const { key, receiver, integration, index, reason } = row;
  return { ...ofGroup(group, receiver), key, integration, index, reason, ...fingerprints(alerts), ...outcome };
}

function ofGroup(group: Group, receiver: string) {
  return {
    kind: "notification",
    origin: "here",
    groupKey: group.key,
    groupLabels: group.labels,
    routeId: group.route.id,
    receiver,
  } as const;
}

function fingerprints(alerts: readonly NotifiedAlert[]): Pick<NotificationHappening, "firing" | "resolved" | "alerts"> {
  const of = (wanted: NotifiedAlert["status"]) =>
    alerts.filter(({ status }) => status === wanted).map(({ labels }) => labels);
  const firing = of("firing");
  const resolved = of("resolved");
  return {
    firing: firing.map(({ fingerprint }) => fingerprint),
    resolved: resolved.map(({ fingerprint }) => fingerprint),
    alerts: [...firing, ...resolved],
  };
}
