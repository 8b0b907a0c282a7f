import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLLMMetrics } from "../../src/classify/llm/metrics.ts";
import { postAlerts, postSilence } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { queriesOf, readDashboard, ruleGroups } from "./monitoring-files.ts";
import { Prometheus } from "./prometheus.ts";

// Debian: apt-get install prometheus
const promtool = process.env["PROMTOOL"] ?? Bun.which("promtool") ?? undefined;
const prometheus = process.env["PROMETHEUS"] ?? Bun.which("prometheus") ?? undefined;
// Such as http://admin:admin@localhost:3000
const grafana = process.env["GRAFANA_URL"];
if (promtool === undefined) console.log("monitoring: not checked, no promtool on the PATH nor named by PROMTOOL");
if (prometheus === undefined)
  console.log("monitoring: not evaluated, no prometheus on the PATH nor named by PROMETHEUS");
if (grafana === undefined) console.log("monitoring: the dashboard is not loaded, no Grafana named by GRAFANA_URL");

const JOB = "rel-alertmanager";
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

const groups = ruleGroups(`job="${JOB}",namespace="ns"`, ".*");
const rules = groups.flatMap((group) => group.rules);
const dashboard = readDashboard();

describe("the rules and the dashboard", () => {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-monitoring-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  async function check(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run([promtool as string, ...args]);
    return code === 0 ? "" : stdout + stderr;
  }

  function write(name: string, content: unknown): string {
    const file = join(directory, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  test.skipIf(promtool === undefined)("are PromQL", async () => {
    expect(await check("check", "rules", write("rules.yml", { groups }))).toBe("");
    const records = queriesOf(dashboard).map((expr, i) => ({ record: `panel_${i}`, expr }));
    expect(records.length).toBeGreaterThan(20);
    const file = write("dashboard.yml", { groups: [{ name: "dashboard", rules: records }] });
    expect(await check("check", "rules", file)).toBe("");
  });

  test.skipIf(promtool === undefined)("alert when something is wrong, each of them, and else not", async () => {
    expect(Object.keys(CAUSES)).toEqual([...new Set(rules.map(({ alert }) => alert))]);
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

  describe("of a server", () => {
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

    test("ask for no metric that is not there", async () => {
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
      const asked = [...rules.map(({ expr }) => expr), ...queriesOf(dashboard)].flatMap((expr) =>
        Array.from(expr.matchAll(/([a-z_]+)\{/g), ([, name = ""]) => name.replace(/_(bucket|sum|count)$/, "")),
      );
      expect(asked.length).toBeGreaterThan(30);
      expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
    });

    test.skipIf(prometheus === undefined)(
      "are answered by a real Prometheus without an error",
      async () => {
        await using asked = await Prometheus.start(prometheus as string, { groups }, JOB);
        asked.scrape({ [`${JOB}-0`]: `127.0.0.1:${server.port}` }, { namespace: "ns" });
        const seen = await eventually(
          "rules are evaluated on what was scraped",
          async () => {
            const all = await asked.rules();
            // The one that has something to say from the first moment on.
            const away = all.find(({ name }) => name === "AlertmanagerDatabaseAway");
            return all.every(({ health }) => health !== "unknown") && away?.state === "pending" && all;
          },
          { withinMs: 60_000, everyMs: 200 },
        );
        expect(seen).toHaveLength(rules.length);
        expect(seen.filter(({ health }) => health !== "ok")).toEqual([]);
        for (const query of queriesOf(dashboard)) expect(await asked.count(query)).toBeNumber();
      },
      120_000,
    );
  });

  test.skipIf(grafana === undefined)("a real Grafana takes the dashboard, with all its panels", async () => {
    const { origin, username, password } = new URL(grafana as string);
    const headers = { Authorization: `Basic ${btoa(`${username}:${password}`)}`, "Content-Type": "application/json" };
    await eventually("Grafana is there", async () => (await fetch(`${origin}/api/health`)).ok, { withinMs: 60_000 });
    const body = JSON.stringify({ dashboard, overwrite: true });
    const taken = await fetch(`${origin}/api/dashboards/db`, { method: "POST", headers, body });
    expect([taken.status, await taken.text()]).toEqual([200, expect.stringContaining(dashboard.uid)]);
    const shown = await fetch(`${origin}/api/dashboards/uid/${dashboard.uid}`, { headers });
    const { dashboard: its } = (await shown.json()) as { dashboard: typeof dashboard };
    expect(its.panels.map(({ title }) => title)).toEqual(dashboard.panels.map(({ title }) => title));
  });
});
