import type { AttemptRecord, DecisionRecord } from "./facts.ts";
import { attemptOf, decisionOf, type Told } from "./records.ts";

/** The last decisions and attempts for one integration of one group, or for a receiver as a whole; newest first. */
export interface Trail {
  readonly decisions: readonly DecisionRecord[];
  readonly attempts: readonly AttemptRecord[];
}

export const NO_TRAIL: Trail = { decisions: [], attempts: [] };

/** A trail as it is written; newest last. */
export interface TrailBook {
  readonly decisions: DecisionRecord[];
  readonly attempts: AttemptRecord[];
}

const MOST_OF_EACH = 4;

/** Adds what was told last. What is too old for so short a trail is let go of. */
export function addTo({ decisions, attempts }: TrailBook, told: Told): void {
  const attempt = attemptOf(told);
  // The last of several is told once more with how it all ended.
  if (attempt !== undefined && (attempts.at(-1)?.number !== attempt.number || attempt.number === 1)) {
    append(attempts, attempt);
  }
  const decision = decisionOf(told);
  // A group that has nothing new says so with every flush, and one that is tried again with every try: the last time counts.
  const before = decisions.at(-1)?.outcome;
  if (before === "retrying" || (before === decision.outcome && attempt === undefined)) decisions.pop();
  append(decisions, decision);
}

export function trailOf({ decisions, attempts }: TrailBook): Trail {
  return { decisions: decisions.toReversed(), attempts: attempts.toReversed() };
}

/** The one that knows of something later. */
export function laterOf(one: Trail, other: Trail): Trail {
  return lastOf(other) > lastOf(one) ? other : one;
}

function lastOf({ decisions }: Trail): number {
  return decisions[0]?.at ?? Number.NEGATIVE_INFINITY;
}

function append<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > MOST_OF_EACH) list.shift();
}
