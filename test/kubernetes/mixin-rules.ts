import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/** Labels of everything scraped: those kube-prometheus gives, by which the rules select and group. */
export const TARGET_LABELS = {
  job: "alertmanager-main",
  namespace: "monitoring",
  service: "alertmanager-main",
  container: "alertmanager",
} as const;

/** A range of so many minutes is one of so many seconds here; process starts are counted over the longest. */
const SECONDS: Readonly<Record<string, number>> = { "5m": 5, "10m": 20, "15m": 8 };

/**
 * The rules of the Alertmanager mixin as a rule file of Prometheus, with ranges of seconds and without waiting: those of the chart,
 * or of the file `MIXIN_RULES` names, a rule file or a PrometheusRule.
 */
export function mixinRules(): { readonly file: RuleFile; readonly alerts: readonly string[] } {
  const path =
    process.env["MIXIN_RULES"] ?? join(import.meta.dir, "../../helm/alertmanager-plus-plus/files/alerts.yaml");
  const read = parse(readFileSync(path, "utf8")) as RuleFile & { readonly spec?: RuleFile };
  const group = (read.spec ?? read).groups.find(({ name }) => name === "alertmanager.rules");
  if (group === undefined) throw new Error(`${path} has no group alertmanager.rules`);
  const rules = group.rules.map(({ alert, expr, labels }) => ({
    alert,
    labels,
    expr: expr
      .replaceAll("SELECTOR", `job="${TARGET_LABELS.job}",namespace="${TARGET_LABELS.namespace}"`)
      .replaceAll("CRITICAL", ".*")
      .replaceAll(/\[(\d+m)\]/g, (text, range: string) => (range in SECONDS ? `[${SECONDS[range]}s]` : text)),
  }));
  return { file: { groups: [{ name: group.name, rules }] }, alerts: [...new Set(rules.map(({ alert }) => alert))] };
}

/** The metrics a rule speaks of. */
export function metricsOf(expr: string): readonly string[] {
  return [...new Set(expr.match(/\b(?:alertmanager_\w+|process_start_time_seconds|up)(?=\{)/g))];
}
