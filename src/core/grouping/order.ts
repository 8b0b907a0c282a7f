import type { Alert } from "../model/alert.ts";
import { compareBytes, compareLabelSets, type LabelSet } from "../model/labels.ts";

/** The order of alerts in a notification and in a group (spec §6.4): `job`, then `instance`, then the label sets. */
export function compareAlerts(a: Alert, b: Alert): number {
  return (
    compareByLabel(a.labels, b.labels, "job") ||
    compareByLabel(a.labels, b.labels, "instance") ||
    compareLabelSets(a.labels, b.labels)
  );
}

/** Present before absent, then by value. */
function compareByLabel(a: LabelSet, b: LabelSet, name: string): number {
  const i = a.names.indexOf(name);
  const j = b.names.indexOf(name);
  if (i < 0 || j < 0) return i < 0 === j < 0 ? 0 : i < 0 ? 1 : -1;
  return compareBytes(a.values[i] as string, b.values[j] as string);
}
