import { commonLabels } from "../core/grouping/common.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Notification } from "../core/model/notification.ts";
import { formatNano } from "../core/model/timestamp.ts";
import type * as api from "./api.ts";

/** An alert as plugins are given it. */
export function toPluginAlert({ labels, annotations, startsAt, endsAt, generatorURL }: Alert): api.Alert {
  return {
    labels: toObject(labels),
    annotations: toObject(annotations),
    startsAt: formatNano(startsAt),
    endsAt: formatNano(endsAt),
    generatorURL,
    fingerprint: labels.fingerprint,
  };
}

/** A notification as plugins are given it. */
export function toPluginNotification(notification: Notification, externalURL: string): api.Notification {
  const { alerts, groupKey, groupLabels, routeLabels, receiver, reason, receiverData, idempotencyKey } = notification;
  return {
    receiver,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    alerts: alerts.map((alert) => ({ status: alert.status, ...toPluginAlert(alert) })),
    groupKey,
    groupLabels: toObject(groupLabels),
    commonLabels: toObject(commonLabels(alerts.map(({ labels }) => labels))),
    commonAnnotations: toObject(commonLabels(alerts.map(({ annotations }) => annotations))),
    routeLabels: toObject(routeLabels),
    externalURL,
    reason,
    receiverData,
    idempotencyKey,
  };
}

function toObject(set: LabelSet): api.Labels {
  return Object.fromEntries(set.entries());
}
