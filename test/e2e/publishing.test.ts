import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { metric, postAlerts, request } from "../support/api.ts";
import { startServer, type ServerOptions } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string, second: string) => `
route:
  receiver: first
  group_by: [alertname]
  group_wait: 200ms
  group_interval: 1s
receivers:
  - name: first
    webhook_configs:
      - url: ${url}
  - name: second
    webhook_configs:
      - url: ${second}
`;

/** Options of a server with these settings of our own. */
function withPlus(config: string, plus: string): ServerOptions & Disposable {
  const file = join(tmpdir(), `plus-${crypto.randomUUID()}.yml`);
  writeFileSync(file, plus);
  return { config, args: [`--plus.config.file=${file}`], [Symbol.dispose]: () => Bun.file(file).delete() };
}

test.concurrent(
  "what a receiver refuses for good goes to the fallback receiver, once, and its end as well",
  async () => {
    await using refusing = new WebhookReceiver(() => new Response("no", { status: 400 }));
    await using fallback = new WebhookReceiver();
    using options = withPlus(config(refusing.url, fallback.url), "publishing: {fallback: second}\n");
    await using server = await startServer(options);
    await postAlerts(server, { labels: { alertname: "A" }, endsAt: fromNow(60_000) });
    const told = await fallback.take();
    expect(told.message).toMatchObject({ status: "firing", receiver: "second" });
    expect(await fallback.untaken(2_500)).toEqual([]);
    await postAlerts(server, { labels: { alertname: "A" }, endsAt: fromNow(0) });
    expect(alertLines((await fallback.take()).message)).toEqual(["resolved alertname=A"]);
    expect(await metric(server, "alertmanager_notifications_failed_total", { integration: "webhook" })).toBeGreaterThan(
      0,
    );
  },
  60_000,
);

test.concurrent(
  "a receiver is not notified more often than its rate limit says, and then with the newest state",
  async () => {
    await using hook = new WebhookReceiver();
    const plus = "publishing:\n  rate_limit:\n    first: {every: 2s, burst: 1}\n";
    using options = withPlus(config(hook.url, hook.url), plus);
    await using server = await startServer(options);
    await postAlerts(server, { labels: { alertname: "A" } });
    const first = await hook.take();
    await postAlerts(server, { labels: { alertname: "B", instance: "1" } });
    await hook.untaken(1_000);
    await postAlerts(server, { labels: { alertname: "B", instance: "2" } });
    const second = await hook.take();
    expect(second.at - first.at).toBeGreaterThan(1_500);
    expect(alertLines(second.message)).toEqual(["firing alertname=B instance=1", "firing alertname=B instance=2"]);
  },
  60_000,
);

test.concurrent(
  "a fallback that is no receiver is refused by name, at the start and by a reload",
  async () => {
    await using hook = new WebhookReceiver();
    using options = withPlus(config(hook.url, hook.url), "publishing: {fallback: second}\n");
    await using server = await startServer(options);
    server.writeConfig(config(hook.url, hook.url).replace("name: second", "name: third"));
    const { status, text } = await request(server, "POST", "/-/reload");
    expect(status).toBe(500);
    expect(text).toContain('publishing.fallback: receiver "second" is not in the configuration');
  },
  60_000,
);
