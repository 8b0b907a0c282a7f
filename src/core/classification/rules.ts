import type { ClassificationRule, RuleBasedClassifier } from "../interfaces/classification.ts";
import type { Category, RuleVerdict, Severity } from "../model/classification.ts";
import type { LabelSet } from "../model/labels.ts";
import { statedSeverity, type StatedSeverity } from "../model/stated-severity.ts";
import { guess } from "./guess.ts";
import { RuleIndex, type Candidate } from "./rule-index.ts";
import { backed, severityOf } from "./severity.ts";

/**
 * The classifier that needs nobody: the first rule that matches says what an alert is; where none does, its texts
 * and labels give a guess at the category.
 *
 * A rule knows the category best, the alert's own severity label the severity: it stands but for rules that are
 * certain, and for what such a label leaves open (`statedSeverity`). Critical by its own label is always critical.
 *
 * @param rules in the order they are tried: the user's, then the shipped ones
 * @param labelCategories which category a label of this name speaks for, where nothing else tells
 */
export function createRuleBasedClassifier(
  rules: readonly ClassificationRule[],
  labelCategories: ReadonlyMap<string, Category>,
): RuleBasedClassifier {
  // Made when somebody first asks: it takes some milliseconds and megabytes.
  let index: RuleIndex | undefined;
  const verdicts = new Map<ClassificationRule, Verdicts>();

  const verdictOf = (rule: ClassificationRule, stated: StatedSeverity | undefined): RuleVerdict => {
    let known = verdicts.get(rule);
    if (known === undefined) verdicts.set(rule, (known = new Map()));
    let verdict = known.get(stated);
    if (verdict === undefined) known.set(stated, (verdict = decide(rule, stated)));
    return verdict;
  };

  return {
    name: "rules",
    classify(labels, annotations) {
      index ??= new RuleIndex(rules);
      const alertname = labels.get("alertname");
      const stated = statedSeverity(labels);
      const rule = firstMatch(index.candidates(alertname), labels);
      if (rule !== undefined) return verdictOf(rule, stated);
      return guess(index, labelCategories, labels, annotations, stated);
    },
  };
}

/** Of one rule, by what the alert says of its severity: there are few such statements, and each is one object. */
type Verdicts = Map<StatedSeverity | undefined, RuleVerdict>;

function firstMatch(candidates: readonly Candidate[], labels: LabelSet): ClassificationRule | undefined {
  for (const { rule, matchers } of candidates) {
    if (matchers.every((matcher) => matcher.matches(labels.get(matcher.name)))) return rule;
  }
  return undefined;
}

function decide(rule: ClassificationRule, stated: StatedSeverity | undefined): RuleVerdict {
  const { name, severity, category, reason, recommendations = [], certain = false } = rule;
  return {
    rule: name,
    severity: certain ? atLeastCritical(severity, stated) : severityOf(severity, stated),
    category,
    confidence: certain || stated === undefined ? rule.confidence : backed(rule.confidence),
    reason,
    recommendations,
  };
}

function atLeastCritical(severity: Severity, stated: StatedSeverity | undefined): Severity {
  return stated?.severity === "critical" ? "critical" : severity;
}
