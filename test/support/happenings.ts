import type { NotificationHappening } from "../../src/core/interfaces/observing.ts";
import { EMPTY_LABELS } from "../../src/core/model/labels.ts";

/** A first notification that was delivered at the first attempt, but for what is told otherwise. */
export function notificationHappening(more: Partial<NotificationHappening> = {}): NotificationHappening {
  return {
    kind: "notification",
    at: 1,
    origin: "here",
    change: "delivered",
    key: "{}:{}:ops/webhook/0",
    groupKey: "{}:{}",
    groupLabels: EMPTY_LABELS,
    routeId: "{}",
    receiver: "ops",
    integration: "webhook",
    index: 0,
    reason: "first notification",
    firing: [],
    resolved: [],
    alerts: [],
    attempt: 1,
    isFinal: true,
    duration: 1,
    error: undefined,
    ...more,
  };
}
