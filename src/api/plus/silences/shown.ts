import { Type, type Static } from "@sinclair/typebox";
import { matchersToString, type Matcher } from "../../../core/model/matcher.ts";
import type { Silence } from "../../../core/model/silence.ts";
import { acknowledgementOf, scheduleOf } from "../../../core/silencing/origin.ts";
import { silenceState } from "../../../core/silencing/state.ts";
import { FINGERPRINT, LABELS, oneOf, orNull, TIME } from "../schemas.ts";
import type { SilencesParts } from "./parts.ts";

export const STATES = ["active", "pending", "expired"] as const;

export const SILENCE = Type.Object(
  {
    id: Type.String(),
    matcherSets: Type.Array(
      Type.Array(
        Type.Object({ name: Type.String(), value: Type.String(), isRegex: Type.Boolean(), isEqual: Type.Boolean() }),
      ),
    ),
    matchers: Type.String({ description: "The same as text." }),
    startsAt: TIME,
    endsAt: TIME,
    updatedAt: TIME,
    createdBy: Type.String(),
    comment: Type.String(),
    annotations: LABELS,
    status: Type.Object({ state: oneOf(STATES) }),
    matching: Type.Integer({ description: "Firing alerts it matches now, whether it is in force or not." }),
    note: orNull(Type.String({ description: "That it has matched nothing for long." })),
    scheduleId: orNull(Type.String()),
    ackOf: orNull(FINGERPRINT),
  },
  { $id: "Silence" },
);

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Several sets are joined by `or`, which no parser takes. */
export function matchersText(sets: readonly (readonly Matcher[])[]): string {
  return sets.map((set) => matchersToString(set)).join(" or ");
}

/** Silences as they are answered. */
export function shownSilences(
  { keeping: { effect }, view }: Pick<SilencesParts, "keeping" | "view">,
  silences: readonly Silence[],
): Static<typeof SILENCE>[] {
  const now = view.now();
  const counts = effect.count(silences);
  return silences.map((silence) => {
    const { id, matcherSets, startsAt, endsAt, updatedAt, createdBy, comment, annotations } = silence;
    return {
      id,
      matcherSets: matcherSets.map((set) => set.map((matcher) => matcher.toJSON())),
      matchers: matchersText(matcherSets),
      startsAt: iso(startsAt.ms),
      endsAt: iso(endsAt.ms),
      updatedAt: iso(updatedAt.ms),
      createdBy,
      comment,
      annotations: { ...annotations },
      status: { state: silenceState(silence, now) },
      matching: counts.get(id) ?? 0,
      note: effect.note(silence),
      scheduleId: scheduleOf(silence)?.id ?? null,
      ackOf: acknowledgementOf(silence) ?? null,
    };
  });
}
