import { expect, test } from "bun:test";
import { createClassifierRegistry } from "../core/classification/registry.ts";
import { createRuleBasedClassifier } from "../core/classification/rules.ts";
import { ClassificationTable } from "../core/classification/table.ts";
import type { RuleBasedClassifier } from "../core/interfaces/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { Classes } from "./classes.ts";
import { labelCategories, shippedRules } from "./rules/index.ts";
import { Verdicts } from "./verdicts.ts";

function setup() {
  const counted = (): RuleBasedClassifier & { asked: number } => {
    const rules = createRuleBasedClassifier(shippedRules, labelCategories);
    return {
      name: rules.name,
      asked: 0,
      classify(labels, annotations) {
        this.asked++;
        return rules.classify(labels, annotations);
      },
    };
  };
  const state = { rules: counted(), table: new ClassificationTable() };
  const registry = () => createClassifierRegistry(state.rules, []);
  const verdicts = new Verdicts(state.table, registry);
  return { state, counted, verdicts, classes: new Classes(verdicts, registry) };
}

function alert(labels: Record<string, string>, summary = ""): Alert {
  const at = new Timestamp(0);
  return {
    labels: labelSetFromObject(labels),
    annotations: summary === "" ? EMPTY_LABELS : labelSetFromObject({ summary }),
    startsAt: at,
    endsAt: at,
    updatedAt: at,
    generatorURL: "",
    timeout: true,
  };
}

test("severity and category are those of the whole verdict, and the rules are asked once", () => {
  const { state, verdicts, classes } = setup();
  const alerts = ["KubePodCrashLooping", "Watchdog", "DiskIsFull"].map((alertname) => alert({ alertname }));
  for (const one of alerts) {
    const { severity, category } = verdicts.of(one);
    expect(classes.of(one)).toMatchObject({ severity, category });
  }
  const { asked } = state.rules;
  for (const one of alerts) classes.of({ ...one, updatedAt: new Timestamp(1) });
  expect(state.rules.asked).toBe(asked);
});

test("other annotations and other rules are asked about again", () => {
  const { state, counted, classes } = setup();
  const one = alert({ alertname: "Strange" });
  classes.of(one);
  classes.of({ ...one, annotations: labelSetFromObject({ summary: "the disk is full" }) });
  expect(state.rules.asked).toBe(2);
  state.rules = counted();
  classes.of(one);
  expect(state.rules.asked).toBe(1);
});

test("what a person says counts, but for the floor", () => {
  const { state, classes } = setup();
  const said = { severity: "noise", category: "network", confidence: 1, reason: "", recommendations: [] } as const;
  const usual = alert({ alertname: "A" });
  const critical = alert({ alertname: "A", severity: "critical" });
  for (const { labels } of [usual, critical]) {
    state.table.put({ ...said, fingerprint: labels.fingerprint, classifier: "person", classifiedAt: 1 });
  }
  expect(classes.of(usual)).toMatchObject({ severity: "noise", category: "network" });
  expect(classes.of(critical)).toMatchObject({ severity: "critical", category: "network" });
});
