import { groupKey, groupLabels } from "../grouping/group-key.ts";
import { sortAlerts } from "../grouping/order.ts";
import type { Alert } from "../model/alert.ts";
import { compareBytes, type LabelSet } from "../model/labels.ts";
import { matchRoutes, type Route } from "./route.ts";
import { type Timers, timersOf } from "./timers.ts";

/** A group as the notification log tells it from others: by its key and its receiver. */
export interface DiffGroup {
  readonly receiver: string;
  readonly key: string;
  readonly labels: LabelSet;
  readonly timers: Timers;
  readonly alerts: readonly LabelSet[];
}

/** An alert that goes to other receivers, each list in routing order. */
export interface Rerouted {
  readonly labels: LabelSet;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

export interface Retimed {
  readonly group: DiffGroup;
  readonly old: Timers;
  readonly new: Timers;
}

/** What one configuration does with alerts that another one does otherwise. Groups in order of key and receiver. */
export interface Difference {
  /** How many alerts were compared. */
  readonly alerts: number;
  readonly rerouted: readonly Rerouted[];
  readonly disappearing: readonly DiffGroup[];
  readonly appearing: readonly DiffGroup[];
  readonly retimed: readonly Retimed[];
}

export function compareRoutes(before: Route, after: Route, given: readonly Alert[]): Difference {
  const alerts = sortAlerts(given);
  const rerouted = alerts.flatMap(({ labels }): Rerouted[] => {
    const [old, now] = [before, after].map((root) => matchRoutes(root, labels).map((route) => route.receiver));
    return old === undefined || now === undefined || old.join("\0") === now.join("\0")
      ? []
      : [{ labels, old, new: now }];
  });
  const oldGroups = groupsOf(before, alerts);
  const newGroups = groupsOf(after, alerts);
  const retimed = [...newGroups].flatMap(([id, group]): Retimed[] => {
    const old = oldGroups.get(id)?.timers;
    return old === undefined || sameTimers(old, group.timers) ? [] : [{ group, old, new: group.timers }];
  });
  return {
    alerts: alerts.length,
    rerouted,
    disappearing: missingFrom(newGroups, oldGroups),
    appearing: missingFrom(oldGroups, newGroups),
    retimed,
  };
}

export function differs({ rerouted, disappearing, appearing, retimed }: Difference): boolean {
  return [rerouted, disappearing, appearing, retimed].some((list) => list.length > 0);
}

type Groups = ReadonlyMap<string, DiffGroup>;

function groupsOf(root: Route, alerts: readonly Alert[]): Groups {
  const groups = new Map<string, DiffGroup & { readonly alerts: LabelSet[] }>();
  for (const alert of alerts) {
    for (const { id, receiver, key, labels, route } of placesOf(root, alert.labels)) {
      const group = groups.get(id);
      if (group === undefined)
        groups.set(id, { receiver, key, labels, timers: timersOf(route), alerts: [alert.labels] });
      // Two routes may lead an alert to one group.
      else if (group.alerts.at(-1) !== alert.labels) group.alerts.push(alert.labels);
    }
  }
  return new Map([...groups].sort(([a], [b]) => compareBytes(a, b)));
}

/** A group an alert belongs to. */
export interface GroupPlace {
  /** Its key and its receiver: what the notification log tells it from others by. */
  readonly id: string;
  readonly key: string;
  readonly receiver: string;
  readonly labels: LabelSet;
  readonly route: Route;
}

/** The groups an alert belongs to, in routing order; twice the same where two routes lead there. */
export function placesOf(root: Route, labels: LabelSet): GroupPlace[] {
  return matchRoutes(root, labels).map((route) => {
    const own = groupLabels(route, labels);
    const key = groupKey(route, own);
    const { receiver } = route;
    return { id: `${key}:${receiver}`, key, receiver, labels: own, route };
  });
}

function missingFrom(there: Groups, here: Groups): DiffGroup[] {
  return [...here].flatMap(([id, group]) => (there.has(id) ? [] : [group]));
}

export function sameTimers(a: Timers, b: Timers): boolean {
  return Object.entries(a).every(([name, value]) => b[name as keyof Timers] === value);
}
