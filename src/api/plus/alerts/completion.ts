import { compareBytes } from "../../../core/model/labels.ts";
import { First } from "./first.ts";
import type { AlertFilter } from "./filter.ts";
import { scan } from "./scan.ts";
import type { AlertsView } from "./view.ts";

const EVERY: AlertFilter = { matchers: [], states: [], receivers: [], severities: [], categories: [], text: "" };

/** Names of labels that alerts have and that begin so, in whatever case; the first in byte order. */
export async function labelNames(view: AlertsView, prefix: string, most: number): Promise<string[]> {
  const seenLists = new Set<readonly string[]>();
  const names = new Set<string>();
  await scan(view, EVERY, ({ alert: { labels } }) => {
    // Most alerts share their list with others.
    if (seenLists.has(labels.names)) return;
    seenLists.add(labels.names);
    for (const name of labels.names) names.add(name);
  });
  return firstOf(names, prefix, most);
}

/** Values alerts have of a label, likewise. */
export async function labelValues(view: AlertsView, label: string, prefix: string, most: number): Promise<string[]> {
  const values = new Set<string>();
  await scan(view, EVERY, ({ alert: { labels } }) => {
    if (labels.has(label)) values.add(labels.get(label));
  });
  return firstOf(values, prefix, most);
}

function firstOf(all: ReadonlySet<string>, prefix: string, most: number): string[] {
  const start = prefix.toLowerCase();
  const first = new First<string>(most, compareBytes);
  for (const one of all) if (one.toLowerCase().startsWith(start)) first.add(one);
  return first.take();
}
