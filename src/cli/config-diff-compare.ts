import { groupKey, groupLabels } from "../core/grouping/group-key.ts";
import { sortAlerts } from "../core/grouping/order.ts";
import type { Alert } from "../core/model/alert.ts";
import { compareBytes, type LabelSet } from "../core/model/labels.ts";
import { matchRoutes, type Route } from "../core/routing/route.ts";
import { type Timers, timersOf } from "./format/route.ts";

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
    return old === undefined || isSame(old, group.timers) ? [] : [{ group, old, new: group.timers }];
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
    for (const route of matchRoutes(root, alert.labels)) {
      const labels = groupLabels(route, alert.labels);
      const { receiver } = route;
      const key = groupKey(route, labels);
      const id = `${key}:${receiver}`;
      const group = groups.get(id);
      if (group === undefined)
        groups.set(id, { receiver, key, labels, timers: timersOf(route), alerts: [alert.labels] });
      else if (!group.alerts.includes(alert.labels)) group.alerts.push(alert.labels);
    }
  }
  return new Map([...groups].sort(([a], [b]) => compareBytes(a, b)));
}

function missingFrom(there: Groups, here: Groups): DiffGroup[] {
  return [...here].flatMap(([id, group]) => (there.has(id) ? [] : [group]));
}

function isSame(a: Timers, b: Timers): boolean {
  return Object.entries(a).every(([name, value]) => b[name as keyof Timers] === value);
}
