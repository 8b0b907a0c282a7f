import type { ClassificationRule } from "../../core/interfaces/classification.ts";
import { SEVERITIES, type Category, type Severity } from "../../core/model/classification.ts";

/**
 * Alerts of one kind, by the names that widely used rule collections give them. Each name stands under the severity its
 * collection gives it, the higher where it gives two: it counts where an alert says nothing about its severity itself.
 */
export interface Family extends Partial<Readonly<Record<Severity, string>>> {
  readonly name: string;
  readonly category: Category;
  /** The severity stands whatever the alert says, but for critical. */
  readonly certain?: boolean;
  readonly reason: string;
  readonly recommendations: readonly string[];
}

/** A known name tells the category nearly for certain, the severity less so: it depends on what is alerted on. */
const CONFIDENCE = 0.85;
const CERTAIN = 0.98;

/** One rule for each severity: `kubernetes-nodes-critical`, … */
export function rulesOf(family: Family): ClassificationRule[] {
  const { name, category, certain = false, reason, recommendations } = family;
  return SEVERITIES.flatMap((severity) => {
    const names = family[severity]?.trim().split(/\s+/) ?? [];
    if (names.length === 0) return [];
    return {
      name: `${name}-${severity}`,
      names,
      severity,
      certain,
      category,
      confidence: certain ? CERTAIN : CONFIDENCE,
      reason,
      recommendations,
    };
  });
}
