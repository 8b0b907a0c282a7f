import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  readPluginReceivers,
  readPlugins,
  type PluginReceiver,
  type PluginSettings,
} from "../../src/config/plus/plugins.ts";
import { readMapping, readRoot } from "../../src/config/plus/reader.ts";
import { Secret } from "../../src/config/secret.ts";
import { parseYaml } from "../../src/config/yaml/parser.ts";
import { createLaunch } from "../../src/plugins/process.ts";
import { alertOf, notificationOf, openPlugin } from "../../src/plugins/plugins-harness.ts";
import { run } from "../../test/support/run.ts";
import { program } from "../../test/support/server.ts";
import { card } from "./card.ts";

interface Posted {
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
}

interface Message {
  readonly attachments: readonly [{ readonly contentType: string; readonly content: object }];
}

/** Teams, which answers as it is told. */
function teams(answer: () => Response) {
  const posted: Posted[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      posted.push({ path: pathname, key: request.headers.get("Idempotency-Key"), body: await request.json() });
      return answer();
    },
  });
  return { url: `${server.url}workflows/s3cr3t-path`, posted, [Symbol.asyncDispose]: () => server.stop(true) };
}

function sender(url: string) {
  const options = new Secret(JSON.stringify({ url, max_alerts: 2 }));
  return openPlugin(join(import.meta.dir, "teams.ts"), createLaunch([program]), { options });
}

test("a notification becomes a card, posted once with its key", async () => {
  await using channel = teams(() => new Response("1"));
  await using plugin = sender(channel.url);
  const alerts = ["db-1", "db-2", "db-3"].map((instance) =>
    alertOf({
      alertname: "DiskFull",
      cluster: "prod_eu",
      instance,
      severity: instance === "db-2" ? "critical" : "warning",
    }),
  );
  expect(await plugin.publish(notificationOf(alerts))).toEqual({ ok: true });
  expect(channel.posted).toMatchObject([{ path: "/workflows/s3cr3t-path", key: "key-1", body: { type: "message" } }]);
  const body = channel.posted[0]?.body as Message;
  const { contentType, content } = body.attachments[0];
  expect(contentType).toBe("application/vnd.microsoft.card.adaptive");
  const since = { title: "since", value: "2026-01-05T12:00:00Z" };
  const block = (instance: string, severity: string, separator: boolean) => ({
    type: "Container",
    separator,
    items: [
      { type: "TextBlock", text: "The disk is full.", wrap: true },
      {
        type: "FactSet",
        facts: [{ title: "instance", value: instance }, { title: "severity", value: severity }, since],
      },
    ],
  });
  expect(content).toMatchObject({
    type: "AdaptiveCard",
    body: [
      { type: "TextBlock", text: "[FIRING:3] DiskFull", color: "attention", style: "heading" },
      block("db-1", "warning", false),
      block("db-2", "critical", true),
      { type: "TextBlock", text: "…and 1 more." },
    ],
    actions: [
      { type: "Action.OpenUrl", title: "Source", url: "http://prometheus.example/graph" },
      {
        type: "Action.OpenUrl",
        title: "Alerts",
        url: "http://alertmanager.example/#/alerts?filter=%7Balertname%3D%22DiskFull%22%7D",
      },
    ],
  });
});

test.each([
  [429, { "Retry-After": "7" }, { retry: true, reason: "rateLimited", retryAfter: 7000 }],
  [503, {}, { retry: true, reason: "serverError" }],
  [400, {}, { retry: false, reason: "clientError" }],
  [401, {}, { retry: false, reason: "authError" }],
])("an answer %d is told as what it means, without the address", async (status, headers, expected) => {
  await using channel = teams(() => new Response(`no luck at ${channel.url}`, { status, headers }));
  await using plugin = sender(channel.url);
  const error = `plugin mine: Teams answered ${status}: no luck at <secret>`;
  expect(await plugin.publish()).toEqual({ ok: false, error, ...expected } as never);
});

test("with nobody there it is tried again, and the address is not shown", async () => {
  await using plugin = sender("http://127.0.0.1:1/workflows/s3cr3t-path");
  const result = await plugin.publish();
  expect(result).toMatchObject({ ok: false, retry: true });
  expect(JSON.stringify(result) + plugin.text()).not.toContain("s3cr3t");
});

test("what an alert says is shown as it is, and a card is never too long for Teams", async () => {
  const { toPluginNotification } = await import("../../src/plugins/convert.ts");
  const shown = (alerts: Parameters<typeof notificationOf>[0]) =>
    JSON.stringify(card(toPluginNotification(notificationOf(alerts), "http://alertmanager.example"), 100));
  expect(shown([alertOf({ alertname: "[x](http://evil.example)" })])).toContain(
    JSON.stringify("\\[x\\](http://evil.example)").slice(1, -1),
  );
  const many = Array.from({ length: 200 }, (_, i) =>
    alertOf({ alertname: "Many", n: String(i), text: "é".repeat(5000) }),
  );
  expect(Buffer.byteLength(shown(many))).toBeLessThan(28_000);
  expect(shown(many)).toMatch(/…and 1[0-9]{2} more/);
});

test("the settings beside it are read, and the receiver needs no integration of its own", () => {
  const text = readFileSync(join(import.meta.dir, "plus.yml"), "utf8");
  interface File {
    readonly plugins: readonly PluginSettings[];
    readonly publishing: { readonly plugins: ReadonlyMap<string, PluginReceiver> };
  }
  const none: File = { plugins: [], publishing: { plugins: new Map() } };
  const publishing = readMapping(none.publishing, { plugins: readPluginReceivers });
  const reader = readMapping(none, { plugins: readPlugins, publishing });
  const file = readRoot(parseYaml(text), { TEAMS_URL: "" }, reader, none);
  expect(file.plugins).toMatchObject([{ name: "teams", path: "teams.ts", timeout: 10_000 }]);
  expect([...file.publishing.plugins]).toEqual([["teams", { plugin: "teams", send_resolved: true }]]);
});

test("one command shows a card", async () => {
  const { code, stdout } = await run([join(import.meta.dir, "run")], { env: { PATH: process.env["PATH"] ?? "" } });
  expect(code).toBe(0);
  expect(stdout).toContain('"[FIRING:2] DiskFull"');
});
