import { FAILURE_REASONS, type FailureReason } from "../core/model/notification.ts";
import type { Counter, Histogram } from "./instruments.ts";
import type { Registration } from "./registration.ts";

/** What one integration counts. Fetch it once per publisher and keep it until the next reload. */
export interface IntegrationMetrics {
  readonly notifications: Counter;
  readonly requests: Counter;
  readonly requestsFailed: Counter;
  /** s */
  readonly latency: Histogram;
  failed(reason: FailureReason): Counter;
}

/** Upstream's names; all of them are shown from the start (spec §12). */
const INTEGRATIONS =
  "email pagerduty wechat pushover slack opsgenie webhook victorops sns telegram discord webex msteams msteamsv2 incidentio jira rocketchat mattermost".split(
    " ",
  );

/** What is counted for each integration (spec §12). */
export function notificationMetrics({ counters, histograms }: Registration, withReceiver: boolean) {
  const labels = withReceiver ? ["integration", "receiver_name"] : ["integration"];
  const notifications = counters("notifications_total", "The total number of attempted notifications.", labels);
  const failed = counters("notifications_failed_total", "The total number of failed notifications.", [
    ...labels,
    "reason",
  ]);
  const requests = counters(
    "notification_requests_total",
    "The total number of attempted notification requests.",
    labels,
  );
  const requestsFailed = counters(
    "notification_requests_failed_total",
    "The total number of failed notification requests.",
    labels,
  );
  const latency = histograms(
    "notification_latency_seconds",
    "The latency of notifications in seconds.",
    labels,
    [1, 5, 10, 15, 20],
  );
  const integration = (type: string, receiver: string): IntegrationMetrics => {
    const values = withReceiver ? [type, receiver] : [type];
    for (const reason of FAILURE_REASONS) failed.with(...values, reason);
    return {
      notifications: notifications.with(...values),
      requests: requests.with(...values),
      requestsFailed: requestsFailed.with(...values),
      latency: latency.with(...values),
      failed: (reason) => failed.with(...values, reason),
    };
  };
  if (!withReceiver) for (const type of INTEGRATIONS) integration(type, "");
  return {
    /** The children of one integration of one receiver, all at 0 the first time. */
    integration,
    /** Before the integrations of a new configuration ask for theirs: with receiver names the old ones go (spec §12). */
    resetIntegrations(): void {
      if (!withReceiver) return;
      for (const vec of [notifications, failed, requests, requestsFailed, latency]) vec.reset();
    },
  };
}
