/*
 * Records what the community chart "alertmanager" makes of the cases, for chart-drop-in.test.ts and chart-install.test.ts:
 *
 *     bun test/kubernetes/community/record.ts PATH/helm PATH/charts/alertmanager
 *
 * Objects in lists stand by themselves. What differs with the chart's version only is left out. The values its own tests install it with, in
 * its directory ci, are cases too.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../support/run.ts";
import { objectsOf } from "../../support/kubernetes-objects.ts";
import { CASES, type Case } from "./cases.ts";

const [helm = "", chart = ""] = process.argv.slice(2);
if (chart === "") throw new Error("usage: record.ts HELM CHART");

async function ask(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run([helm, ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

const directory = mkdtempSync(join(tmpdir(), "record-community-"));
const file = join(directory, "values.json");
const ci: Record<string, Case> = {};
for (const name of readdirSync(join(chart, "ci")).sort()) {
  ci[`ci/${name}`] = { release: "rel", values: parse(readFileSync(join(chart, "ci", name), "utf8")) };
}
const rendered: Record<string, unknown> = {};
for (const [name, { release, values }] of Object.entries({ ...CASES, ...ci })) {
  writeFileSync(file, JSON.stringify(values));
  rendered[name] = objectsOf(await ask("template", release, chart, "--namespace=ns", `--values=${file}`));
}
rmSync(directory, { recursive: true });

const { version } = parse(await ask("show", "chart", chart)) as { version: string };
const values = parse(await ask("show", "values", chart)) as unknown;
writeFileSync(
  join(import.meta.dir, "recorded.json"),
  `${JSON.stringify({ version, values, ci, rendered }, null, 1)}\n`,
);
