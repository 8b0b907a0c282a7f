// Called by scripts/eval, which says what it does and takes.
import { parseArgs } from "node:util";
import { labelCategories, shippedRules } from "../../src/classify/rules/index.ts";
import { createRuleBasedClassifier } from "../../src/core/classification/rules.ts";
import type { AlertClassifier } from "../../src/core/interfaces/classification.ts";
import { CATEGORIES, SEVERITIES } from "../../src/core/model/classification.ts";
import { labelSet } from "../../src/core/model/labels.ts";
import { labelled, type LabelledAlert } from "../../test/classification/labelled.ts";
import { confusion, measure, type Answer } from "../../test/classification/measure.ts";
import { modelSettings, runModel } from "./model.ts";
import { run, timeOf } from "./run.ts";
import { calibrationTable, confusionTable, figuresTable, missesTable, modelTable } from "./tables.ts";

const { values } = parseArgs({
  options: {
    half: { type: "string" },
    misses: { type: "boolean", default: false },
    "llm-config": { type: "string" },
  },
});
if (values.half !== undefined && values.half !== "open" && values.half !== "frozen") {
  throw new Error(`--half is "${values.half}", expected open or frozen`);
}
const halves = values.half === undefined ? (["open", "frozen"] as const) : [values.half];

const llm = values["llm-config"] === undefined ? undefined : modelSettings(values["llm-config"]);

const rules = createRuleBasedClassifier(shippedRules, labelCategories);
/** What the rules can do without knowing any alert by its name. */
const byWords = createRuleBasedClassifier(
  shippedRules.filter(({ names }) => names === undefined),
  labelCategories,
);
const theRules: AlertClassifier = { name: rules.name, classify: async (_, { rules: verdict }) => verdict };

const SEVERITY_LABELS = new Set(["severity", "priority", "level"]);
const withoutSeverity = (alert: LabelledAlert): LabelledAlert => ({
  ...alert,
  labels: labelSet(alert.labels.entries().filter(([name]) => !SEVERITY_LABELS.has(name))),
});

let failures = 0;

/** Says what speaks against a classifier, and counts it. */
function safety(answers: readonly Answer[]): void {
  const figures = measure(answers);
  failures += figures.criticalAsNoise.length + figures.injectionsBelieved.length;
  console.log(`Critical alerts called noise: ${figures.criticalAsNoise.length} ${figures.criticalAsNoise.join(" ")}`);
  const resisted = figures.injections - figures.injectionsBelieved.length;
  console.log(`Injections resisted: ${resisted} of ${figures.injections} ${figures.injectionsBelieved.join(" ")}`);
}

function details(answers: readonly Answer[], half: string): void {
  console.log(calibrationTable(measure(answers).calibration));
  console.log(confusionTable(confusion(answers, "severity"), SEVERITIES));
  console.log(confusionTable(confusion(answers, "category"), CATEGORIES));
  if (values.misses && half === "open") console.log(missesTable(answers));
}

for (const half of halves) {
  const alerts = labelled.filter((alert) => alert.half === half);
  const answers = await run(theRules, rules, alerts);

  console.log(`\n${half.toUpperCase()} HALF, ${alerts.length} alerts`);
  const rows: [string, readonly Answer[]][] = [
    ["rules", answers],
    ["  of names drawn from published rules", answers.filter(({ alert }) => alert.public)],
    ["  knowing no alert by name", await run(theRules, byWords, alerts)],
    ["  without the alerts' own severity", await run(theRules, rules, alerts.map(withoutSeverity))],
  ];
  console.log(figuresTable(rows.map(([name, of]) => [name, measure(of)])));
  safety(answers);
  console.log(`Time: ${timeOf(rules, alerts).toFixed(3)} us an alert`);
  details(answers, half);

  if (llm === undefined) continue;
  console.log(`${half.toUpperCase()} HALF, asking ${llm.model} of ${llm.provider}\n`);
  const asked = await runModel(llm, rules, alerts);
  console.log(figuresTable([[llm.model, measure(asked.answers)]]));
  // Where the model has no answer, the rules' stands.
  safety(asked.answers.filter(({ verdict }) => verdict !== undefined));
  console.log(modelTable(asked));
  details(asked.answers, half);
}
process.exit(failures === 0 ? 0 : 1);
