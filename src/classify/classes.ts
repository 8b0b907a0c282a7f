import type { ClassifierRegistry } from "../core/interfaces/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import { withFloor, type Category, type RuleVerdict, type Severity } from "../core/model/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Verdicts } from "./verdicts.ts";

/** What an alert is taken for, without why. One object for all that are the same. */
export interface Class {
  readonly severity: Severity;
  readonly category: Category;
}

interface ByRules {
  readonly annotations: LabelSet;
  readonly verdict: RuleVerdict;
}

/**
 * The classes of very many alerts, for those who count and filter by them: what the rules say is worked out once for the labels
 * and annotations of an alert, which otherwise takes up to some 30 microseconds.
 */
export class Classes {
  readonly #verdicts: Verdicts;
  readonly #registry: () => ClassifierRegistry;
  #rules: ClassifierRegistry["default"] | undefined;
  #byRules = new WeakMap<LabelSet, ByRules>();
  /** Verdicts of the rules without what differs from alert to alert, so that what is kept of each is little. */
  readonly #shared = new Map<string, RuleVerdict>();

  /** @param registry the one in force */
  constructor(verdicts: Verdicts, registry: () => ClassifierRegistry) {
    this.#verdicts = verdicts;
    this.#registry = registry;
  }

  /** The same severity and category as `Verdicts.of`. */
  of(alert: Alert): Class {
    const rules = this.#ofRules(alert);
    const given = this.#verdicts.given(alert);
    return given === undefined ? rules : withFloor(given, alert.labels, rules);
  }

  #ofRules(alert: Alert): RuleVerdict {
    const { default: rules } = this.#registry();
    if (rules !== this.#rules) {
      this.#rules = rules;
      this.#byRules = new WeakMap();
    }
    const { labels, annotations } = alert;
    const known = this.#byRules.get(labels);
    if (known?.annotations === annotations) return known.verdict;
    const verdict = this.#share(this.#verdicts.rules(alert));
    this.#byRules.set(labels, { annotations, verdict });
    return verdict;
  }

  #share({ rule, severity, category }: RuleVerdict): RuleVerdict {
    const key = JSON.stringify([rule, severity, category]);
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      shared = { rule, severity, category, confidence: 1, reason: "", recommendations: [] };
      this.#shared.set(key, shared);
    }
    return shared;
  }
}
