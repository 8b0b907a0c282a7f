import { compareBytes, labelSetFromObject, LabelSet } from "../model/labels.ts";

/** More sequences of names than this are not remembered at a time. */
const MOST = 1000;

/**
 * Brings what was posted into the order of label sets. Senders that do not sort their labels send them in the same few
 * orders over and over, so each order is worked out once.
 */
export class NameOrders {
  readonly #sorted = new Map<string, readonly string[]>();

  /** The set of what was posted, leaving out empty values if told to: a label with an empty value is no label (spec §3.1). */
  labelSet(posted: Readonly<Record<string, string>>, dropEmpty: boolean): LabelSet {
    const names = this.#namesOf(posted);
    const values: string[] = [];
    for (const name of names) {
      const value = posted[name] as string;
      if (dropEmpty && value === "") return labelSetFromObject(withoutEmpty(posted));
      values.push(value);
    }
    return names.length === 0 ? labelSetFromObject(posted) : new LabelSet(names, values);
  }

  #namesOf(posted: Readonly<Record<string, string>>): readonly string[] {
    const names = Object.keys(posted);
    const sequence = names.join("\0");
    let sorted = this.#sorted.get(sequence);
    if (sorted === undefined) {
      if (this.#sorted.size >= MOST) this.#sorted.clear();
      sorted = names.sort(compareBytes);
      this.#sorted.set(sequence, sorted);
    }
    return sorted;
  }
}

function withoutEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}
