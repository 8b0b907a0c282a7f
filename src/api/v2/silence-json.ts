import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Silence } from "../../core/model/silence.ts";
import { formatMillis } from "../../core/model/timestamp.ts";
import { silenceState } from "../../core/silencing/state.ts";
import { escapeHTML } from "../json/quote.ts";

/** A silence as `gettableSilence`, keys in upstream's order (spec §2.9). It has exactly one matcher set. */
export function silenceJSON(silence: Silence, now: number): string {
  const head = {
    id: silence.id,
    status: { state: silenceState(silence, now) },
    updatedAt: formatMillis(silence.updatedAt),
  };
  const tail = {
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: formatMillis(silence.endsAt),
    matchers: silence.matcherSets[0] ?? [],
    startsAt: formatMillis(silence.startsAt),
  };
  const annotations = labelSetFromObject(silence.annotations);
  const middle = annotations.size === 0 ? "" : `"annotations":${annotations.key},`;
  return escapeHTML(`${JSON.stringify(head).slice(0, -1)},${middle}${JSON.stringify(tail).slice(1)}`);
}
