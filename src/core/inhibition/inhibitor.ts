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
  /** The same in a rule further down in the configuration. */
  readonly next: Role | undefined;
}

/** The first of its roles on either side. */
interface Roles {
  readonly asSource: Role | undefined;
  readonly asTarget: Role | undefined;
}

const NONE: Roles = { asSource: undefined, asTarget: undefined };

/**
 * Which alerts inhibit which (spec §8).
 *
 * As upstream, each rule keeps one source for each set of equal values, even where several fire: `inhibitedBy` shows
 * that one, and when it resolves the target is not inhibited until another matching source is heard of again.
 */
export class Inhibitor {
  readonly #rules: readonly RuleState[];
  readonly #roles = new WeakMap<LabelSet, Roles>();
  #version = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map((rule) => new RuleState(rule));
  }

  /** Takes note of an alert that was stored, firing or resolved. */
  observe(alert: Alert): void {
    if (this.#rules.length === 0) return;
    for (let role = this.#rolesOf(alert.labels).asSource; role !== undefined; role = role.next) {
      if (role.state.observe(alert, role, this.#askedAt)) this.#version++;
    }
  }

  /** Stays the same as long as what nothing inhibited is still inhibited by nothing. */
  versionAt(now: number): number {
    // The clock was set back: what had ended has not.
    if (now < this.#askedAt) this.#version++;
    this.#askedAt = now;
    return this.#version;
  }

  /** The first rule in configuration order that inhibits these labels now, if one does. */
  inhibitedBy(labels: LabelSet, now: number): Inhibition | undefined {
    if (this.#rules.length === 0) return undefined;
    for (let role = this.#rolesOf(labels).asTarget; role !== undefined; role = role.next) {
      const source = role.state.sourceFor(role, now);
      if (source !== undefined) return { rule: role.state.rule, source };
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
  let roles = NONE;
  for (let i = rules.length - 1; i >= 0; i--) {
    const state = rules[i] as RuleState;
    const { rule } = state;
    const isSource = matchesAll(rule.sourceMatchers, labels);
    const isTarget = matchesAll(rule.targetMatchers, labels);
    if (!isSource && !isTarget) continue;
    const { asSource, asTarget } = roles;
    const key = equalKey(rule, labels);
    const bothSides = isSource && isTarget;
    roles = {
      asSource: isSource ? { state, key, bothSides, next: asSource } : asSource,
      asTarget: isTarget ? { state, key, bothSides, next: asTarget } : asTarget,
    };
  }
  return roles;
}

/** Joined into a string that stands for itself: put together piece by piece it would hold on to all pieces. */
function equalKey(rule: InhibitRule, labels: LabelSet): string {
  const lengthAndValue = (name: string) => {
    const value = labels.get(name);
    return `${value.length}:${value}`;
  };
  return rule.equal.map(lengthAndValue).join("");
}

/** A source as it was last heard of. */
interface Source {
  alert: Alert;
  readonly role: Role;
}

class RuleState {
  /** Known sources by fingerprint. */
  readonly #sources = new Map<string, Source>();
  /** The kept source by equal values. */
  readonly #kept = new Map<string, Source>();

  constructor(readonly rule: InhibitRule) {}

  /** @returns whether it may now inhibit something that nothing inhibited at `askedAt` or before */
  observe(alert: Alert, role: Role, askedAt: number): boolean {
    const { fingerprint } = alert.labels;
    let source = this.#sources.get(fingerprint);
    const ended = source === undefined || isResolved(source.alert, askedAt);
    if (source === undefined) {
      source = { alert, role };
      this.#sources.set(fingerprint, source);
    } else source.alert = alert;
    const kept = this.#kept.get(role.key);
    if (kept === source) return ended;
    if (kept !== undefined && kept.alert.endsAt.compare(alert.endsAt) > 0) return false;
    this.#kept.set(role.key, source);
    // While the other one fired, it inhibited whatever this one does, unless it was on both sides.
    return kept === undefined || kept.role.bothSides || isResolved(kept.alert, askedAt);
  }

  sourceFor({ key, bothSides }: Role, now: number): Alert | undefined {
    const source = this.#kept.get(key);
    if (source === undefined || isResolved(source.alert, now)) return undefined;
    // What is on both sides is not inhibited by another such, itself included.
    return bothSides && source.role.bothSides ? undefined : source.alert;
  }

  collectGarbage(now: number): void {
    for (const [fingerprint, { alert, role }] of this.#sources) {
      if (!isResolved(alert, now)) continue;
      this.#sources.delete(fingerprint);
      this.#kept.delete(role.key);
    }
  }
}
