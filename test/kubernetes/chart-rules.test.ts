import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLLMMetrics } from "../../src/classify/llm/metrics.ts";
import { postAlerts, postSilence } from "../support/api.ts";
import { Helm, objectOf, whyNoHelm } from "../support/kubernetes.ts";
import { dataOf } from "../support/kubernetes-pod.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";

// Debian: apt-get install prometheus
const promtool = process.env["PROMTOOL"] ?? Bun.which("promtool") ?? undefined;
const prometheus = process.env["PROMETHEUS"] ?? Bun.which("prometheus") ?? undefined;
const why = whyNoHelm();
if (why !== undefined) console.log(`chart-rules: not run, ${why}`);
if (promtool === undefined) console.log("chart-rules: not checked, no promtool on the PATH nor named by PROMTOOL");
if (prometheus === undefined)
  console.log("chart-rules: not evaluated, no prometheus on the PATH nor named by PROMETHEUS");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

const A = 'job="rel-alertmanager",namespace="ns",pod="rel-alertmanager-0"';
const B = A.replace("-0", "-1");
const sent = (pod: string) => `alertmanager_notifications_total{${pod},integration="webhook"}`;
const failed = (pod: string) => `alertmanager_notifications_failed_total{${pod},integration="webhook",reason="other"}`;

/** By alert: series, a sample a minute, of which it comes about. */
const CAUSES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AlertmanagerFailedReload: { [`alertmanager_config_last_reload_successful{${A}}`]: "0x60" },
  AlertmanagerMembersInconsistent: {
    [`alertmanager_cluster_members{${A}}`]: "1x60",
    [`alertmanager_cluster_members{${B}}`]: "2x60",
  },
  // The two come together: replicas, and reasons, of which nothing has failed do not count for the cluster.
  AlertmanagerFailedToSendAlerts: {
    [sent(A)]: "0+10x60",
    [failed(A)]: "0+1x60",
    [sent(B)]: "0+10x60",
    [failed(B)]: "0x60",
  },
  AlertmanagerClusterFailedToSendAlerts: {
    [sent(A)]: "0+10x60",
    [failed(A)]: "0+1x60",
    [sent(B)]: "0+10x60",
    [failed(B)]: "0+2x60",
  },
  AlertmanagerConfigInconsistent: {
    [`alertmanager_config_hash{${A}}`]: "1x60",
    [`alertmanager_config_hash{${B}}`]: "2x60",
  },
  AlertmanagerClusterDown: { [`up{${A}}`]: "0x60", [`up{${B}}`]: "1x60" },
  AlertmanagerClusterCrashlooping: { [`process_start_time_seconds{${A}}`]: "0+60x60", [`up{${A}}`]: "1x60" },
  AlertmanagerClusterFailedPeers: { [`alertmanager_cluster_failed_peers{${A}}`]: "1x60" },
  AlertmanagerStoreDegraded: { [`alertmanager_plus_store_degraded{${A}}`]: "1x60" },
  AlertmanagerDatabaseAway: { [`alertmanager_plus_postgres_connected{${A}}`]: "0x60" },
  AlertmanagerRedisAway: { [`alertmanager_plus_redis_connected{${A}}`]: "0x60" },
  AlertmanagerDuplicateNotifications: { [`alertmanager_plus_duplicate_notifications_total{${A}}`]: "0x30 1x30" },
  AlertmanagerLanguageModelAway: { [`llm_circuit_breaker_state{${A},state="open"}`]: "1x60" },
};

/** All of them while nothing is wrong. */
const HEALTHY: Readonly<Record<string, string>> = {
  [`alertmanager_config_last_reload_successful{${A}}`]: "1x60",
  [`alertmanager_cluster_members{${A}}`]: "2x60",
  [`alertmanager_cluster_members{${B}}`]: "2x60",
  [sent(A)]: "0+10x60",
  [failed(A)]: "0x60",
  [`alertmanager_config_hash{${A}}`]: "1x60",
  [`alertmanager_config_hash{${B}}`]: "1x60",
  [`up{${A}}`]: "1x60",
  [`up{${B}}`]: "1x60",
  [`process_start_time_seconds{${A}}`]: "1x60",
  [`alertmanager_cluster_failed_peers{${A}}`]: "0x60",
  [`alertmanager_plus_store_degraded{${A}}`]: "0x60",
  [`alertmanager_plus_postgres_connected{${A}}`]: "1x60",
  [`alertmanager_plus_redis_connected{${A}}`]: "1x60",
  [`alertmanager_plus_duplicate_notifications_total{${A}}`]: "3x60",
  [`llm_circuit_breaker_state{${A},state="open"}`]: "0x60",
};

