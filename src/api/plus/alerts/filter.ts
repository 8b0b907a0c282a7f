import type { Category, Severity } from "../../../core/model/classification.ts";
import type { Matcher } from "../../../core/model/matcher.ts";
import { matchesFilter } from "../../v2/filters.ts";
import { textSearch } from "./text-search.ts";
import type { SeenAlert, State } from "./view.ts";

/** Which alerts are asked for: those that satisfy all of it, of each list one. Empty lists and texts ask for nothing. */
export interface AlertFilter {
  /** All have to match. */
  readonly matchers: readonly Matcher[];
  readonly states: readonly State[];
  readonly receivers: readonly string[];
  readonly severities: readonly Severity[];
  readonly categories: readonly Category[];
  /** Words, each to be found in a label or an annotation. */
  readonly text: string;
}

/** What is cheap to tell comes first. */
export function alertTest(filter: AlertFilter): (seen: SeenAlert) => boolean {
  const { matchers, states, severities, categories } = filter;
  const tests: ((seen: SeenAlert) => boolean)[] = [];
  if (matchers.length > 0) tests.push(({ alert }) => matchesFilter(matchers, alert.labels));
  if (filter.receivers.length > 0) {
    const wanted = new Set(filter.receivers);
    tests.push(({ receivers }) => receivers.some((name) => wanted.has(name)));
  }
  if (states.length > 0) tests.push((seen) => states.some((state) => seen.isIn(state)));
  const search = textSearch(filter.text);
  if (search !== undefined) tests.push(({ alert }) => search(alert));
  if (severities.length > 0) tests.push(({ severity }) => severities.includes(severity));
  if (categories.length > 0) tests.push(({ category }) => categories.includes(category));
  return (seen) => tests.every((test) => test(seen));
}
