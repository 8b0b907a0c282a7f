/*
 * Records what the community chart "alertmanager" makes of the cases, for chart-drop-in.test.ts and chart-install.test.ts:
 *
 *     bun test/kubernetes/community/record.ts PATH/helm PATH/charts/alertmanager
 *
 * Objects in lists stand by themselves. What differs with the chart's version only is left out.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../support/run.ts";
import { objectsOf } from "../../support/kubernetes-objects.ts";
import { CASES } from "./cases.ts";

const [helm = "", chart = ""] = process.argv.slice(2);
if (chart === "") throw new Error("usage: record.ts HELM CHART");

async function ask(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run([helm, ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

const directory = mkdtempSync(join(tmpdir(), "record-community-"));
const file = join(directory, "values.json");
const rendered: Record<string, unknown> = {};
for (const [name, { release, values }] of Object.entries(CASES)) {
  writeFileSync(file, JSON.stringify(values));
  rendered[name] = objectsOf(await ask("template", release, chart, "--namespace=ns", `--values=${file}`));
}
rmSync(directory, { recursive: true });

const { version } = parse(await ask("show", "chart", chart)) as { version: string };
const values = parse(await ask("show", "values", chart)) as unknown;
writeFileSync(join(import.meta.dir, "recorded.json"), `${JSON.stringify({ version, values, rendered }, null, 1)}\n`);
