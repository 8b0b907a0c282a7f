import { commonLabels } from "../core/grouping/common.ts";
import type { Notification, NotifiedAlert } from "../core/model/notification.ts";
import { formatNano } from "../core/model/timestamp.ts";
import { quoteMeta } from "../template/index.ts";
import { isFiring } from "./attempt.ts";
import type { ReceiverDeps } from "./deps.ts";
import type { Json } from "./json.ts";

export interface Message extends JsonObject {
  readonly alerts: readonly JsonObject[];
}

interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * A notification as upstream's own JSON format has it, which webhooks and incident.io take (spec §10.2, §10.17). Common
 * labels and the status are those of the alerts in it.
 *
 * @param truncated how many alerts were left out
 */
export function message(
  version: string,
  notification: Notification,
  truncated: number,
  { externalUrl }: ReceiverDeps,
): Message {
  const { alerts } = notification;
  return {
    receiver: quoteMeta(notification.receiver),
    status: isFiring(notification) ? "firing" : "resolved",
    alerts: alerts.map(alertMessage),
    notification_reason: notification.reason,
    groupLabels: notification.groupLabels,
    commonLabels: commonLabels(alerts.map((alert) => alert.labels)),
    commonAnnotations: commonLabels(alerts.map((alert) => alert.annotations)),
    routeLabels: notification.routeLabels,
    externalURL: externalUrl,
    version,
    groupKey: notification.groupKey,
    truncatedAlerts: truncated,
  };
}

function alertMessage(alert: NotifiedAlert): JsonObject {
  return {
    status: alert.status,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: formatNano(alert.startsAt),
    endsAt: formatNano(alert.endsAt),
    generatorURL: alert.generatorURL,
    fingerprint: alert.labels.fingerprint,
  };
}
