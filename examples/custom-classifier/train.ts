// Trains the classifier anew and writes model.json.
// usage: bun train.ts [alerts.json]
//   alerts.json  [{"severity": …, "category": …, "labels": {…}, "annotations": {…}}, …]; without it, the alerts of this project's
//                own tests that may be learned from
import { readFileSync, writeFileSync } from "node:fs";
import type { Alert } from "../plugin-api.ts";
import { guess, train, type Example } from "./bayes.ts";
import { wordsOf } from "./words.ts";

interface Labelled extends Pick<Alert, "labels" | "annotations"> {
  readonly severity: string;
  readonly category: string;
}

const FOLDS = 10;

async function learnable(): Promise<readonly Labelled[]> {
  const { labelled } = await import("../../test/classification/labelled.ts");
  return labelled
    .filter(({ half }) => half === "open")
    .map(({ severity, category, labels, annotations }) => ({
      severity,
      category,
      labels: Object.fromEntries(labels.entries()),
      annotations: Object.fromEntries(annotations.entries()),
    }));
}

/** The share of examples a model gets right that was trained without them. */
function crossValidated(examples: readonly Example[]): number {
  let right = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = train(examples.filter((_, i) => i % FOLDS !== fold));
    const held = examples.filter((_, i) => i % FOLDS === fold);
    right += held.filter((example) => guess(model, example.words).class === example.class).length;
  }
  return right / examples.length;
}

const [file] = process.argv.slice(2);
const alerts = file === undefined ? await learnable() : (JSON.parse(readFileSync(file, "utf8")) as readonly Labelled[]);
const examples = (key: "severity" | "category") =>
  alerts.map((alert) => ({ words: wordsOf(alert), class: alert[key] }));

const model = { severity: train(examples("severity")), category: train(examples("category")) };
// Counts of one word on one line.
const text = JSON.stringify(model, null, 2).replace(/\[[^\]]*\]/g, (list) => {
  const line = list.replace(/\s+/g, " ").replace("[ ", "[").replace(" ]", "]");
  return line.length < 100 ? line : list;
});
writeFileSync(new URL("model.json", import.meta.url), `${text}\n`);

console.log(`Learned from ${alerts.length} alerts: ${Object.keys(model.severity.words).length} words.`);
for (const key of ["severity", "category"] as const) {
  console.log(`${key}: ${Math.round(100 * crossValidated(examples(key)))} % right of those it was not shown`);
}
