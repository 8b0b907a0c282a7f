import type { Silence, SilenceState } from "../model/silence.ts";
import { Timestamp } from "../model/timestamp.ts";
import { sameMatcherSets } from "./validate.ts";

/** The state at `now` (ms) as silencing and the API see it: expired from the very end on (spec §7.1). */
export function silenceState(silence: Silence, now: number): SilenceState {
  if (now < silence.startsAt.ms || (now === silence.startsAt.ms && silence.startsAt.nanos > 0)) return "pending";
  return silence.endsAt.endedBy(now) ? "expired" : "active";
}

/** Whether `update` may change `held` in place and keep its ID (spec §7.2). */
export function canUpdate(held: Silence, update: Silence, now: number): boolean {
  if (!sameMatcherSets(held.matcherSets, update.matcherSets)) return false;
  switch (silenceState(held, now)) {
    case "active":
      return Math.floor(held.startsAt.ms / 1000) === Math.floor(update.startsAt.ms / 1000) && update.endsAt.ms >= now;
    case "pending":
      return update.startsAt.ms >= now;
    case "expired":
      return false;
  }
}

/** The silence after it was told to end (spec §7.3); itself when it has ended before. */
export function expire(silence: Silence, now: number): Silence {
  const at = new Timestamp(now);
  switch (silenceState(silence, now)) {
    case "active":
      return { ...silence, endsAt: at, updatedAt: at };
    case "pending":
      return { ...silence, startsAt: at, endsAt: at, updatedAt: at };
    case "expired":
      return silence;
  }
}
