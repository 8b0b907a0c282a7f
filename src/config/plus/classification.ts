import type { ClassificationRule } from "../../core/interfaces/classification.ts";
import { CATEGORIES, SEVERITIES, type Category, type Severity } from "../../core/model/classification.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { createMatcherParser } from "../../core/model/matcher-parse.ts";
import { decimal, durationOrNone } from "./numbers.ts";
import { readMapping, readScalar, readSequence, refined, type ReadKey } from "./reader.ts";
import { oneOf, text, typed, type ReadText } from "./values.ts";

const CLASSIFICATION_MODES = ["transparent", "enriched", "transparent_with_recommendations"] as const;
export type ClassificationMode = (typeof CLASSIFICATION_MODES)[number];

/** One receiver more for alerts of a class. None is ever taken away. */
export interface ClassificationRoute {
  /** Of alertmanager.yml. */
  readonly receiver: string;
  /** Empty: any. */
  readonly severities: readonly Severity[];
  /** Empty: any. */
  readonly categories: readonly Category[];
  /** 0 to 1 */
  readonly min_confidence: number;
  /** ms; how long a notification may wait for the class of its alerts. */
  readonly max_wait: number;
}

export interface ClassificationSettings {
  /** What notifications show of classifications: nothing, all of it, or the recommendations alone. */
  readonly mode: ClassificationMode;
  /** Tried before the shipped ones. */
  readonly rules: readonly ClassificationRule[];
  /** ms; for routes that do not say their own. 0: a notification never waits. */
  readonly max_wait: number;
  readonly routes: readonly ClassificationRoute[];
  /** Receivers whose webhooks carry in their payload what the mode shows. */
  readonly webhooks: readonly string[];
}

export const CLASSIFICATION_DEFAULTS: ClassificationSettings = {
  mode: "transparent",
  rules: [],
  max_wait: 0,
  routes: [],
  webhooks: [],
};

const share = readScalar(decimal(0, 1));

/** Matchers as in a route of alertmanager.yml; in doubt as UTF-8 matchers. */
const { parseMatchers } = createMatcherParser("fallback", () => {});
const matchers: ReadText<readonly Matcher[]> = typed("matchers", (value) => parseMatchers(value, "config"));

interface RuleKeys extends Omit<ClassificationRule, "severity" | "matchers"> {
  readonly severity: Severity | undefined;
  /** Each item may hold several. */
  readonly matchers: readonly (readonly Matcher[])[];
}

const RULE_DEFAULTS: RuleKeys = {
  name: "",
  matchers: [],
  severity: undefined,
  category: "unknown",
  confidence: 1,
  reason: "",
  recommendations: [],
};

const readRuleKeys = readMapping(RULE_DEFAULTS, {
  name: readScalar(text),
  matchers: readSequence(readScalar(matchers)),
  severity: readScalar(oneOf(...SEVERITIES)),
  category: readScalar(oneOf(...CATEGORIES)),
  confidence: share,
  reason: readScalar(text),
  recommendations: readSequence(readScalar(text)),
});

const readRule = refined(readRuleKeys, ({ name, severity, reason, ...rule }, at): ClassificationRule => {
  if (name === "") return at.fail("has no name");
  if (severity === undefined) return at.fail(`has no severity; expected one of ${SEVERITIES.join(", ")}`);
  const matchers = rule.matchers.flat();
  if (matchers.length === 0) return at.fail("has no matchers; expected at least one");
  return {
    ...rule,
    name,
    matchers,
    severity,
    reason: reason === "" ? `Matches the rule ${name}.` : reason,
    // Who wrote it knows these alerts.
    certain: true,
  };
});

const readRules = refined(readSequence(readRule), (rules, at) => {
  const names = new Set<string>();
  for (const { name } of rules) {
    if (names.has(name)) return at.fail(`there is more than one rule named ${JSON.stringify(name)}`);
    names.add(name);
  }
  return rules;
});

interface RouteKeys extends Omit<ClassificationRoute, "max_wait"> {
  readonly max_wait: number | undefined;
}

const ROUTE_DEFAULTS: RouteKeys = {
  receiver: "",
  severities: [],
  categories: [],
  min_confidence: 0,
  max_wait: undefined,
};

const readRouteKeys = readMapping(ROUTE_DEFAULTS, {
  receiver: readScalar(text),
  severities: readSequence(readScalar(oneOf(...SEVERITIES))),
  categories: readSequence(readScalar(oneOf(...CATEGORIES))),
  min_confidence: share,
  max_wait: readScalar(durationOrNone),
});

const readRoute = refined(readRouteKeys, (route, at) => {
  if (route.receiver === "") return at.fail("has no receiver");
  if (route.severities.length === 0 && route.categories.length === 0) {
    return at.fail("is for no class; expected severities, categories or both");
  }
  return route;
});

interface ClassificationKeys extends Omit<ClassificationSettings, "routes"> {
  readonly routes: readonly RouteKeys[];
}

const readKeys = readMapping<ClassificationKeys>(CLASSIFICATION_DEFAULTS, {
  mode: readScalar(oneOf(...CLASSIFICATION_MODES)),
  rules: readRules,
  max_wait: readScalar(durationOrNone),
  routes: readSequence(readRoute),
  webhooks: readSequence(readScalar(text)),
});

/** Whether the receivers it names exist is for the reader of both files to check. */
export const readClassification: ReadKey<ClassificationSettings> = refined(readKeys, ({ routes, ...keys }) => {
  const bounded = ({ max_wait = keys.max_wait, ...route }: RouteKeys) => ({ ...route, max_wait });
  return { ...keys, routes: routes.map(bounded) };
});
