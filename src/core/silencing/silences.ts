import type { LabelSet } from "../model/labels.ts";
import { matchesAll, type Matcher } from "../model/matcher.ts";
import type { Silence } from "../model/silence.ts";
import { silenceState } from "./state.ts";

const NONE: readonly string[] = [];

interface Verdict {
  readonly version: number;
  readonly silencedBy: readonly string[];
}

/** One way of matching an active silence: the silence and one of its matcher sets. */
interface ActiveSet {
  readonly id: string;
  readonly matchers: readonly Matcher[];
}

/**
 * The silences known, and which of them mute an alert.
 *
 * Active ones are indexed by one of their `=` matchers, so that an alert meets only those that share a label with it, and
 * verdicts are kept until the set of active silences changes: by an edit, or by one starting or ending.
 */
export class Silences {
  readonly #byId = new Map<string, Silence>();
  #version = 0;
  /** ms; when the set of active silences changes by itself next. */
  #nextChange = Number.NEGATIVE_INFINITY;
  #byEqual = new Map<string, ActiveSet[]>();
  #others: ActiveSet[] = [];
  #active = 0;
  #verdicts = new WeakMap<LabelSet, Verdict>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Silence | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Silence> {
    return this.#byId.values();
  }

  put(silence: Silence): void {
    this.#byId.set(silence.id, silence);
    this.#nextChange = Number.NEGATIVE_INFINITY;
  }

  /** Removes what ended at least `retention` ms ago and returns the removed IDs (spec §7.5). */
  collectGarbage(now: number, retention: number): string[] {
    const removed: string[] = [];
    for (const silence of this.#byId.values()) {
      if (silence.endsAt.ms + retention > now) continue;
      this.#byId.delete(silence.id);
      removed.push(silence.id);
    }
    return removed;
  }

  /** Stays the same as long as the same silences are active. */
  versionAt(now: number): number {
    if (now >= this.#nextChange) this.#reindex(now);
    return this.#version;
  }

  /** IDs of the active silences that match (spec §7.4). */
  silencedBy(labels: LabelSet, now: number): readonly string[] {
    if (now >= this.#nextChange) this.#reindex(now);
    if (this.#active === 0) return NONE;
    const known = this.#verdicts.get(labels);
    if (known !== undefined && known.version === this.#version) return known.silencedBy;
    const silencedBy = this.#match(labels);
    this.#verdicts.set(labels, { version: this.#version, silencedBy });
    return silencedBy;
  }

  #match(labels: LabelSet): readonly string[] {
    const ids = new Set<string>();
    const consider = (sets: readonly ActiveSet[] | undefined) => {
      for (const set of sets ?? []) if (!ids.has(set.id) && matchesAll(set.matchers, labels)) ids.add(set.id);
    };
    consider(this.#others);
    if (this.#byEqual.size > 0) {
      for (const [name, value] of labels.entries()) consider(this.#byEqual.get(equalKey(name, value)));
    }
    return ids.size === 0 ? NONE : [...ids];
  }

  #reindex(now: number): void {
    this.#version++;
    this.#byEqual = new Map();
    this.#others = [];
    this.#active = 0;
    let next = Number.POSITIVE_INFINITY;
    for (const silence of this.#byId.values()) {
      const state = silenceState(silence, now);
      if (state === "expired") continue;
      const change = state === "pending" ? silence.startsAt : silence.endsAt;
      next = Math.min(next, change.nanos > 0 ? change.ms + 1 : change.ms);
      if (state === "active") this.#index(silence);
    }
    this.#nextChange = next;
  }

  #index(silence: Silence): void {
    this.#active++;
    for (const matchers of silence.matcherSets) {
      const set = { id: silence.id, matchers };
      const equal = matchers.find((m) => m.type === "=" && m.value !== "");
      if (equal === undefined) {
        this.#others.push(set);
        continue;
      }
      const key = equalKey(equal.name, equal.value);
      const sets = this.#byEqual.get(key);
      if (sets === undefined) this.#byEqual.set(key, [set]);
      else sets.push(set);
    }
  }
}

function equalKey(name: string, value: string): string {
  return `${name.length}:${name}${value}`;
}
