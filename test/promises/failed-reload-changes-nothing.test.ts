import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getStatus, metric, postAlerts, request } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string, groupWait = "5s") => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: ${groupWait}
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
`;

const broken: readonly [string, (good: string) => string, string][] = [
  ["not YAML", () => "route: [", "yaml: "],
  ["an empty file", () => "", "no route provided in config"],
  ["an unknown key", (good) => `${good}\nfoo: bar\n`, "field foo not found in type config.plain"],
  [
    "an undefined receiver",
    (good) => good.replace("receiver: hook", "receiver: gone"),
    'undefined receiver "gone" used in route',
  ],
  ["a bad matcher", (good) => `${good}\ninhibit_rules:\n  - source_matchers: ["a=~("]\n`, "error parsing regexp"],
  [
    "a bad template",
    (good) => `${good}\ntemplates: [broken.tmpl]\n`,
    "failed to parse templates: template: broken.tmpl:1:",
  ],
];

test.concurrent(
  "after a reload that fails all stays as it was, and is said why",
  async () => {
    await using hook = new WebhookReceiver();
    const good = config(hook.url);
    await using server = await startServer({ config: good });
    writeFileSync(join(server.directory, "broken.tmpl"), "{{ if }}");
    const before = await getStatus(server);
    const hash = await metric(server, "alertmanager_config_hash");
    expect(await metric(server, "alertmanager_config_last_reload_successful")).toBe(1);

    const posted = performance.now();
    await postAlerts(server, { labels: { alertname: "test" } });
    let last = posted;
    for (const [i, [what, broke, why]] of broken.entries()) {
      // Late enough for it to show if a reload that fails had the group wait anew.
      if (i === broken.length - 1) await pause(3_000);
      last = performance.now();
      server.writeConfig(broke(good));
      const answer = await request(server, "POST", "/-/reload");
      expect({ what, status: answer.status }).toEqual({ what, status: 500 });
      expect(answer.text).toStartWith("failed to reload config: ");
      expect(answer.text).toContain(why);
      expect(await metric(server, "alertmanager_config_last_reload_successful")).toBe(0);
      expect(await metric(server, "alertmanager_config_hash")).toBe(hash);
      expect((await getStatus(server)).config).toEqual(before.config);
    }
    expect(server.log()).toContain("Loading configuration file failed");

    // The group that was waiting went on waiting, and is sent on time.
    const { message, at } = await hook.take();
    expect(alertLines(message)).toEqual(["firing alertname=test"]);
    expect(at - posted).toBeGreaterThan(4_900);
    expect(at - last).toBeLessThan(4_900);

    server.writeConfig(config(hook.url, "100ms"));
    expect((await request(server, "POST", "/-/reload")).status).toBe(200);
    expect(await metric(server, "alertmanager_config_last_reload_successful")).toBe(1);
    expect((await getStatus(server)).config.original).toContain("group_wait: 100ms");
    expect((await hook.untaken(1_000)).map(({ message: sent }) => alertLines(sent))).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "a reload by SIGHUP that fails says why in the log and the metric, and all stays as it was",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, "200ms") });

    server.writeConfig("route: {receiver: gone}");
    server.signal("SIGHUP");
    await eventually(
      "the metric says so",
      async () => (await metric(server, "alertmanager_config_last_reload_successful")) === 0,
    );
    expect(server.log()).toContain('undefined receiver \\"gone\\" used in route');
    await postAlerts(server, { labels: { alertname: "test" } });
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=test"]);
  },
  60_000,
);
