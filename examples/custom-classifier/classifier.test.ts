import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlugins, type PluginSettings } from "../../src/config/plus/plugins.ts";
import { readMapping, readRoot } from "../../src/config/plus/reader.ts";
import { parseYaml } from "../../src/config/yaml/parser.ts";
import { createLaunch } from "../../src/plugins/process.ts";
import { alertOf, openPlugin, RULES } from "../../src/plugins/plugins-harness.ts";
import { labelled } from "../../test/classification/labelled.ts";
import { measure } from "../../test/classification/measure.ts";
import { run } from "../../test/support/run.ts";
import { program } from "../../test/support/server.ts";
import plugin from "./classifier.ts";
import { train } from "./bayes.ts";
import { wordsOf } from "./words.ts";

const signal = new AbortController().signal;

async function classify({ labels, annotations }: (typeof labelled)[number]) {
  const alert = {
    startsAt: "",
    endsAt: "",
    generatorURL: "",
    fingerprint: "",
    labels: Object.fromEntries(labels.entries()),
    annotations: Object.fromEntries(annotations.entries()),
  };
  return plugin.classifier?.classify(alert, { options: {}, signal, rules: RULES });
}

test("of the alerts it has not learned from, it is sure of some, and mostly right about those", async () => {
  const unseen = labelled.filter(({ half }) => half === "frozen");
  const all = await Promise.all(unseen.map(async (alert) => ({ alert, verdict: await classify(alert) })));
  const answers = all.filter(({ verdict }) => verdict !== undefined);
  expect(answers.length).toBeGreaterThan(unseen.length / 5);
  const { severityAccuracy, categoryAccuracy, criticalAsNoise } = measure(answers);
  expect(severityAccuracy).toBeGreaterThan(0.8);
  expect(categoryAccuracy).toBeGreaterThan(0.8);
  expect(criticalAsNoise).toEqual([]);
});

test("it counts in how many alerts of a class a word stands, and leaves out what stands in one", () => {
  const example = (name: string, ...words: string[]) => ({ class: name, words: new Set(words) });
  expect(train([example("warning", "disk", "slow"), example("critical", "disk"), example("critical", "down")])).toEqual(
    {
      classes: ["critical", "warning"],
      examples: [2, 1],
      words: { disk: [1, 1] },
    },
  );
});

test("words of names are apart from words of texts, and numbers are none", () => {
  const words = wordsOf({
    labels: { alertname: "HTTPProbe_failed5x", pod: "a-1" },
    annotations: { summary: "Down 3 m" },
  });
  expect([...words]).toEqual(["name:http", "name:probe", "name:failed", "label:pod", "text:down"]);
});

test("the executable runs it, with the settings beside it", async () => {
  const text = readFileSync(join(import.meta.dir, "plus.yml"), "utf8");
  const none: { plugins: readonly PluginSettings[] } = { plugins: [] };
  const [settings] = readRoot(parseYaml(text), {}, readMapping(none, { plugins: readPlugins }), none).plugins;
  expect(settings?.name).toBe("bayes");
  const path = join(import.meta.dir, settings?.path ?? "");
  await using running = openPlugin(path, createLaunch([program]), { ...settings, name: "mine", path });
  const verdict = await running.classify(
    alertOf({ alertname: "VolumeAlmostFull", severity: "critical", device: "/dev/sdb" }),
  );
  expect(verdict).toMatchObject({ severity: "critical", category: "storage" });
  expect(await running.classify(alertOf({ alertname: "Zzz" }))).toBeUndefined();
});

test("one command shows what it does", async () => {
  const { code, stdout } = await run([join(import.meta.dir, "run")]);
  expect(code).toBe(0);
  expect(stdout).toContain("VolumeAlmostFull: critical, storage");
  expect(stdout).toContain("TeaIsCold: not sure");
});
