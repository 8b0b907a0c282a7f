import { DEFAULT_RULE, type Category, type RuleVerdict } from "../model/classification.ts";
import type { LabelSet } from "../model/labels.ts";
import type { StatedSeverity } from "../model/stated-severity.ts";
import type { RuleIndex } from "./rule-index.ts";
import { backed, severityOf } from "./severity.ts";

// What an alert is about is said at the beginning of its text, which is as long as its sender likes.
const MAX_TEXT = 200;

/**
 * The verdict on an alert that no rule knows: a warning, unless it says otherwise itself. Its texts only lend it a category,
 * for they are anybody's.
 */
export function guess(
  index: RuleIndex,
  labelCategories: ReadonlyMap<string, Category>,
  labels: LabelSet,
  annotations: LabelSet,
  stated: StatedSeverity | undefined,
): RuleVerdict {
  const [category, by, confidence] = categoryOf(index, labelCategories, labels, annotations);
  const severity = severityOf("warning", stated);
  const why = stated === undefined ? "warning for lack of better" : `${severity} as its own label says`;
  return {
    rule: DEFAULT_RULE,
    severity,
    category,
    confidence: stated === undefined ? confidence : backed(confidence),
    reason: `No rule knows this alert: ${why}, ${by}.`,
    recommendations: [],
  };
}

function categoryOf(
  index: RuleIndex,
  labelCategories: ReadonlyMap<string, Category>,
  labels: LabelSet,
  annotations: LabelSet,
): [Category, by: string, confidence: number] {
  for (const name of ["summary", "title", "message", "description"]) {
    const category = index.byWords(annotations.get(name).slice(0, MAX_TEXT))?.category;
    if (category !== undefined) return [category, `${category} by the words of its ${name}`, 0.4];
  }
  for (const label of labels.names) {
    const category = labelCategories.get(label);
    if (category !== undefined) return [category, `${category} because it has the label ${label}`, 0.35];
  }
  return ["unknown", "of unknown category", 0.3];
}
