import { expect, test } from "bun:test";
import { postAlerts, request } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { startCluster } from "../support/cluster.ts";
import { Server } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";
import { Prometheus } from "./prometheus.ts";
import { metricsOf, mixinRules, TARGET_LABELS } from "./mixin-rules.ts";

// A real Prometheus: the one PROMETHEUS names, or the one on the PATH (Debian: apt-get install prometheus).
const program = process.env["PROMETHEUS"] ?? Bun.which("prometheus") ?? undefined;
if (program === undefined) console.log("mixin: not run, no prometheus on the PATH nor named by PROMETHEUS");

test.skipIf(program === undefined)(
  "no alert of the Alertmanager mixin fires without its cause, and each does with it",
  async () => {
    await using hook = new WebhookReceiver();
    const config = `
route: { receiver: hook, group_wait: 0s, group_interval: 1s, repeat_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: "${hook.url}" }] }]
`;
    await using cluster = await startCluster({ config, size: 3, peerTimeoutMs: 100, givenAll: true });
    const [first, second, third] = cluster.members as [Server, Server, Server];
    const { file, alerts } = mixinRules();
    const targets = { "main-0": at(first), "main-1": at(second), "main-2": at(third) };
    await using prometheus = await Prometheus.start(program as string, file, TARGET_LABELS.job);
    prometheus.scrape(targets, TARGET_LABELS);

    const firing = async () => {
      const rules = await prometheus.rules();
      return [...new Set(rules.filter((rule) => rule.alerts.length > 0).map(({ name }) => name))].sort();
    };
    const seen = new Set<string>();
    const fires = (...names: readonly string[]) =>
      eventually(
        `${names.join(", ")} fire`,
        async () => {
          for (const name of await firing()) seen.add(name);
          return names.every((name) => seen.has(name));
        },
        { withinMs: 60_000, everyMs: 250 },
      );

    // Given three replicas that are well and notify, when the longest range but that of the starts has gone by
    await Promise.all(cluster.members.map((member) => postAlerts(member, { labels: { alertname: "Test" } })));
    await eventually("all rules have been evaluated", async () =>
      (await prometheus.rules()).every(({ health }) => health !== "unknown"),
    );
    await pause(8_500);
    // then each rule finds its metrics, none fails, and none fires.
    for (const rule of await prometheus.rules()) {
      expect({ name: rule.name, health: rule.health, error: rule.lastError ?? "" }).toEqual({
        name: rule.name,
        health: "ok",
        error: "",
      });
      for (const metric of metricsOf(rule.query)) {
        expect({
          metric,
          replicas: await prometheus.count(`count by (pod) (${metric}{job="${TARGET_LABELS.job}"})`),
        }).toEqual({
          metric,
          replicas: 3,
        });
      }
    }
    expect(await firing()).toEqual([]);

    // When there is one the others do not know,
    await using stranger = new Server({ config, clusterPort: await freePort() }, await freePort());
    await stranger.start();
    prometheus.scrape({ ...targets, "main-3": at(stranger) }, TARGET_LABELS);
    await fires("AlertmanagerMembersInconsistent");
    prometheus.scrape(targets, TARGET_LABELS);

    // when the receiver refuses, the configurations differ and one cannot be loaded
    hook.answer = () => new Response("no", { status: 500 });
    second.writeConfig(config.replace("group_wait: 0s", "group_wait: 1ms"));
    expect((await request(second, "POST", "/-/reload")).status).toBe(200);
    third.writeConfig("route: { receiver: nosuch }\nreceivers: []\n");
    expect((await request(third, "POST", "/-/reload")).status).toBe(500);
    await fires(
      "AlertmanagerFailedReload",
      "AlertmanagerConfigInconsistent",
      "AlertmanagerFailedToSendAlerts",
      "AlertmanagerClusterFailedToSendAlerts",
    );
    expect([...seen]).not.toContain("AlertmanagerClusterDown");

    // and when two start again and again, and then stay away.
    third.writeConfig(config);
    for (let i = 0; i < 6; i++) {
      await Promise.all([second.kill(), third.kill()]);
      await Promise.all([second.start(), third.start()]);
      await pause(1_100);
    }
    await fires("AlertmanagerClusterCrashlooping");
    await Promise.all([second.kill(), third.kill()]);
    await fires("AlertmanagerClusterDown", "AlertmanagerClusterFailedPeers");
    expect([...seen].sort()).toEqual([...alerts].sort());
  },
  120_000,
);

function at(server: Server): string {
  return `127.0.0.1:${server.port}`;
}
