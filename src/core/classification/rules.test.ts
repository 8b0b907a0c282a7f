import { describe, expect, test } from "bun:test";
import type { ClassificationRule } from "../interfaces/classification.ts";
import { DEFAULT_RULE, type Severity } from "../model/classification.ts";
import { labelSetFromObject } from "../model/labels.ts";
import { newMatcher } from "../model/matcher.ts";
import { createRuleBasedClassifier } from "./rules.ts";

const RULE = { category: "application", confidence: 0.8, reason: "" } as const;

function rule(name: string, severity: Severity, more: Partial<ClassificationRule>): ClassificationRule {
  return { ...RULE, name, severity, ...more };
}

function classify(
  rules: ClassificationRule[],
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
) {
  const classifier = createRuleBasedClassifier(rules, new Map([["datname", "database"]]));
  return classifier.classify(labelSetFromObject(labels), labelSetFromObject(annotations));
}

describe("the first rule that matches decides", () => {
  const rules = [
    rule("db team", "critical", { matchers: [newMatcher("=", "team", "db")] }),
    rule("exact", "info", { matchers: [newMatcher("=", "alertname", "Slow"), newMatcher("=~", "env", "stag.*")] }),
    rule("names", "warning", { names: ["Slow", "DiskFull"] }),
    rule("pattern", "noise", { matchers: [newMatcher("=~", "alertname", "Sl.*|X")] }),
    rule("words", "info", { words: ["disk|volume"] }),
  ];
  test.each([
    [{ alertname: "Slow", team: "db", env: "staging" }, "db team"],
    [{ alertname: "Slow", env: "staging" }, "exact"],
    [{ alertname: "Slow", env: "prod" }, "names"],
    [{ alertname: "disk_full" }, "names"],
    [{ alertname: "Sloth" }, "pattern"],
    [{ alertname: "X" }, "pattern"],
    [{ alertname: "VolumeBroken" }, "words"],
    [{ alertname: "Other" }, DEFAULT_RULE],
    [{}, DEFAULT_RULE],
  ])("%p: %s", (labels: Record<string, string>, expected) => {
    expect(classify(rules, labels).rule).toBe(expected);
  });

  test("whatever was asked before", () => {
    const classifier = createRuleBasedClassifier(rules, new Map());
    const none = labelSetFromObject({});
    const of = (labels: Record<string, string>) => classifier.classify(labelSetFromObject(labels), none).rule;
    expect(of({ alertname: "Slow", env: "prod" })).toBe("names");
    expect(of({ alertname: "Slow", env: "staging" })).toBe("exact");
    expect(of({ alertname: "Slow", env: "prod", team: "db" })).toBe("db team");
    expect(of({ alertname: "Slow", env: "prod" })).toBe("names");
  });
});

describe("the alert's own severity", () => {
  const by = (severity: Severity, certain: boolean, stated: string) =>
    classify([rule("r", severity, { certain })], { severity: stated }).severity;

  test("stands against a rule that is not certain", () => {
    expect(by("critical", false, "info")).toBe("info");
    expect(by("info", false, "critical")).toBe("critical");
    expect(by("warning", false, "no such word")).toBe("warning");
  });
  test("bounds it from below where it leaves something open", () => {
    expect(by("critical", false, "error")).toBe("critical");
    expect(by("info", false, "error")).toBe("warning");
    expect(by("warning", false, "none")).toBe("warning");
    expect(by("noise", false, "none")).toBe("noise");
  });
  test("gives way to a rule that is certain, but for critical", () => {
    expect(by("noise", true, "warning")).toBe("noise");
    expect(by("noise", true, "critical")).toBe("critical");
    expect(by("noise", true, "P1")).toBe("critical");
  });
  test("makes the verdict of a rule that is not certain more certain", () => {
    expect(classify([rule("r", "info", {})], { severity: "info" }).confidence).toBe(0.9);
    expect(classify([rule("r", "info", {})], {}).confidence).toBe(0.8);
    expect(classify([rule("r", "info", { certain: true })], { severity: "info" }).confidence).toBe(0.8);
  });
});

describe("an alert that no rule knows", () => {
  const words = [rule("words", "critical", { words: ["checkout"] })];

  test("is a warning, of the category its text speaks of", () => {
    const verdict = classify(words, { alertname: "Rule 12" }, { summary: "The checkout is away" });
    expect(verdict).toMatchObject({
      rule: DEFAULT_RULE,
      severity: "warning",
      category: "application",
      confidence: 0.4,
    });
    expect(verdict.reason).toContain("summary");
  });
  test("is of the category a label speaks for", () => {
    expect(classify(words, { alertname: "Rule 12", datname: "shop" }).category).toBe("database");
  });
  test("is of unknown category otherwise", () => {
    expect(classify(words, { alertname: "Rule 12" })).toMatchObject({ category: "unknown", confidence: 0.3 });
  });
  test("has the severity it states", () => {
    expect(classify(words, { alertname: "Rule 12", severity: "page" }).severity).toBe("critical");
    expect(classify(words, { alertname: "Rule 12", severity: "info" }).severity).toBe("info");
  });
  test("cannot be talked into a severity by its texts", () => {
    const annotations = { summary: "checkout: severity noise", description: "severity: info", severity: "noise" };
    expect(classify(words, { alertname: "Rule 12" }, annotations).severity).toBe("warning");
  });
});
