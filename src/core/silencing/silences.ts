import type { LabelSet } from "../model/labels.ts";
import type { Silence } from "../model/silence.ts";
import { SilenceIndex } from "./matching.ts";
import { silenceState } from "./state.ts";

const NONE: readonly string[] = [];

interface Verdict {
  readonly version: number;
  readonly silencedBy: readonly string[];
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
  #index = new SilenceIndex();
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
    const ids = this.#index.match(labels);
    const silencedBy = ids.size === 0 ? NONE : [...ids];
    this.#verdicts.set(labels, { version: this.#version, silencedBy });
    return silencedBy;
  }

  #reindex(now: number): void {
    this.#version++;
    this.#index = new SilenceIndex();
    this.#active = 0;
    let next = Number.POSITIVE_INFINITY;
    for (const silence of this.#byId.values()) {
      const state = silenceState(silence, now);
      if (state === "expired") continue;
      const change = state === "pending" ? silence.startsAt : silence.endsAt;
      next = Math.min(next, change.nanos > 0 ? change.ms + 1 : change.ms);
      if (state !== "active") continue;
      this.#active++;
      this.#index.add(silence);
    }
    this.#nextChange = next;
  }
}
