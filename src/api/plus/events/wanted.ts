import type { Matcher } from "../../../core/model/matcher.ts";
import { labelsOf, type Streamed } from "../../../events/shown-event.ts";
import { matchesFilter } from "../../v2/filters.ts";

export const EVENT_KINDS = [
  "alert",
  "verdict",
  "silence",
  "notification",
  "reload",
  "classification",
  "health",
  "access",
  "config",
  "heartbeat",
] as const satisfies readonly Streamed["kind"][];
export type EventKind = (typeof EVENT_KINDS)[number];

export interface Wanted {
  /** Empty for all. */
  readonly kinds: readonly EventKind[];
  readonly matchers: readonly Matcher[];
  /** Who comes in and by which tokens is for administrators. */
  readonly isAdmin: boolean;
}

/**
 * Which events somebody is told of. Matchers are asked about the labels of alerts; of a group's labels only those that the group
 * has; and of nothing that is about no labels.
 */
export function wanted({ kinds, matchers, isAdmin }: Wanted): (happening: Streamed) => boolean {
  const isKind = new Set<string>(kinds.length === 0 ? EVENT_KINDS : kinds);
  if (!isAdmin) isKind.delete("access");
  return (happening) => {
    if (!isKind.has(happening.kind)) return false;
    if (matchers.length === 0) return true;
    const labels = labelsOf(happening);
    if (labels === undefined) return true;
    const asked = happening.kind === "notification" ? matchers.filter(({ name }) => labels.has(name)) : matchers;
    return matchesFilter(asked, labels);
  };
}
