import { formatPromDuration } from "../model/duration.ts";
import type { Route } from "./route.ts";

export type Timers = Readonly<Record<"group_wait" | "group_interval" | "repeat_interval", string>>;

/** A route's timers by their keys in the configuration. */
export function timersOf({ groupWait, groupInterval, repeatInterval }: Route): Timers {
  return {
    group_wait: formatPromDuration(groupWait),
    group_interval: formatPromDuration(groupInterval),
    repeat_interval: formatPromDuration(repeatInterval),
  };
}