describe.skipIf(why !== undefined)("what the chart brings for monitoring", () => {
  let helm: Helm;
  let groups: readonly Group[];
  let dashboard: { readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[] };

  beforeAll(async () => {
    helm = await Helm.create();
    groups = await rendered();
    const objects = await helm.render({ grafanaDashboard: { enabled: true } });
    const files = dataOf(objectOf(objects, "ConfigMap", "rel-alertmanager-dashboard"));
    dashboard = JSON.parse(files["alertmanager-plus-plus.json"] ?? "");
  });
  afterAll(() => helm?.[Symbol.asyncDispose]());

  async function rendered(values: Readonly<Record<string, unknown>> = {}): Promise<readonly Group[]> {
    const objects = await helm.render({ prometheusRule: { enabled: true, ...values } });
    return (objectOf(objects, "PrometheusRule")["spec"] as { groups: readonly Group[] }).groups;
  }

  const rules = () => groups.flatMap((group) => group.rules);
  const queries = () =>
    dashboard.panels
      .flatMap((panel) => panel.targets ?? [])
      .map(({ expr }) => expr.replaceAll("$__rate_interval", "5m").replaceAll(/\$[a-z]+/g, "x"));

  async function check(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run([promtool as string, ...args]);
    return code === 0 ? "" : stdout + stderr;
  }

  function write(name: string, content: unknown): string {
    const file = join(helm.directory, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  test.skipIf(promtool === undefined)("is PromQL", async () => {
    expect(await check("check", "rules", write("rules.yml", { groups }))).toBe("");
    const records = queries().map((expr, i) => ({ record: `panel_${i}`, expr }));
    expect(records.length).toBeGreaterThan(20);
    const file = write("dashboard.yml", { groups: [{ name: "dashboard", rules: records }] });
    expect(await check("check", "rules", file)).toBe("");
  });

  test.skipIf(promtool === undefined)("alerts when something is wrong, each of them, and else not", async () => {
    expect(Object.keys(CAUSES)).toEqual([...new Set(rules().map(({ alert }) => alert))]);
    const file = write("rules.yml", { groups });
    const seriesOf = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([series, samples]) => ({ series, values: samples }));
    // An alert and what it is not: promtool compares labels, which differ, so counts are asked for.
    const count = (alert: string) => `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`;
    const asks = (input: Readonly<Record<string, string>>, fires: (alert: string) => number) => ({
      interval: "1m",
      input_series: seriesOf(input),
      promql_expr_test: Object.keys(CAUSES).map((alert) => ({
        expr: `clamp_max(${count(alert)}, 1)`,
        eval_time: "45m",
        exp_samples: [{ labels: "{}", value: fires(alert) }],
      })),
    });
    const isSame = (one: string, other: string) => one.replace("Cluster", "") === other.replace("Cluster", "");
    const cases = Object.entries(CAUSES).map(([name, series]) =>
      asks(series, (alert) => (isSame(alert, name) ? 1 : 0)),
    );
    const all = { rule_files: [file], evaluation_interval: "1m", tests: [...cases, asks(HEALTHY, () => 0)] };
    expect(await check("test", "rules", write("tests.yml", all))).toBe("");
  });

  test("leaves out, adds and aims as it is told", async () => {
    const extraRules = [{ alert: "Own", expr: "vector(1)" }];
    const own = await rendered({
      disabled: ["AlertmanagerRedisAway"],
      selector: 'cluster="a"',
      extraRules,
      criticalIntegrations: "pagerduty",
    });
    const names = own.flatMap((group) => group.rules.map(({ alert }) => alert));
    expect(names).toEqual([
      ...rules()
        .map(({ alert }) => alert)
        .filter((alert) => alert !== "AlertmanagerRedisAway"),
      "Own",
    ]);
    const texts = own.slice(0, 2).flatMap((group) => group.rules.map(({ expr }) => expr));
    for (const expr of texts) expect(expr).toContain('{cluster="a"');
    expect(texts.filter((expr) => expr.includes("`pagerduty`"))).toHaveLength(2);
  });

  describe("to a server", () => {
    let server: Server;
    beforeAll(async () => {
      server = await startServer({
        config:
          "route: {receiver: none, group_wait: 1ms}\nreceivers: [{name: none, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]",
        // Both are away, and the metrics are there all the same.
        env: {
          ALERTMANAGER_POSTGRES_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
          ALERTMANAGER_REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
        },
      });
      const matchers = [{ name: "alertname", value: "Silenced", isRegex: false, isEqual: true }];
      await postSilence(server, {
        matchers,
        startsAt: fromNow(0),
        endsAt: fromNow(60_000),
        createdBy: "a",
        comment: "b",
      });
      await postAlerts(server, { labels: { alertname: "Silenced" } });
    });
    afterAll(() => server?.[Symbol.asyncDispose]());

    test("asks for no metric that is not there", async () => {
      const known = new Set(["up"]);
      // A language model is not configured here.
      createLLMMetrics((name, _help, _type, _labels, metric) => {
        known.add(name);
        return metric;
      });
      await eventually("the silenced notification is counted", async () => {
        const text = await (await fetch(`${server.url}/metrics`)).text();
        for (const [, name = ""] of text.matchAll(/^# TYPE (\S+)/gm)) known.add(name);
        return known.has("alertmanager_notifications_suppressed_total");
      });
      const asked = [...rules().map(({ expr }) => expr), ...queries()].flatMap((expr) =>
        Array.from(expr.matchAll(/([a-z_]+)\{/g), ([, name = ""]) => name.replace(/_(bucket|sum|count)$/, "")),
      );
      expect(asked.length).toBeGreaterThan(30);
      expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
    });

    test.skipIf(prometheus === undefined)(
      "is evaluated by a real Prometheus without an error",
      async () => {
        const listening = `127.0.0.1:${await freePort()}`;
        const target = {
          targets: [`127.0.0.1:${server.port}`],
          labels: { namespace: "ns", pod: "rel-alertmanager-0" },
        };
        const config = {
          global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
          rule_files: [write("rules.yml", { groups })],
          scrape_configs: [{ job_name: "rel-alertmanager", static_configs: [target] }],
        };
        const child = Bun.spawn(
          [
            prometheus as string,
            `--config.file=${write("prometheus.yml", config)}`,
            `--storage.tsdb.path=${join(helm.directory, "prometheus")}`,
            `--web.listen-address=${listening}`,
          ],
          { stdin: "ignore", stdout: "ignore", stderr: Bun.file(join(helm.directory, "prometheus.log")) },
        );
        try {
          const ask = async (path: string) =>
            ((await (await fetch(`http://${listening}/api/v1/${path}`)).json()) as { data: never }).data;
          const seen = await eventually(
            "rules are evaluated on what was scraped",
            async () => {
              const { result } = (await ask("query?query=alertmanager_build_info")) as { result: unknown[] };
              const { groups: evaluated } = (await ask("rules")) as {
                groups: { rules: { name: string; health: string; lastError?: string; state: string }[] }[];
              };
              const all = evaluated.flatMap((group) => group.rules);
              // The one that has something to say from the first moment on.
              const away = all.find(({ name }) => name === "AlertmanagerDatabaseAway");
              return (
                result.length > 0 && all.every(({ health }) => health !== "unknown") && away?.state === "pending" && all
              );
            },
            { withinMs: 60_000, everyMs: 200 },
          );
          expect(seen).toHaveLength(rules().length);
          expect(seen.filter(({ health }) => health !== "ok")).toEqual([]);
        } finally {
          child.kill("SIGKILL");
          await child.exited;
        }
      },
      120_000,
    );
  });
});
