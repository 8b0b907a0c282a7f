import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

const FILES = join(import.meta.dir, "../../helm/alertmanager-plus-plus/files");

/** Our rules for Prometheus, filled in by hand as docs/operations.md says. */
export function ruleGroups(selector: string, critical: string): readonly RuleGroup[] {
  const text = readFileSync(join(FILES, "alerts.yaml"), "utf8");
  const filled = text.replaceAll("SELECTOR", selector).replaceAll("CRITICAL", critical);
  return (parse(filled) as { groups: readonly RuleGroup[] }).groups;
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(FILES, "dashboard.json"), "utf8")) as Dashboard;
}

/** What the dashboard's panels ask Prometheus, with some value for each of its variables. */
export function queriesOf({ panels }: Dashboard): readonly string[] {
  return panels
    .flatMap((panel) => panel.targets ?? [])
    .map(({ expr }) => expr.replaceAll("$__rate_interval", "5m").replaceAll(/\$[a-z]+/g, "x"));
}
