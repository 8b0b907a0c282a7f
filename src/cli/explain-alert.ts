import { traceRoutes, type RouteStep } from "../core/explain/route-trace.ts";
import { groupKey, groupLabels } from "../core/grouping/group-key.ts";
import { Inhibitor, type Inhibition, type InhibitRule } from "../core/inhibition/inhibitor.ts";
import { containsTime } from "../core/intervals/index.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Silence } from "../core/model/silence.ts";
import { matchRoutes, type Route } from "../core/routing/route.ts";
import { Silences } from "../core/silencing/silences.ts";
import { Group } from "../dispatch/group.ts";
import { mute, type Muters, type TimeIntervals } from "../dispatch/mute.ts";
import { SILENT_LOGGER } from "./silent-logger.ts";

/** What an alert is explained by. */
export interface Circumstances {
  readonly root: Route;
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: TimeIntervals;
  /** All that fire, the one explained included. */
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** The alerts a receiver's groups with these labels hold already. */
  readonly groupMembers: (route: Route, labels: LabelSet) => readonly LabelSet[];
  /** ms */
  readonly now: number;
}

export interface NamedInterval {
  readonly name: string;
  /** Whether it contains the moment. */
  readonly now: boolean;
}

/** Why nobody is notified: the reasons of `alertmanager_notifications_suppressed_total`. */
export type Suppression = Parameters<Muters["suppressed"]>[0];

/** What one route that takes the alert does with it. */
export interface GroupExplanation {
  readonly route: Route;
  readonly key: string;
  readonly labels: LabelSet;
  /** Other alerts the group holds; none for a group that does not exist yet. */
  readonly others: readonly LabelSet[];
  /** Whether the group exists. */
  readonly exists: boolean;
  readonly activeTimeIntervals: readonly NamedInterval[];
  readonly muteTimeIntervals: readonly NamedInterval[];
  /** The first stage before the receiver that stops it now; undefined where it would be notified. */
  readonly suppressedBy: Suppression | undefined;
}

export interface Explanation {
  readonly alert: Alert;
  readonly routes: RouteStep;
  readonly inhibition: Inhibition | undefined;
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupExplanation[];
}

/** Says what would happen to a firing alert now, by the very stages that decide it in the server. */
export function explainAlert(alert: Alert, circumstances: Circumstances): Explanation {
  const { root, inhibitRules, timeIntervals, now } = circumstances;
  const inhibitor = new Inhibitor(inhibitRules);
  for (const other of circumstances.alerts) inhibitor.observe(other);
  const silences = new Silences();
  for (const silence of circumstances.silences) silences.put(silence);

  return {
    alert,
    routes: traceRoutes(root, alert.labels),
    inhibition: inhibitor.inhibitedBy(alert.labels, now),
    silences: silences.silencedBy(alert.labels, now).flatMap((id) => silences.get(id) ?? []),
    groups: matchRoutes(root, alert.labels).map(explainGroup),
  };

  function explainGroup(route: Route): GroupExplanation {
    const labels = groupLabels(route, alert.labels);
    const members = circumstances.groupMembers(route, labels);
    return {
      route,
      key: groupKey(route, labels),
      labels,
      others: members.filter(({ key }) => key !== alert.labels.key),
      exists: members.length > 0,
      activeTimeIntervals: route.activeTimeIntervals.map(named),
      muteTimeIntervals: route.muteTimeIntervals.map(named),
      suppressedBy: suppression(route, labels),
    };
  }

  function suppression(route: Route, labels: LabelSet): Suppression | undefined {
    let suppression: Suppression | undefined;
    mute(new Group(route, labels, now, () => undefined), [{ ...alert, status: "firing" }], now, now, {
      inhibitor,
      silences,
      timeIntervals,
      log: SILENT_LOGGER,
      suppressed: (reason) => (suppression = reason),
    });
    return suppression;
  }

  function named(name: string): NamedInterval {
    return { name, now: containsTime(timeIntervals.get(name) ?? [], now) };
  }
}
