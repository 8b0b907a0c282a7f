import { expect, test } from "bun:test";
import { metric, postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

test.concurrent(
  "a receiver that fails is tried again until it answers; its sibling is not sent the same twice",
  async () => {
    await using healthy = new WebhookReceiver();
    await using failing = new WebhookReceiver((_, index) => new Response("later", { status: index < 2 ? 500 : 200 }));
    await using server = await startServer({
      config: `
route:
  receiver: both
  group_by: [alertname]
  group_wait: 200ms
  group_interval: 500ms
  repeat_interval: 1h
receivers:
  - name: both
    webhook_configs:
      - url: ${healthy.url}
      - url: ${failing.url}
`,
    });

    await postAlerts(server, { labels: { alertname: "test" } });
    expect(alertLines((await healthy.take()).message)).toEqual(["firing alertname=test"]);
    const attempts = [await failing.take(), await failing.take(), await failing.take()];
    for (const attempt of attempts) expect(alertLines(attempt.message)).toEqual(["firing alertname=test"]);

    // Back-off: 0.5 s and then 0.75 s, each give or take half; it runs from the start of an attempt.
    const [one, two, three] = attempts.map(({ at }) => at) as [number, number, number];
    expect(two - one).toBeGreaterThan(100);
    expect(two - one).toBeLessThan(5_000);
    expect(three - two).toBeGreaterThan(150);
    expect(three - two).toBeLessThan(5_000);

    expect(await failing.untaken(1_300)).toEqual([]);
    expect(await healthy.untaken(0)).toEqual([]);
    expect(await metric(server, "alertmanager_notification_requests_failed_total", { integration: "webhook" })).toBe(2);
    expect(await metric(server, "alertmanager_notifications_failed_total", { integration: "webhook" })).toBe(0);
  },
  60_000,
);

test.concurrent(
  "a receiver that says the request is bad is not tried again",
  async () => {
    await using hook = new WebhookReceiver(() => new Response("no such thing", { status: 404 }));
    await using server = await startServer({
      config: `
route:
  receiver: hook
  group_wait: 200ms
  group_interval: 1h
receivers:
  - name: hook
    webhook_configs:
      - url: ${hook.url}
`,
    });

    await postAlerts(server, { labels: { alertname: "test" } });
    await hook.take();
    expect(await hook.untaken(1_500)).toEqual([]);
    expect(await metric(server, "alertmanager_notifications_failed_total", { reason: "clientError" })).toBe(1);
    expect(server.log()).toContain("notify retry canceled due to unrecoverable error after 1 attempts");
  },
  60_000,
);

test.concurrent(
  "a webhook that does not answer within its timeout is tried again",
  async () => {
    await using hook = new WebhookReceiver(async (_, index) => {
      if (index < 2) await pause(2_000);
      return new Response();
    });
    await using server = await startServer({
      config: `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 200ms
  group_interval: 1m
receivers:
  - name: hook
    webhook_configs:
      - url: ${hook.url}
        timeout: 300ms
`,
    });

    await postAlerts(server, { labels: { alertname: "test" } });
    const first = await hook.take();
    await hook.take();
    const third = await hook.take();
    expect(third.at - first.at).toBeLessThan(9_000);
    expect(alertLines(third.message)).toEqual(["firing alertname=test"]);
    expect(await hook.untaken(1_500)).toEqual([]);
    expect(server.log()).toContain("configured webhook timeout reached (300ms)");
  },
  60_000,
);
