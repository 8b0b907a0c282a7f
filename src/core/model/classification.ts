import type { LabelSet } from "./labels.ts";
import type { Severity } from "./severity.ts";
import { statedSeverity } from "./stated-severity.ts";

export { compareSeverities, isSeverity, moreSevere, SEVERITIES, type Severity } from "./severity.ts";

/** What part of the world the alert is about; `unknown` where nothing tells. */
export const CATEGORIES = [
  "infrastructure",
  "kubernetes",
  "storage",
  "resource",
  "performance",
  "application",
  "availability",
  "database",
  "security",
  "network",
  "operations",
  "unknown",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What a classifier says about an alert. Every text is plain text: whoever shows it escapes it. */
export interface Verdict {
  readonly severity: Severity;
  readonly category: Category;
  /** 0 to 1: how likely severity and category are both right. */
  readonly confidence: number;
  /** Why, for a person; at most MAX_REASON characters. */
  readonly reason: string;
  /** What to look at or do first; at most MAX_RECOMMENDATIONS of at most MAX_RECOMMENDATION characters. */
  readonly recommendations: readonly string[];
  /** The language model that was asked, where one was. */
  readonly model?: string;
  /** Tokens in and out together. */
  readonly tokens?: number;
  readonly costUsd?: number;
}

/** The verdict of the rules, with the rule it came from. */
export interface RuleVerdict extends Verdict {
  /** The name of the rule that matched, `DEFAULT_RULE` where none did. */
  readonly rule: string;
}

/** The rule named where no rule matched and the words of the alert were weighed. */
export const DEFAULT_RULE = "default";

/** A verdict as it is kept and shown: about which alert, from whom, since when. */
export interface Classification extends Verdict {
  /** Of the alert's labels. */
  readonly fingerprint: string;
  /** The name of the classifier whose verdict it is. */
  readonly classifier: string;
  /** ms */
  readonly classifiedAt: number;
  /** ms; what people had said until then had been taken back. Of a classifier's, where somebody had said anything. */
  readonly takenBackAt?: number;
}

export const MAX_REASON = 500;
export const MAX_RECOMMENDATIONS = 5;
export const MAX_RECOMMENDATION = 200;

export function isCategory(value: unknown): value is Category {
  return CATEGORIES.some((category) => category === value);
}

// Control characters, and those that turn the direction of the text around them or cannot be seen: tags, which spell hidden
// text, among them.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]+/gu;

/** One line without control characters, of at most `max` characters; what is cut off ends in an ellipsis. */
export function boundedText(text: string, max: number): string {
  const line = text.toWellFormed().replace(UNSEEN, " ").trim();
  if (line.length <= max) return line;
  const cut = line.slice(0, max - 1);
  // Not in the middle of a pair.
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** A verdict of a classifier that is not trusted, such as a model or an extension, with everything within its bounds. */
export function boundedVerdict(verdict: Verdict): Verdict {
  const { confidence } = verdict;
  return {
    ...verdict,
    confidence: Number.isFinite(confidence) ? Math.min(1, Math.max(0, confidence)) : 0,
    reason: boundedText(verdict.reason, MAX_REASON),
    recommendations: verdict.recommendations
      .map((text) => boundedText(text, MAX_RECOMMENDATION))
      .filter((text) => text !== "")
      .slice(0, MAX_RECOMMENDATIONS),
  };
}

/**
 * The floor under every verdict, whoever gave it: the severity is never below critical where the alert's own
 * label or the rules say critical. What it raises says so at the start of its reason.
 *
 * @param labels the alert's
 * @param rules the rules' verdict about the same alert, where there is one
 */
export function withFloor<V extends Verdict>(verdict: V, labels: LabelSet, rules: RuleVerdict | undefined): V {
  if (verdict.severity === "critical") return verdict;
  const by = saidCriticalBy(labels, rules);
  if (by === undefined) return verdict;
  const reason = boundedText(`Kept critical because ${by} says so. ${verdict.reason}`, MAX_REASON);
  return { ...verdict, severity: "critical", reason };
}

function saidCriticalBy(labels: LabelSet, rules: RuleVerdict | undefined): string | undefined {
  if (statedSeverity(labels)?.severity === "critical") return "the alert's own label";
  return rules?.severity === "critical" ? `the rule ${rules.rule}` : undefined;
}
