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

/** What a label set is to one rule: worked out once, for neither labels nor rules change. */
interface Role {
  readonly state: RuleState;
  /** Its values of the rule's `equal` labels. */
  readonly key: string;
  /** It is on the other side of the rule as well. */
  readonly bothSides: boolean;
}

interface Roles {
  readonly asSource: readonly Role[];
  /** In configuration order. */
  readonly asTarget: readonly Role[];
}

const NONE: Roles = { asSource: [], asTarget: [] };

/**
 * Which alerts inhibit which (spec §8).
 *
 * As upstream, each rule keeps one source for each set of equal values, even where several fire: `inhibitedBy` shows
 * that one, and when it resolves the target is not inhibited until another matching source is heard of again.
 */
export class Inhibitor {
  readonly #rules: readonly RuleState[];
  readonly #roles = new WeakMap<LabelSet, Roles>();

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map((rule) => new RuleState(rule));
  }

  /** Takes note of an alert that was stored, firing or resolved. */
  observe(alert: Alert): void {
    if (this.#rules.length === 0) return;
    for (const { state, key } of this.#rolesOf(alert.labels).asSource) state.observe(alert, key);
  }

  /** The first rule in configuration order that inhibits these labels now, if one does. */
  inhibitedBy(labels: LabelSet, now: number): Inhibition | undefined {
    if (this.#rules.length === 0) return undefined;
    for (const { state, key, bothSides } of this.#rolesOf(labels).asTarget) {
      const source = state.sourceFor(key, bothSides, now);
      if (source !== undefined) return { rule: state.rule, source };
    }
    return undefined;
  }

  /** Forgets sources that are resolved (every 15 minutes upstream). */
  collectGarbage(now: number): void {
    for (const state of this.#rules) state.collectGarbage(now);
  }

  #rolesOf(labels: LabelSet): Roles {
    let roles = this.#roles.get(labels);
    if (roles === undefined) {
      roles = rolesIn(this.#rules, labels);
      this.#roles.set(labels, roles);
    }
    return roles;
  }
}

function rolesIn(rules: readonly RuleState[], labels: LabelSet): Roles {
  const asSource: Role[] = [];
  const asTarget: Role[] = [];
  for (const state of rules) {
    const { rule } = state;
    const isSource = matchesAll(rule.sourceMatchers, labels);
    const isTarget = matchesAll(rule.targetMatchers, labels);
    if (!isSource && !isTarget) continue;
    const role = { state, key: equalKey(rule, labels), bothSides: isSource && isTarget };
    if (isSource) asSource.push(role);
    if (isTarget) asTarget.push(role);
  }
  return asSource.length === 0 && asTarget.length === 0 ? NONE : { asSource, asTarget };
}

function equalKey(rule: InhibitRule, labels: LabelSet): string {
  let key = "";
  for (const name of rule.equal) {
    const value = labels.get(name);
    key += `${value.length}:${value}`;
  }
  return key;
}

class RuleState {
  /** Known source alerts by fingerprint. */
  readonly #sources = new Map<string, Alert>();
  /** The fingerprint of the kept source by equal values. */
  readonly #kept = new Map<string, string>();

  constructor(readonly rule: InhibitRule) {}

  observe(alert: Alert, key: string): void {
    const fingerprint = alert.labels.fingerprint;
    this.#sources.set(fingerprint, alert);
    const kept = this.#kept.get(key);
    if (kept === fingerprint) return;
    const held = kept === undefined ? undefined : this.#sources.get(kept);
    if (held === undefined || held.endsAt.compare(alert.endsAt) <= 0) this.#kept.set(key, fingerprint);
  }

  /** @param bothSides the target is a source of this rule as well: then it is not inhibited by another such, itself included */
  sourceFor(key: string, bothSides: boolean, now: number): Alert | undefined {
    const kept = this.#kept.get(key);
    const source = kept === undefined ? undefined : this.#sources.get(kept);
    if (source === undefined || isResolved(source, now)) return undefined;
    return bothSides && matchesAll(this.rule.targetMatchers, source.labels) ? undefined : source;
  }

  collectGarbage(now: number): void {
    for (const [fingerprint, alert] of this.#sources) {
      if (!isResolved(alert, now)) continue;
      this.#sources.delete(fingerprint);
      this.#kept.delete(equalKey(this.rule, alert.labels));
    }
  }
}
