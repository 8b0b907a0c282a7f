import { labelSetOf, type LabelSet } from "../model/labels.ts";

/** What all the sets have with the same value; an absent label is "" and so is common with an empty one (spec §9.2). */
export function commonLabels(sets: readonly LabelSet[]): LabelSet {
  const [first, ...rest] = sets;
  const names: string[] = [];
  const values: string[] = [];
  for (const [name, value] of first?.entries() ?? []) {
    if (!rest.every((set) => set === first || set.get(name) === value)) continue;
    names.push(name);
    values.push(value);
  }
  return labelSetOf(names, values);
}
