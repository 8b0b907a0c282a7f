import { containsTime } from "../core/intervals/index.ts";
import type { TimeInterval } from "../core/intervals/time-interval.ts";
import type { Inhibitor } from "../core/inhibition/inhibitor.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import type { Route } from "../core/routing/route.ts";
import { acknowledgementOf } from "../core/silencing/origin.ts";
import type { Silences } from "../core/silencing/silences.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { INHIBITED, SILENCED, type Group } from "./group.ts";
import type { Steps } from "./steps.ts";
import type { Verdicts } from "./verdicts.ts";

/** `time_intervals` and `mute_time_intervals` of the configuration by name. */
export type TimeIntervals = ReadonlyMap<string, readonly TimeInterval[]>;

export interface Muters {
  readonly inhibitor: Inhibitor;
  readonly silences: Silences;
  readonly timeIntervals: TimeIntervals;
  readonly log: Logger;
  /** Counts alerts dropped, by reason (spec §6.5). */
  readonly suppressed: (
    reason: "inhibition" | "active_time_interval" | "mute_time_interval" | "silence",
    count: number,
  ) => void;
  /** Told of what each alert is found to be; undefined where nobody remembers. */
  readonly verdicts?: Verdicts;
  /** Told of each alert that is inhibited or silenced; undefined where nobody writes that down. */
  readonly steps?: Steps | undefined;
}

/**
 * The stages before the receivers, in upstream's order (spec §6.5): inhibited, outside active times, inside mute times,
 * silenced. Returns the alerts that are left.
 *
 * @param tick ms: the time intervals are asked about the tick
 * @param now ms: inhibition and silences are asked about the moment itself
 */
export function mute(
  group: Group,
  alerts: readonly NotifiedAlert[],
  tick: number,
  now: number,
  muters: Muters,
): readonly NotifiedAlert[] {
  const notInhibited = alerts.filter((alert) => {
    const inhibition = muters.inhibitor.inhibitedBy(alert.labels, now);
    group.mark(alert.labels, INHIBITED, inhibition !== undefined);
    if (inhibition === undefined) return true;
    muters.steps?.inhibited(alert.labels, inhibition);
    found(alert, "inhibited", () => [inhibition.source.labels.fingerprint]);
    return false;
  });
  drop("inhibition", alerts.length - notInhibited.length);
  if (notInhibited.length === 0) return [];

  const { activeTimeIntervals, muteTimeIntervals } = group.route;
  if (activeTimeIntervals.length > 0 && matching(activeTimeIntervals, tick, muters.timeIntervals).length === 0) {
    group.mutedBy = activeTimeIntervals;
    muters.log.debug("Notifications not sent, route is not within active time", { aggrGroup: group.key });
    for (const alert of notInhibited) found(alert, "muted", () => activeTimeIntervals);
    drop("active_time_interval", notInhibited.length);
    return [];
  }
  group.mutedBy = matching(muteTimeIntervals, tick, muters.timeIntervals);
  if (group.mutedBy.length > 0) {
    muters.log.debug("Notifications not sent, route is within mute time", { aggrGroup: group.key });
    for (const alert of notInhibited) found(alert, "muted", () => group.mutedBy);
    drop("mute_time_interval", notInhibited.length);
    return [];
  }

  const notSilenced = notInhibited.filter((alert) => {
    const silencedBy = heldBy(alert, muters.silences.silencedBy(alert.labels, now), muters.silences);
    const silenced = silencedBy.length > 0;
    group.mark(alert.labels, SILENCED, silenced);
    if (silenced) muters.steps?.silenced(alert.labels, silencedBy);
    found(alert, silenced ? "silenced" : "active", () => silencedBy);
    return !silenced;
  });
  drop("silence", notInhibited.length - notSilenced.length);
  return notSilenced;

  function found(
    alert: NotifiedAlert,
    verdict: "active" | "silenced" | "inhibited" | "muted",
    by: () => readonly string[],
  ) {
    muters.verdicts?.found(group, alert.labels, verdict, now, by);
  }

  function drop(reason: Parameters<Muters["suppressed"]>[0], count: number): void {
    if (count === 0) return;
    muters.suppressed(reason, count);
    muters.log.debug("Notifications will not be sent for muted alerts", { aggrGroup: group.key, reason, count });
  }
}

/** The names of the intervals that mute a route at a moment; [] when none does. */
export function intervalsMuting(
  { activeTimeIntervals, muteTimeIntervals }: Pick<Route, "activeTimeIntervals" | "muteTimeIntervals">,
  now: number,
  intervals: TimeIntervals,
): readonly string[] {
  if (activeTimeIntervals.length > 0 && matching(activeTimeIntervals, now, intervals).length === 0) {
    return activeTimeIntervals;
  }
  return matching(muteTimeIntervals, now, intervals);
}

/** An acknowledgement ends with its alert, whose end is told like any other, however soon that is noticed. */
function heldBy(alert: NotifiedAlert, silencedBy: readonly string[], silences: Silences): readonly string[] {
  if (alert.status === "firing" || silencedBy.length === 0) return silencedBy;
  return silencedBy.filter((id) => {
    const silence = silences.get(id);
    return silence === undefined || acknowledgementOf(silence) !== alert.labels.fingerprint;
  });
}

/** The names of the intervals that contain a moment; a name comes once for each of its parts that does (spec §6.5). */
function matching(names: readonly string[], now: number, intervals: TimeIntervals): readonly string[] {
  const found: string[] = [];
  for (const name of names) {
    for (const part of intervals.get(name) ?? []) if (containsTime([part], now)) found.push(name);
  }
  return found;
}
