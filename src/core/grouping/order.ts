import type { Alert } from "../model/alert.ts";
import { compareBytes, compareLabelSets, type LabelSet } from "../model/labels.ts";

/** What an alert is ordered by, read from its labels once. */
interface Place<A extends Alert> {
  readonly alert: A;
  readonly job: string | undefined;
  readonly instance: string | undefined;
}

/** Alerts in the order of notifications and groups (spec §6.4): by `job`, then `instance`, then the label sets. */
export function sortAlerts<A extends Alert>(alerts: Iterable<A>): A[] {
  const places: Place<A>[] = [];
  for (const alert of alerts) {
    places.push({ alert, job: valueOf(alert.labels, "job"), instance: valueOf(alert.labels, "instance") });
  }
  return places.sort(comparePlaces).map((place) => place.alert);
}

function valueOf(labels: LabelSet, name: string): string | undefined {
  return labels.has(name) ? labels.get(name) : undefined;
}

function comparePlaces(a: Place<Alert>, b: Place<Alert>): number {
  return (
    compareValues(a.job, b.job) ||
    compareValues(a.instance, b.instance) ||
    compareLabelSets(a.alert.labels, b.alert.labels)
  );
}

/** Present before absent, then by value. */
function compareValues(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return compareBytes(a, b);
}
