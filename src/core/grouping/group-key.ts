import { goQuote } from "../model/goquote.ts";
import { labelSetOf, type LabelSet } from "../model/labels.ts";
import type { Route } from "../routing/route.ts";

/** The labels an alert is grouped by under a route: absent ones are left out (spec §3.8). */
export function groupLabels(route: Route, labels: LabelSet): LabelSet {
  if (route.groupByAll) return labels;
  const names: string[] = [];
  const values: string[] = [];
  for (const name of route.groupBy) {
    if (!labels.has(name)) continue;
    names.push(name);
    values.push(labels.get(name));
  }
  return labelSetOf(names, values);
}

/** `{a="b", c="d"}`: names as they are, values quoted as Go does (spec §3.6). */
export function labelSetToString(labels: LabelSet): string {
  const pairs: string[] = [];
  for (const [name, value] of labels.entries()) pairs.push(`${name}=${goQuote(value)}`);
  return `{${pairs.join(", ")}}`;
}

/** The group's key in the notification log, in payloads and, hashed, in deduplication keys (spec §3.8). */
export function groupKey(route: Route, labels: LabelSet): string {
  return `${route.key}:${labelSetToString(labels)}`;
}
