import { SEVERITIES } from "../../core/model/severity.ts";

type Counts = readonly (readonly [string, number])[];

/** What there is most of comes first; among the same number, as the alphabet has it. */
export function mostFirst(counts: Readonly<Record<string, number>>): Counts {
  return Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Severities from the worst on; those that nobody knows come last, the most frequent first. */
export function worstFirst(counts: Readonly<Record<string, number>>): Counts {
  const rank = (name: string) => {
    const at = SEVERITIES.findIndex((severity) => severity === name);
    return at < 0 ? SEVERITIES.length : at;
  };
  return [...mostFirst(counts)].sort(([a], [b]) => rank(a) - rank(b));
}
