import type { PublisherFilter } from "../core/interfaces/publishing.ts";
import type { Alert } from "../core/model/alert.ts";
import {
  CATEGORIES,
  compareSeverities,
  isCategory,
  isSeverity,
  SEVERITIES,
  type Category,
  type Verdict,
  type Severity,
} from "../core/model/classification.ts";
import { booleanAt, checkKeys, objectAt, scalarAt, textsAt, type JsonObject } from "./json.ts";
import { Refusal } from "./refusal.ts";

/** What an alert is taken for now. */
export type Classify = (alert: Alert) => Verdict;

/** `filter_config`: all that is given must hold. */
export interface TargetFilter {
  readonly severities: ReadonlySet<Severity> | undefined;
  readonly namespaces: ReadonlySet<string> | undefined;
  /** By label, the values it may have; "" for an alert without it. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly categories: ReadonlySet<Category> | undefined;
  /** 0 to 1 */
  readonly minConfidence: number;
  /** Undefined: as the type of receiver has it. */
  readonly sendResolved: boolean | undefined;
}

/** Each key, and how else it is written. */
const KEYS = {
  severity: ["severity", "severities"],
  min_severity: ["min_severity", "minSeverity"],
  namespaces: ["namespaces", "namespace"],
  labels: ["labels"],
  class: ["class", "classes", "category", "categories"],
  exclude_noise: ["exclude_noise", "excludeNoise"],
  min_confidence: ["min_confidence", "minConfidence"],
  send_resolved: ["send_resolved", "sendResolved"],
} as const;

/** @throws Refusal */
export function readFilter(given: unknown): TargetFilter {
  const config = objectAt(given, "filter_config");
  checkKeys(config, Object.values(KEYS).flat(), "filter_config");
  const [severity, severityKey] = pick(config, "severity");
  const [least, leastKey] = pick(config, "min_severity");
  const [namespaces, namespacesKey] = pick(config, "namespaces");
  const [labels, labelsKey] = pick(config, "labels");
  const [categories, categoriesKey] = pick(config, "class");
  const [noise, noiseKey] = pick(config, "exclude_noise");
  const [confidence, confidenceKey] = pick(config, "min_confidence");
  const [resolved, resolvedKey] = pick(config, "send_resolved");
  const named = textsAt(namespaces, namespacesKey);
  const classes = textsAt(categories, categoriesKey)?.map((name) => categoryOf(name, categoriesKey));
  return {
    severities: severitiesOf(
      [
        Array.isArray(severity) ? listed(severity, severityKey) : atLeast(severity, severityKey),
        atLeast(least, leastKey),
        booleanAt(noise, noiseKey, false) ? SEVERITIES.filter((one) => one !== "noise") : undefined,
      ].filter((some) => some !== undefined),
    ),
    namespaces: named === undefined || named.length === 0 ? undefined : new Set(named),
    labels: labelsOf(labels, labelsKey),
    categories: classes === undefined || classes.length === 0 ? undefined : new Set(classes),
    minConfidence: confidenceOf(confidence, confidenceKey),
    sendResolved: booleanAt(resolved, resolvedKey),
  };
}

/** Undefined where everything passes. */
export function filterOf(filter: TargetFilter, classify: Classify): PublisherFilter | undefined {
  const { severities, namespaces, labels, categories, minConfidence } = filter;
  const asksForClass = severities !== undefined || categories !== undefined || minConfidence > 0;
  if (!asksForClass && namespaces === undefined && labels.size === 0) return undefined;
  return {
    wants(alert) {
      if (namespaces?.has(alert.labels.get("namespace")) === false) return false;
      for (const [name, values] of labels) if (!values.has(alert.labels.get(name))) return false;
      if (!asksForClass) return true;
      const { severity, category, confidence } = classify(alert);
      return severities?.has(severity) !== false && categories?.has(category) !== false && confidence >= minConfidence;
    },
  };
}

function pick(config: JsonObject, name: keyof typeof KEYS): readonly [value: unknown, key: string] {
  const given = KEYS[name].filter((key) => config[key] !== undefined && config[key] !== null);
  if (given.length > 1) throw new Refusal(`filter_config.${name}`, `is given as ${given.join(" and ")}; expected one`);
  const [key = name] = given;
  return [config[key], `filter_config.${key}`];
}

function labelsOf(value: unknown, key: string): TargetFilter["labels"] {
  const texts = (some: unknown) => (Array.isArray(some) ? some : [some]).map((one) => scalarAt(one, key));
  const given = Object.entries(objectAt(value, key));
  return new Map(given.map(([name, values]) => [name, new Set(texts(values))]));
}

function atLeast(value: unknown, key: string): readonly Severity[] | undefined {
  if (value === undefined || value === null) return undefined;
  const least = severityOf(value, key);
  return SEVERITIES.filter((one) => compareSeverities(one, least) >= 0);
}

function listed(values: readonly unknown[], key: string): readonly Severity[] | undefined {
  return values.length === 0 ? undefined : values.map((value) => severityOf(value, key));
}

function severitiesOf(restrictions: readonly (readonly Severity[])[]): ReadonlySet<Severity> | undefined {
  if (restrictions.length === 0) return undefined;
  return new Set(SEVERITIES.filter((one) => restrictions.every((some) => some.includes(one))));
}

function severityOf(value: unknown, key: string): Severity {
  const severity = typeof value === "string" ? value.toLowerCase() : value;
  if (isSeverity(severity)) return severity;
  throw new Refusal(key, `expected one of ${SEVERITIES.join(", ")}, or a list of them`);
}

function categoryOf(value: string, key: string): Category {
  const category = value.toLowerCase();
  if (isCategory(category)) return category;
  throw new Refusal(key, `expected some of ${CATEGORIES.join(", ")}`);
}

function confidenceOf(value: unknown, key: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new Refusal(key, "expected a number from 0 to 1");
}
