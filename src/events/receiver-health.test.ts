import { expect, test } from "bun:test";
import { notificationHappening } from "../../test/support/happenings.ts";
import type { NotificationHappening } from "../core/interfaces/observing.ts";
import { ReceiverHealth } from "./receiver-health.ts";

const NOW = 10_000_000;
const HOUR = 3_600_000;
const PLACE = { receiver: "ops", type: "webhook", index: 0 };

function told(
  change: NotificationHappening["change"],
  more: Partial<NotificationHappening> = {},
): NotificationHappening {
  return notificationHappening({ at: NOW, change, duration: 10, ...more });
}

test("nothing is known of an integration that was never told anything", () => {
  expect(new ReceiverHealth().of(PLACE, NOW)).toMatchObject({
    health: "unknown",
    sent: 0,
    errorRate: 0,
    p50: undefined,
  });
});

test("each attempt counts once, also that with which it failed in the end", () => {
  const health = new ReceiverHealth();
  health.happened(told("failed", { at: NOW - 4, attempt: 1, isFinal: false, error: "first" }));
  health.happened(told("failed", { at: NOW - 3, attempt: 2, isFinal: false, error: "second" }));
  health.happened(told("failed", { at: NOW - 2, attempt: 2, isFinal: true, error: "second" }));
  health.happened(told("skipped", { at: NOW - 2 }));
  expect(health.of(PLACE, NOW)).toMatchObject({
    health: "failing",
    sent: 0,
    failed: 2,
    errorRate: 1,
    lastError: "second",
  });
  health.happened(told("refused", { at: NOW - 1, error: "400" }));
  health.happened(told("delivered"));
  expect(health.of(PLACE, NOW)).toMatchObject({
    health: "ok",
    sent: 1,
    failed: 3,
    errorRate: 0.75,
    lastFailureAt: NOW - 1,
  });
});

test("rate and times are those of the last hour, the times of a receiver that is quick in the middle", () => {
  const health = new ReceiverHealth();
  health.happened(told("refused", { at: NOW - HOUR - 1, duration: 9999 }));
  for (let i = 1; i <= 100; i++) health.happened(told("delivered", { duration: i }));
  expect(health.of(PLACE, NOW)).toMatchObject({ failed: 1, errorRate: 0, p50: 51, p95: 96 });
});

test("a receiver that its rate limit holds back says so for a minute", () => {
  const health = new ReceiverHealth();
  health.happened(told("delivered"));
  health.happened(told("rate_limited", { integration: undefined, index: undefined }));
  expect(health.of(PLACE, NOW + 59_999).health).toBe("rate_limited");
  expect(health.of(PLACE, NOW + 60_000).health).toBe("ok");
});
