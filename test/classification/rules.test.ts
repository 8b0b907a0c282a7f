// The shipped rules: that each has something to say, and how good they are. The floors are what scripts/eval measured, less a
// little; what it prints says more.
import { describe, expect, test } from "bun:test";
import { labelCategories, shippedRules } from "../../src/classify/rules/index.ts";
import { squashed } from "../../src/core/classification/words.ts";
import { createRuleBasedClassifier } from "../../src/core/classification/rules.ts";
import { MAX_REASON, MAX_RECOMMENDATION } from "../../src/core/model/classification.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../../src/core/model/labels.ts";
import { labelled } from "./labelled.ts";
import { measure } from "./measure.ts";

const classifier = createRuleBasedClassifier(shippedRules, labelCategories);
const ruleFor = (alertname: string) => classifier.classify(labelSetFromObject({ alertname }), EMPTY_LABELS).rule;
const byName = shippedRules.filter(({ names }) => names !== undefined);
const byWords = shippedRules.filter(({ words }) => words !== undefined);

describe("how good they are", () => {
  const figures = (half: string, published: boolean) =>
    measure(
      labelled
        .filter((alert) => alert.half === half && (!published || alert.public))
        .map((alert) => ({ alert, verdict: classifier.classify(alert.labels, alert.annotations) })),
    );

  test.each([
    ["open", false, 0.98, 0.97],
    ["open", true, 0.95, 0.92],
    ["frozen", false, 0.98, 0.92],
    ["frozen", true, 0.98, 0.72],
  ])("on the %s half, of published rules alone: %p", (half, published, severityF1, categoryF1) => {
    const { severityF1: severity, categoryF1: category } = figures(half, published);
    expect(severity).toBeGreaterThanOrEqual(severityF1);
    expect(category).toBeGreaterThanOrEqual(categoryF1);
  });

  test.each(["open", "frozen"])("no critical alert of the %s half is called noise, no text in it believed", (half) => {
    const { criticalAsNoise, injections, injectionsBelieved } = figures(half, false);
    expect(criticalAsNoise).toEqual([]);
    expect(injections).toBeGreaterThanOrEqual(10);
    expect(injectionsBelieved).toEqual([]);
  });
});

describe("each of them", () => {
  test("has a name of its own and texts within bounds", () => {
    expect(new Set(shippedRules.map(({ name }) => name)).size).toBe(shippedRules.length);
    for (const { reason, recommendations = [] } of shippedRules) {
      expect(reason.length).toBeWithin(20, MAX_REASON);
      expect(recommendations.length).toBeWithin(1, 4);
      for (const text of recommendations) expect(text.length).toBeWithin(20, MAX_RECOMMENDATION);
    }
  });

  test("that goes by names matches each of them: no name stands in two", () => {
    for (const { name, names = [] } of byName) {
      for (const alertname of names) expect([alertname, ruleFor(alertname)]).toEqual([alertname, name]);
    }
    const all = byName.flatMap(({ names = [] }) => names.map(squashed));
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(300);
  });

  test.each(byWords.map(({ name, words = [] }) => [name, words] as const))(
    "that goes by words can be reached: %s",
    (name, words) => {
      const reached = words.flatMap(examples).filter((example) => ruleFor(example) === name);
      expect(reached).not.toEqual([]);
    },
  );

  test("that goes by words keeps what must not be there to the end of a pattern", () => {
    for (const pattern of byWords.flatMap(({ words = [] }) => words)) {
      expect(pattern).toMatch(/^[^ !]+(?: [^ !]+)*(?: !\S+)*$/);
      expect(pattern).not.toMatch(/\|\||\| |\|$/);
    }
  });
});

test.each([
  ["Watchdog", "warning", "noise"],
  ["Watchdog", "", "noise"],
  ["DeadMansSwitch", "none", "noise"],
  ["InfoInhibitor", "none", "noise"],
  // Promise 13 goes before what a name says.
  ["Watchdog", "critical", "critical"],
  ["HardwareWatchdogReset", "", "critical"],
  ["HeartbeatMissing", "", "critical"],
  ["KubeNodeNotReady", "warning", "warning"],
  ["NodeDown", "", "critical"],
  ["node_down", "", "critical"],
] as const)("%s labelled %p is %s", (alertname, severity, expected) => {
  const labels = labelSetFromObject({ alertname, severity });
  expect(classifier.classify(labels, EMPTY_LABELS).severity).toBe(expected);
});

/** Names that fit a pattern: each of the first words of its terms with each other. */
function examples(pattern: string): string[] {
  const terms = pattern.split(" ").filter((term) => !term.startsWith("!"));
  return terms.reduce<string[]>(
    (names, term) => {
      const words = term
        .split("|")
        .slice(0, 12)
        .map((word) => word.replace("*", ""));
      return names.flatMap((name) => words.map((word) => `${name} ${word}`.trim()));
    },
    [""],
  );
}
