import type { Matcher } from "../../../core/model/matcher.ts";
import type { LabelSet } from "../../../core/model/labels.ts";
import type { Streamed } from "../../../events/streamed.ts";
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
 * Which events somebody is told of. Matchers are asked about the labels of alerts, of a notification about those of any of its alerts; where
 * these are not known, about the labels the group has. What is about no labels passes.
 */
export function wanted({ kinds, matchers, isAdmin }: Wanted): (happening: Streamed) => boolean {
  const isKind = new Set<string>(kinds.length === 0 ? EVENT_KINDS : kinds);
  if (!isAdmin) isKind.delete("access");
  const match = (labels: LabelSet) => matchesFilter(matchers, labels);
  return (happening) => {
    if (!isKind.has(happening.kind)) return false;
    if (matchers.length === 0) return true;
    switch (happening.kind) {
      case "alert":
        return match(happening.alert.labels);
      case "verdict":
        return match(happening.labels);
      case "notification": {
        const { alerts, groupLabels } = happening;
        if (alerts.length > 0) return alerts.some(match);
        return matchesFilter(
          matchers.filter(({ name }) => groupLabels.has(name)),
          groupLabels,
        );
      }
      default:
        return true;
    }
  };
}
