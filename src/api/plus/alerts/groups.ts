import { compareBytes } from "../../../core/model/labels.ts";
import { Counts } from "./counts.ts";
import type { AlertFilter } from "./filter.ts";
import { First } from "./first.ts";
import { scan } from "./scan.ts";
import { STATES, type AlertsView, type SeenAlert } from "./view.ts";

/** Alerts named of each group. */
const SAMPLE = 5;

interface AlertsAlike {
  /** Of the labels grouped by, "" for one that an alert has not. */
  readonly values: readonly string[];
  count: number;
  readonly states: Counts;
  readonly severities: Counts;
  /** When the first and the last of them began, ms. */
  oldest: number;
  newest: number;
  /** Fingerprints. */
  readonly sample: string[];
}

export interface GroupsQuery {
  /** Names of labels, at least one. */
  readonly by: readonly string[];
  readonly limit: number;
  /** The values of the last group of the page before. */
  readonly after: readonly string[] | undefined;
}

/** Alerts with the same values of some labels, taken together, in byte order of those values: one page. */
export async function groupAlerts(view: AlertsView, filter: AlertFilter, { by, limit, after }: GroupsQuery) {
  const groups = new Map<string, AlertsAlike>();
  await scan(view, filter, (seen) => {
    const values = by.map((name) => seen.alert.labels.get(name));
    if (after !== undefined && compareValues(values, after) <= 0) return;
    const key = JSON.stringify(values);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = begin(values)));
    add(group, seen);
  });
  const first = new First<AlertsAlike>(limit + 1, (a, b) => compareValues(a.values, b.values));
  for (const group of groups.values()) first.add(group);
  const found = first.take();
  const page = found.slice(0, limit);
  return { items: page.map((group) => shown(by, group)), next: found.length > limit ? page.at(-1)?.values : undefined };
}

function begin(values: readonly string[]): AlertsAlike {
  return {
    values,
    count: 0,
    states: new Counts(),
    severities: new Counts(),
    oldest: Number.POSITIVE_INFINITY,
    newest: Number.NEGATIVE_INFINITY,
    sample: [],
  };
}

function add(group: AlertsAlike, seen: SeenAlert): void {
  const { alert, severity } = seen;
  group.count++;
  for (const state of STATES) if (seen.isIn(state)) group.states.add(state);
  group.severities.add(severity);
  group.oldest = Math.min(group.oldest, alert.startsAt.ms);
  group.newest = Math.max(group.newest, alert.startsAt.ms);
  if (group.sample.length < SAMPLE) group.sample.push(alert.labels.fingerprint);
}

function shown(by: readonly string[], { values, count, states, severities, oldest, newest, sample }: AlertsAlike) {
  return {
    labels: Object.fromEntries(by.map((name, i) => [name, values[i] as string])),
    count,
    states: states.toObject(),
    severities: severities.toObject(),
    oldest: new Date(oldest).toISOString(),
    newest: new Date(newest).toISOString(),
    sample,
  };
}

/** Both of the same length. */
function compareValues(a: readonly string[], b: readonly string[]): number {
  for (const [i, value] of a.entries()) {
    const order = compareBytes(value, b[i] as string);
    if (order !== 0) return order;
  }
  return 0;
}
