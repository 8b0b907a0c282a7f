import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => hookConfig(url, { group_wait: "400ms", repeat_interval: "1ms" });

test.concurrent(
  "a firing alert is repeated at each tick after the repeat interval until it is resolved, then never",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });
    const startsAt = fromNow(0);

    await postAlerts(server, { labels: { alertname: "test" }, startsAt });
    const first = await hook.take();
    const second = await hook.take();
    expect([first.message.status, second.message.status]).toEqual(["firing", "firing"]);
    expect(second.at - first.at).toBeGreaterThan(100);

    const endsAt = fromNow(0);
    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt });
    const last = await hook.takeUntil("is resolved", ({ status }) => status === "resolved");
    expect(Date.parse(last.message.alerts[0]?.startsAt ?? "")).toBe(Date.parse(startsAt));
    expect(Date.parse(last.message.alerts[0]?.endsAt ?? "")).toBe(Date.parse(endsAt));
    expect(await hook.untaken(1_500)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "with a repeat interval equal to the group interval, the repeat comes at the second tick",
  async () => {
    // Slower than a tick may be late.
    await using hook = new WebhookReceiver(async () => {
      await pause(1_000);
      return new Response();
    });
    await using server = await startServer({
      config: config(hook.url).replace("group_interval: 500ms", "group_interval: 2s").replace("1ms", "2s"),
    });

    // What was sent is dated after the send, so at the next tick it is not quite one interval old (spec §6.6).
    await postAlerts(server, { labels: { alertname: "test" } });
    const first = await hook.take();
    const second = await hook.take();
    expect(second.at - first.at).toBeGreaterThan(3_000);
    expect(second.at - first.at).toBeLessThan(5_900);
  },
  60_000,
);
