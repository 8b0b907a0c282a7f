import { isResolved, type Alert } from "../model/alert.ts";
import { HashIndex } from "../model/hash-index.ts";
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
  readonly isSource: boolean;
  readonly isTarget: boolean;
  /** Of its values of the rule's `equal` labels. */
  readonly hash: number;
  /** The same in a rule further down in the configuration. */
  readonly next: Role | undefined;
  /** Those that agree with it, once there were any. */
  equals: Equals | undefined;
  /** While it is a known source. */
  source: Source | undefined;
}

/** A source as it was last heard of. */
interface Source {
  alert: Alert;
  role: Role;
  readonly equals: Equals;
}

/** The known sources of a rule that agree on its `equal` labels. */
interface Equals {
  /** Of one of them. */
  readonly labels: LabelSet;
  /** How many there are; without any it is not used again. */
  size: number;
  readonly hash: number;
  /** The one that inhibits. */
  kept: Source | undefined;
}

/**
 * Which alerts inhibit which (spec §8).
 *
 * As upstream, each rule keeps one source for each set of equal values, even where several fire: `inhibitedBy` shows
 * that one, and when it resolves the target is not inhibited until another matching source is heard of again.
 */
export class Inhibitor {
  readonly #rules: readonly RuleState[];
  /** What a label set is that is neither source nor target of any rule. */
  readonly #none: Role;
  #version = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map((rule) => new RuleState(rule, this));
    const nothing = { name: "", sourceMatchers: [], targetMatchers: [], equal: [] };
    this.#none = roleOf(new RuleState(nothing, this), false, false, 0, undefined);
  }

  /** Takes note of an alert that was stored, firing or resolved. */
  observe(alert: Alert): void {
    if (this.#rules.length === 0) return;
    for (let role: Role | undefined = this.#rolesOf(alert.labels); role !== undefined; role = role.next) {
      if (role.isSource && role.state.observe(alert, role, this.#askedAt)) this.#version++;
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
    for (let role: Role | undefined = this.#rolesOf(labels); role !== undefined; role = role.next) {
      const source = role.isTarget ? role.state.sourceFor(role, labels, now) : undefined;
      if (source !== undefined) return { rule: role.state.rule, source };
    }
    return undefined;
  }

  /** Forgets sources that are resolved (every 15 minutes upstream). */
  collectGarbage(now: number): void {
    for (const state of this.#rules) state.collectGarbage(now);
  }

  /** The first of its roles, in configuration order. */
  #rolesOf(labels: LabelSet): Role {
    const known = labels.roles as Role | undefined;
    if (known !== undefined && known.state.owner === this) return known;
    let first: Role | undefined;
    for (const state of this.#rules.toReversed()) {
      const { sourceMatchers, targetMatchers, equal } = state.rule;
      const isSource = matchesAll(sourceMatchers, labels);
      const isTarget = matchesAll(targetMatchers, labels);
      if (isSource || isTarget) first = roleOf(state, isSource, isTarget, hashOf(equal, labels), first);
    }
    const role = first ?? this.#none;
    labels.roles = role;
    return role;
  }
}

function roleOf(state: RuleState, isSource: boolean, isTarget: boolean, hash: number, next: Role | undefined): Role {
  return { state, isSource, isTarget, hash, next, equals: undefined, source: undefined };
}

/** FNV-1a, 32 bits, over the values. What has equal hashes is compared; a string of all values would take far more memory. */
function hashOf(names: readonly string[], labels: LabelSet): number {
  let hash = 0x811c9dc5;
  for (const name of names) {
    const value = labels.get(name);
    for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash;
}

class RuleState {
  #sources: Source[] = [];
  #equals: Equals[] = [];
  /** Their places in the list by hash. */
  readonly #index = new HashIndex();

  constructor(
    readonly rule: InhibitRule,
    readonly owner: Inhibitor,
  ) {}

  /** @returns whether it may now inhibit something that nothing inhibited at `askedAt` or before */
  observe(alert: Alert, role: Role, askedAt: number): boolean {
    const known = role.source ?? this.#keptOf(alert, role);
    const source = known ?? this.#add(alert, role);
    const ended = known === undefined || isResolved(known.alert, askedAt);
    source.alert = alert;
    const { kept } = source.equals;
    if (kept === source) return ended;
    if (kept !== undefined && kept.alert.endsAt.compare(alert.endsAt) > 0) return false;
    source.equals.kept = source;
    // While the other one fired, it inhibited whatever this one does, unless it was on both sides.
    return kept === undefined || kept.role.isTarget || isResolved(kept.alert, askedAt);
  }

  sourceFor(role: Role, labels: LabelSet, now: number): Alert | undefined {
    const source = this.#equalsOf(role, labels)?.kept;
    if (source === undefined || isResolved(source.alert, now)) return undefined;
    // What is on both sides is not inhibited by another such, itself included.
    return role.isSource && source.role.isTarget ? undefined : source.alert;
  }

  /** Lets go of resolved sources and with each of the one that is kept with its values, as upstream does. */
  collectGarbage(now: number): void {
    const firing = this.#sources.filter(({ alert }) => !isResolved(alert, now));
    if (firing.length === this.#sources.length) return;
    // That it is kept is told by the labels it came with last.
    const stillKnown = new Set(firing.map(({ alert }) => alert.labels.fingerprint));
    for (const { alert, role, equals } of this.#sources) {
      if (!isResolved(alert, now)) continue;
      role.source = undefined;
      if (!stillKnown.has(alert.labels.fingerprint)) equals.kept = undefined;
      equals.size--;
    }
    this.#sources = firing;
    this.#equals = this.#equals.filter(({ size }) => size > 0);
    this.#index.clear();
    for (const [i, { hash }] of this.#equals.entries()) this.#index.add(hash, i);
  }

  /** Once an alert was let go of, its labels are another set when it comes again, but it is the same source. */
  #keptOf({ labels }: Alert, role: Role): Source | undefined {
    const kept = this.#equalsOf(role, labels)?.kept;
    if (kept?.alert.labels.fingerprint !== labels.fingerprint) return undefined;
    kept.role = role;
    role.source = kept;
    return kept;
  }

  #equalsOf(role: Role, labels: LabelSet): Equals | undefined {
    if (role.equals !== undefined && role.equals.size > 0) return role.equals;
    const index = this.#index;
    for (let slot = index.first(role.hash); slot >= 0; slot = index.next(slot)) {
      const equals = this.#equals[index.at(slot)] as Equals;
      if (!this.#agree(equals.labels, labels)) continue;
      role.equals = equals;
      return equals;
    }
    return undefined;
  }

  #agree(one: LabelSet, other: LabelSet): boolean {
    return this.rule.equal.every((name) => one.get(name) === other.get(name));
  }

  #add(alert: Alert, role: Role): Source {
    let equals = this.#equalsOf(role, alert.labels);
    if (equals === undefined) {
      equals = { labels: alert.labels, size: 0, hash: role.hash, kept: undefined };
      this.#index.add(role.hash, this.#equals.push(equals) - 1);
      role.equals = equals;
    }
    equals.size++;
    const source = { alert, role, equals };
    this.#sources.push(source);
    role.source = source;
    return source;
  }
}
