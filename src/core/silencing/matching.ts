import type { Alert } from "../model/alert.ts";
import type { LabelSet } from "../model/labels.ts";
import { matchesAll, type Matcher } from "../model/matcher.ts";
import type { Silence } from "../model/silence.ts";

/** One way of matching a silence: the silence and one of its matcher sets. */
interface OneSet {
  readonly id: string;
  readonly matchers: readonly Matcher[];
}

/**
 * Silences by what they match, whatever their times: an alert meets only those that share with it the label of one of their
 * `=` matchers.
 */
export class SilenceIndex {
  readonly #byEqual = new Map<string, OneSet[]>();
  readonly #others: OneSet[] = [];

  add({ id, matcherSets }: Silence): void {
    for (const matchers of matcherSets) {
      const set = { id, matchers };
      const equal = matchers.find((m) => m.type === "=" && m.value !== "");
      if (equal === undefined) {
        this.#others.push(set);
        continue;
      }
      const key = equalKey(equal.name, equal.value);
      const sets = this.#byEqual.get(key);
      if (sets === undefined) this.#byEqual.set(key, [set]);
      else sets.push(set);
    }
  }

  /** IDs of the silences that match, each once. */
  match(labels: LabelSet): ReadonlySet<string> {
    const ids = new Set<string>();
    const consider = (sets: readonly OneSet[] | undefined) => {
      for (const set of sets ?? []) if (!ids.has(set.id) && matchesAll(set.matchers, labels)) ids.add(set.id);
    };
    consider(this.#others);
    if (this.#byEqual.size > 0) {
      for (const [name, value] of labels.entries()) consider(this.#byEqual.get(equalKey(name, value)));
    }
    return ids;
  }
}

function equalKey(name: string, value: string): string {
  return `${name.length}:${name}${value}`;
}

/** How many of some alerts each silence matches; none is left out. */
export function countMatching(silences: readonly Silence[], alerts: Iterable<Alert>): Map<string, number> {
  const counts = new Map(silences.map(({ id }) => [id, 0]));
  if (silences.length === 0) return counts;
  const index = new SilenceIndex();
  for (const silence of silences) index.add(silence);
  for (const { labels } of alerts) {
    for (const id of index.match(labels)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Whether a silence matches, whatever the time. */
export function silenceMatches({ matcherSets }: Pick<Silence, "matcherSets">, labels: LabelSet): boolean {
  return matcherSets.some((matchers) => matchesAll(matchers, labels));
}
