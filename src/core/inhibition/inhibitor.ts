import { isResolved, type Alert } from "../model/alert.ts";
import type { LabelSet } from "../model/labels.ts";
import { matchesAll, type Matcher } from "../model/matcher.ts";

/** An inhibition rule with its deprecated and current matchers merged. */
export interface InhibitRule {
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** Labels on which source and target must agree; absent equals "". */
  readonly equal: readonly string[];
}

export interface Inhibition {
  readonly rule: InhibitRule;
  /** The one source upstream names (spec §8). */
  readonly source: Alert;
}

/**
 * Which alerts inhibit which (spec §8).
 *
 * As upstream, each rule keeps one source for each set of equal values, even where several fire: `inhibitedBy` shows
 * that one, and when it resolves the target is not inhibited until another matching source is heard of again.
 */
export class Inhibitor {
  readonly #rules: readonly RuleState[];

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map((rule) => new RuleState(rule));
  }

  /** Takes note of an alert that was stored, firing or resolved. */
  observe(alert: Alert): void {
    for (const state of this.#rules) state.observe(alert);
  }

  /** The first rule in configuration order that inhibits these labels now, if one does. */
  inhibitedBy(labels: LabelSet, now: number): Inhibition | undefined {
    for (const state of this.#rules) {
      const source = state.sourceFor(labels, now);
      if (source !== undefined) return { rule: state.rule, source };
    }
    return undefined;
  }

  /** Forgets sources that are resolved (every 15 minutes upstream). */
  collectGarbage(now: number): void {
    for (const state of this.#rules) state.collectGarbage(now);
  }
}

class RuleState {
  /** Known source alerts by fingerprint. */
  readonly #sources = new Map<string, Alert>();
  /** The fingerprint of the kept source by equal values. */
  readonly #kept = new Map<string, string>();

  constructor(readonly rule: InhibitRule) {}

  observe(alert: Alert): void {
    if (!matchesAll(this.rule.sourceMatchers, alert.labels)) return;
    const fingerprint = alert.labels.fingerprint;
    this.#sources.set(fingerprint, alert);
    const key = this.#equalKey(alert.labels);
    const kept = this.#kept.get(key);
    if (kept === fingerprint) return;
    const held = kept === undefined ? undefined : this.#sources.get(kept);
    if (held === undefined || held.endsAt.compare(alert.endsAt) <= 0) this.#kept.set(key, fingerprint);
  }

  sourceFor(labels: LabelSet, now: number): Alert | undefined {
    if (this.#kept.size === 0 || !matchesAll(this.rule.targetMatchers, labels)) return undefined;
    const kept = this.#kept.get(this.#equalKey(labels));
    const source = kept === undefined ? undefined : this.#sources.get(kept);
    if (source === undefined || isResolved(source, now)) return undefined;
    // An alert on both sides is not inhibited by another one on both sides, itself included.
    const bothSides =
      matchesAll(this.rule.sourceMatchers, labels) && matchesAll(this.rule.targetMatchers, source.labels);
    return bothSides ? undefined : source;
  }

  collectGarbage(now: number): void {
    for (const [fingerprint, alert] of this.#sources) {
      if (!isResolved(alert, now)) continue;
      this.#sources.delete(fingerprint);
      this.#kept.delete(this.#equalKey(alert.labels));
    }
  }

  #equalKey(labels: LabelSet): string {
    let key = "";
    for (const name of this.rule.equal) {
      const value = labels.get(name);
      key += `${value.length}:${value}`;
    }
    return key;
  }
}
