import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { metric, postAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { Server } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

/** Posts what it is given to `options.url`, with a word of its own. */
const posting = (word: string) => `
  export default {
    name: "posting",
    apiVersion: 1,
    publisher: {
      async publish(notification, { options, signal }) {
        const body = JSON.stringify({ ...notification, word: "${word}" });
        const { ok, status } = await fetch(options.url, { method: "POST", body, signal });
        return ok ? { ok } : { ok, retry: status >= 500, error: "answered " + status };
      },
    },
  };
`;

const config = (webhook: string) => `
route:
  group_wait: 0s
  group_interval: 1s
  group_by: [alertname]
  receiver: bare
  routes: [{ matchers: [also="yes"], receiver: both }]
receivers:
- name: bare
- name: both
  webhook_configs: [{ url: "${webhook}" }]
`;

async function serverWith(webhook: string, plus: string, files: Readonly<Record<string, string>>): Promise<Server> {
  const server = new Server({ config: config(webhook), args: ["--plus.config.file=plus.yml"] }, await freePort());
  for (const [name, text] of Object.entries({ "plus.yml": plus, ...files }))
    writeFileSync(join(server.directory, name), text);
  await server.start();
  return server;
}

const reload = async (server: Server) => (await fetch(`${server.url}/-/reload`, { method: "POST" })).status;

const isUp = (server: Server) => metric(server, "alertmanager_plus_plugin_up", { plugin: "posting" });

test("a plugin is told what its receiver is told, beside that one's own integrations", async () => {
  await using plugin = new WebhookReceiver();
  await using webhook = new WebhookReceiver();
  const plus = `
plugins: [{ path: posting.ts, options: { url: "${plugin.url}s3cr3t-path" } }]
publishing: { plugins: { bare: posting, both: posting } }
`;
  await using server = await serverWith(webhook.url, plus, { "posting.ts": posting("first") });
  await postAlerts(server, { labels: { alertname: "A" } });
  const first = await plugin.take();
  expect(first.message).toMatchObject({ receiver: "bare", status: "firing", reason: "first notification" });
  await postAlerts(server, { labels: { alertname: "B", also: "yes" } });
  expect((await plugin.take()).message.receiver).toBe("both");
  expect((await webhook.take()).message.receiver).toBe("both");
  await postAlerts(server, { labels: { alertname: "A" }, endsAt: new Date().toISOString() });
  expect((await plugin.take()).message).toMatchObject({ receiver: "bare", status: "resolved" });
  expect(await metric(server, "alertmanager_notifications_total", { integration: "plugin" })).toBe(3);
  expect(await metric(server, "alertmanager_plus_plugin_calls_total", { plugin: "posting", result: "ok" })).toBe(3);

  // A reload starts it from its file as it is now, and sends nothing twice.
  writeFileSync(join(server.directory, "posting.ts"), posting("second"));
  expect(await reload(server)).toBe(200);
  await postAlerts(server, { labels: { alertname: "C" } });
  expect((await plugin.take()).message).toMatchObject({ word: "second", groupLabels: { alertname: "C" } });

  // One that cannot be taken changes nothing.
  writeFileSync(join(server.directory, "plus.yml"), "publishing: { plugins: { bare: nosuch } }\n");
  expect(await reload(server)).toBe(500);
  expect(await isUp(server)).toBe(1);
  await postAlerts(server, { labels: { alertname: "D" } });
  expect((await plugin.take()).message).toMatchObject({ word: "second", groupLabels: { alertname: "D" } });
  expect(plugin.requests.length).toBe(5);
  expect(server.log()).not.toContain("s3cr3t");

  await server.stop();
}, 60_000);

test("a plugin that spins holds up nobody, and a notification it did not send is tried again", async () => {
  await using webhook = new WebhookReceiver();
  const plus = `
plugins: [{ path: posting.ts, timeout: 200ms, options: { url: "${webhook.url}" } }]
publishing: { plugins: { both: posting } }
`;
  const spins = `export default { name: "it", apiVersion: 1, publisher: { publish() { for (;;); } } };`;
  await using server = await serverWith(webhook.url, plus, { "posting.ts": spins });
  const begin = performance.now();
  await postAlerts(server, { labels: { alertname: "A", also: "yes" } });
  await webhook.take();
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect((await fetch(`${server.url}/-/ready`)).status).toBe(200);
  await eventually("it is ended", async () => (await isUp(server)) === 0, { withinMs: 40_000 });
  expect(server.log()).toContain("it did not answer within 200ms");

  // Mended, the next start takes it, without a reload.
  writeFileSync(join(server.directory, "posting.ts"), posting("mended"));
  expect((await webhook.take({ withinMs: 40_000 })).message).toMatchObject({ word: "mended", receiver: "both" });
}, 60_000);
