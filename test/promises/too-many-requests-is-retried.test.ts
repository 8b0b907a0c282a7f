import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => hookConfig(url, { group_interval: "1s" });

const tooMany = (retryAfter: string) => new Response(null, { status: 429, headers: { "Retry-After": retryAfter } });

test.concurrent(
  "a receiver that answers 429 is tried again after the time it asks for",
  async () => {
    await using hook = new WebhookReceiver((_, index) => (index === 0 ? tooMany("3") : new Response()));
    await using server = await startServer({ config: config(hook.url) });
    await postAlerts(server, { labels: { alertname: "test" } });
    const first = await hook.take();
    const second = await hook.take();
    expect(second.at - first.at).toBeGreaterThanOrEqual(2_500);
    expect(second.at - first.at).toBeLessThan(9_000);
    expect(second.body).toBe(first.body);
    expect(await hook.untaken(1_500)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "where that time is past the flush's deadline, the next flush tries",
  async () => {
    await using hook = new WebhookReceiver((_, index) => (index === 0 ? tooMany("3600") : new Response()));
    await using server = await startServer({ config: config(hook.url) });
    await postAlerts(server, { labels: { alertname: "test" } });
    const first = await hook.take();
    // A flush has ten seconds, or its group interval if that is longer.
    const second = await hook.take({ withinMs: 40_000 });
    expect(second.at - first.at).toBeGreaterThan(900);
    expect(second.message.alerts).toEqual(first.message.alerts);
    expect(await hook.untaken(1_500)).toEqual([]);
  },
  60_000,
);
