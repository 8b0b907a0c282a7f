import type { AttemptRecord, DecisionRecord } from "../../core/explain/facts.ts";
import { attemptOf, decisionOf } from "../../core/explain/records.ts";
import type { Happening, Observer } from "../../core/interfaces/observing.ts";

/** The last decisions and attempts for one integration of one group, or for a receiver as a whole; newest first. */
export interface Trail {
  readonly decisions: readonly DecisionRecord[];
  readonly attempts: readonly AttemptRecord[];
}

export const NO_TRAIL: Trail = { decisions: [], attempts: [] };

/** What is kept; newest last. */
interface Kept {
  readonly decisions: DecisionRecord[];
  readonly attempts: AttemptRecord[];
}

const MOST_OF_EACH = 4;
/** Integrations of groups, those heard of last. */
const MOST_TRAILS = 5000;

/**
 * The last decisions and attempts of this server, by the key of the notification log. Bounded in every way and begun with a
 * group's first flush: what is older, or was another server's, is in the history.
 */
export class Recent implements Observer {
  readonly #trails = new Map<string, Kept>();

  get size(): number {
    return this.#trails.size;
  }

  /** Keys of the notification log, and of receivers as a whole. */
  keys(): IterableIterator<string> {
    return this.#trails.keys();
  }

  of(key: string): Trail {
    const kept = this.#trails.get(key);
    if (kept === undefined) return NO_TRAIL;
    return { decisions: kept.decisions.toReversed(), attempts: kept.attempts.toReversed() };
  }

  happened(happening: Happening): void {
    if (happening.kind !== "notification") return;
    const { decisions, attempts } = this.#kept(happening.key);
    const attempt = attemptOf(happening);
    // The last of several is told once more with how it all ended.
    if (attempt !== undefined && (attempts.at(-1)?.number !== attempt.number || attempt.number === 1)) {
      append(attempts, attempt);
    }
    const decision = decisionOf(happening);
    // A group that has nothing new says so with every flush, and one that is tried again with every try: the last time counts.
    const before = decisions.at(-1)?.outcome;
    if (before === "retrying" || (before === decision.outcome && attempt === undefined)) decisions.pop();
    append(decisions, decision);
  }

  #kept(key: string): Kept {
    const kept = this.#trails.get(key) ?? { decisions: [], attempts: [] };
    this.#trails.delete(key);
    this.#trails.set(key, kept);
    if (this.#trails.size > MOST_TRAILS) this.#trails.delete(this.#trails.keys().next().value as string);
    return kept;
  }
}

function append<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > MOST_OF_EACH) list.shift();
}
