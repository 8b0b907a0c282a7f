import type { Matcher } from "../../../core/model/matcher.ts";
import type { Silence, SilenceState } from "../../../core/model/silence.ts";
import { silenceState } from "../../../core/silencing/state.ts";
import { matchersText, STATES } from "./shown.ts";

/** Which silences are looked for; empty lists stand for any. */
export interface SilenceFilter {
  readonly states: readonly SilenceState[];
  /** Each has to be among the silence's own matchers, as amtool has it. */
  readonly matchers: readonly Matcher[];
  readonly createdBy: string | undefined;
  /** Words, each to be found in the matchers, the comment, the author or the ID, whatever the case. */
  readonly text: string;
}

/** Where a silence stands: active ones by their end, then pending ones by their beginning, then those that ended last. */
export type SilencePlace = readonly [rank: number, time: number, id: string];

export function placeOf(silence: Silence, now: number): SilencePlace {
  const state = silenceState(silence, now);
  const time = state === "active" ? silence.endsAt.ms : state === "pending" ? silence.startsAt.ms : -silence.endsAt.ms;
  return [STATES.indexOf(state), time, silence.id];
}

export function comparePlaces(a: SilencePlace, b: SilencePlace): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : Number(a[2] > b[2]));
}

export function silenceTest(filter: SilenceFilter, now: number): (silence: Silence) => boolean {
  const { states, matchers, createdBy, text } = filter;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (silence) => {
    if (states.length > 0 && !states.includes(silenceState(silence, now))) return false;
    if (createdBy !== undefined && silence.createdBy !== createdBy) return false;
    if (matchers.length > 0 && !silence.matcherSets.some((set) => hasAll(set, matchers))) return false;
    if (words.length === 0) return true;
    const { id, comment, matcherSets } = silence;
    const said = `${matchersText(matcherSets)}\n${comment}\n${silence.createdBy}\n${id}`.toLowerCase();
    return words.every((word) => said.includes(word));
  };
}

function hasAll(set: readonly Matcher[], wanted: readonly Matcher[]): boolean {
  return wanted.every(({ name, type, value }) =>
    set.some((one) => one.name === name && one.type === type && one.value === value),
  );
}
