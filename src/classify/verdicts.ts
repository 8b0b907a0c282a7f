import { isByPerson, RULES } from "../core/classification/precedence.ts";
import type { ClassifierRegistry } from "../core/interfaces/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import { DEFAULT_RULE, withFloor, type Classification, type RuleVerdict } from "../core/model/classification.ts";

/** Looks up what a person or a classifier has said. */
export interface Known {
  get(fingerprint: string): Classification | undefined;
}

/** Where even the rules have nothing to say. */
const NO_VERDICT: RuleVerdict = {
  rule: DEFAULT_RULE,
  severity: "warning",
  category: "unknown",
  confidence: 0,
  reason: "",
  recommendations: [],
};

export type Labelled = Pick<Alert, "labels" | "annotations">;

/**
 * What alerts are taken for now: what a person says, or a classifier that is still configured, else what the rules say. It is worked
 * out when somebody asks, takes about a microsecond, and never shows less than the floor.
 */
export class Verdicts {
  readonly #known: Known;
  readonly #registry: () => ClassifierRegistry;

  /** @param registry the one in force */
  constructor(known: Known, registry: () => ClassifierRegistry) {
    this.#known = known;
    this.#registry = registry;
  }

  /** Never throws: notifications are decided by it. */
  rules({ labels, annotations }: Labelled): RuleVerdict {
    try {
      return this.#registry().default.classify(labels, annotations);
    } catch (error) {
      return { ...NO_VERDICT, reason: `The rules failed: ${(error as Error).message}.` };
    }
  }

  /** What somebody other than the rules has said, without the floor. */
  given({ labels }: Pick<Alert, "labels">): Classification | undefined {
    const known = this.#known.get(labels.fingerprint);
    return known !== undefined && this.#counts(known) ? known : undefined;
  }

  of(alert: Labelled & Pick<Alert, "updatedAt">): Classification {
    const { labels, updatedAt } = alert;
    const rules = this.rules(alert);
    const given = this.given(alert);
    if (given !== undefined) return withFloor(given, labels, rules);
    const { rule: _, ...verdict } = rules;
    // Rules need no asking: they say the same about the alert whenever it is looked at.
    return { ...verdict, fingerprint: labels.fingerprint, classifier: RULES, classifiedAt: updatedAt.ms };
  }

  #counts(known: Classification): boolean {
    return isByPerson(known) || this.#registry().get(known.classifier) !== undefined;
  }
}
