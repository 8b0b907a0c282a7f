import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Helm, objectOf, whyNoHelm } from "../support/kubernetes.ts";
import { dataOf } from "../support/kubernetes-pod.ts";
import { readDashboard, ruleGroups, type RuleGroup } from "./monitoring-files.ts";

const why = whyNoHelm();
if (why !== undefined) console.log(`chart-rules: not run, ${why}`);

describe.skipIf(why !== undefined)("what the chart brings for monitoring", () => {
  let helm: Helm;
  beforeAll(async () => {
    helm = await Helm.create();
  });
  afterAll(() => helm?.[Symbol.asyncDispose]());

  async function rendered(values: Readonly<Record<string, unknown>> = {}): Promise<readonly RuleGroup[]> {
    const objects = await helm.render({ prometheusRule: { enabled: true, ...values } });
    return (objectOf(objects, "PrometheusRule")["spec"] as { groups: readonly RuleGroup[] }).groups;
  }

  // monitoring.test.ts has what these say.
  test("is our rules, aimed at the release, and the dashboard", async () => {
    expect(await rendered()).toEqual(ruleGroups('job="rel-alertmanager",namespace="ns"', ".*"));
    const objects = await helm.render({ grafanaDashboard: { enabled: true } });
    const files = dataOf(objectOf(objects, "ConfigMap", "rel-alertmanager-dashboard"));
    expect(JSON.parse(files["alertmanager-plus-plus.json"] ?? "")).toEqual(readDashboard());
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
      ...(await rendered())
        .flatMap((group) => group.rules.map(({ alert }) => alert))
        .filter((alert) => alert !== "AlertmanagerRedisAway"),
      "Own",
    ]);
    const texts = own.slice(0, 2).flatMap((group) => group.rules.map(({ expr }) => expr));
    for (const expr of texts) expect(expr).toContain('{cluster="a"');
    expect(texts.filter((expr) => expr.includes("`pagerduty`"))).toHaveLength(2);
  });
});
