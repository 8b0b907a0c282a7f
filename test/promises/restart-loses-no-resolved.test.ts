import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

// After this the outcome of a send is stored; killed before, the server would rightly send the same again.
const OUTCOME_STORED_MS = 2_000;

const config = (url: string, groupInterval: string) => hookConfig(url, { group_interval: groupInterval });

test.concurrent(
  "an alert whose resolution was accepted just before kill -9 is notified as resolved after the start",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, "2s") });
    const startsAt = fromNow(0);

    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt: fromNow(3_600_000) });
    expect((await hook.take()).message.status).toBe("firing");
    const endsAt = fromNow(0);
    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt });
    await server.kill();
    await server.start();
    const { message } = await hook.takeUntil("is resolved", ({ status }) => status === "resolved");
    expect(Date.parse(message.alerts[0]?.endsAt ?? "")).toBe(Date.parse(endsAt));
    expect(await hook.untaken(2_500)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "an alert that would have expired while the server was down is notified as resolved later",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, "500ms") });

    await postAlerts(server, { labels: { alertname: "test" }, endsAt: fromNow(6_000) });
    expect((await hook.take()).message.status).toBe("firing");
    await pause(OUTCOME_STORED_MS);
    await server.kill();
    await pause(6_000);
    await server.start();
    const { message } = await hook.take({ withinMs: 40_000 });
    expect(message.status).toBe("resolved");
    expect(message.alerts).toHaveLength(1);
    expect(await hook.untaken(1_200)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "where a page may have gone out when the server was killed, its resolution goes out too",
  async () => {
    // The page arrives, but no answer ever does: whether it was delivered is unknown.
    await using hook = new WebhookReceiver((_, index) =>
      index === 0 ? new Promise<Response>(() => undefined) : new Response(),
    );
    await using server = await startServer({ config: config(hook.url, "1s") });
    const startsAt = fromNow(0);

    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt: fromNow(3_600_000) });
    expect((await hook.take()).message.status).toBe("firing");
    await server.kill();
    await server.start();
    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt: fromNow(0) });
    await hook.takeUntil("is resolved", ({ status }) => status === "resolved", { withinMs: 40_000 });
  },
  60_000,
);
