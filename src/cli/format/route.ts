import { formatPromDuration } from "../../core/model/duration.ts";
import { matchersToString } from "../../core/model/matcher.ts";
import type { Route } from "../../core/routing/route.ts";

export type Timers = Readonly<Record<"group_wait" | "group_interval" | "repeat_interval", string>>;

/** A route's timers by their keys in the configuration. */
export function timersOf({ groupWait, groupInterval, repeatInterval }: Route): Timers {
  return {
    group_wait: formatPromDuration(groupWait),
    group_interval: formatPromDuration(groupInterval),
    repeat_interval: formatPromDuration(repeatInterval),
  };
}

/** A route by its own matchers. */
export function selectorOf({ matchers }: Route): string {
  return matchers.length === 0 ? "default-route" : matchersToString(matchers);
}
