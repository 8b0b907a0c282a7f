import { compareBytes } from "../../../core/model/labels.ts";
import { Counts } from "./counts.ts";
import type { AlertFilter } from "./filter.ts";
import { scan } from "./scan.ts";
import { STATES, type AlertsView, type SeenAlert } from "./view.ts";

export interface FacetsQuery {
  /** Whose values are counted; undefined for those of all labels. */
  readonly labels: readonly string[] | undefined;
  /** Of each label so many values. */
  readonly top: number;
}

/** Of all labels so many are counted at most, those of the most alerts. */
const MOST_LABELS = 100;

/** Counts what the alerts have that pass a filter: each number is what a further filter by it would find. */
export async function facets(view: AlertsView, filter: AlertFilter, { labels, top }: FacetsQuery) {
  let total = 0;
  const states = new Counts();
  const severities = new Counts();
  const categories = new Counts();
  const receivers = new Counts();
  const byLabel = new Map<string, Counts>((labels ?? []).map((name) => [name, new Counts()]));
  const countLabels = labels === undefined ? countAll(byLabel) : countSome(byLabel);
  await scan(view, filter, (seen) => {
    total++;
    for (const state of STATES) if (seen.isIn(state)) states.add(state);
    severities.add(seen.severity);
    categories.add(seen.category);
    for (const name of new Set(seen.receivers)) receivers.add(name);
    countLabels(seen);
  });
  const counted = [...byLabel].map(([name, counts]) => ({ name, counts }));
  const shown = labels === undefined ? mostFrequent(counted) : counted;
  return {
    total,
    states: states.toObject(),
    severities: severities.toObject(),
    categories: categories.toObject(),
    receivers: receivers.top(receivers.size).map(({ value, count }) => ({ name: value, count })),
    labels: shown.map(({ name, counts }) => ({ name, distinct: counts.size, values: counts.top(top) })),
  };
}

interface Counted {
  readonly name: string;
  readonly counts: Counts;
}

function countAll(byLabel: Map<string, Counts>): (seen: SeenAlert) => void {
  return ({ alert }) => {
    const { names, values } = alert.labels;
    for (const [i, name] of names.entries()) {
      let counts = byLabel.get(name);
      if (counts === undefined) byLabel.set(name, (counts = new Counts()));
      counts.add(values[i] as string);
    }
  };
}

/** A label without a value is not there. */
function countSome(byLabel: ReadonlyMap<string, Counts>): (seen: SeenAlert) => void {
  return ({ alert }) => {
    for (const [name, counts] of byLabel) {
      const value = alert.labels.get(name);
      if (value !== "") counts.add(value);
    }
  };
}

function mostFrequent(all: readonly Counted[]): Counted[] {
  const totals = new Map(all.map(({ name, counts }) => [name, counts.total]));
  const total = ({ name }: Counted) => totals.get(name) ?? 0;
  return all
    .toSorted((a, b) => total(b) - total(a) || compareBytes(a.name, b.name))
    .slice(0, MOST_LABELS)
    .toSorted((a, b) => compareBytes(a.name, b.name));
}
