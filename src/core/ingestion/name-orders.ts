import { compareBytes, EMPTY_LABELS, LabelSet } from "../model/labels.ts";

/** More sequences of names than this are not remembered at a time. */
const MOST = 4096;

/** A sequence of names as senders send it. */
interface Order {
  /** The same in order, one list for all sequences of these names. */
  readonly names: readonly string[];
  readonly isSorted: boolean;
}

/**
 * Brings what was posted into the order of label sets. Senders that do not sort their labels send them in the same few
 * orders over and over, so each order is worked out once; and sets of the same names share one list of them.
 */
export class NameOrders {
  readonly #orders = new Map<string, Order>();

  /**
   * The set of what was posted, leaving out empty values if told to: a label with an empty value is no label (spec §3.1).
   *
   * @param json what was posted, as JSON
   */
  labelSet(posted: Readonly<Record<string, string>>, json: string, dropEmpty: boolean): LabelSet {
    const { names, isSorted } = this.#orderOf(Object.keys(posted));
    if (names.length === 0) return EMPTY_LABELS;
    const values: string[] = [];
    for (const name of names) {
      const value = posted[name] as string;
      if (dropEmpty && value === "") {
        const rest = withoutEmpty(posted);
        return this.labelSet(rest, JSON.stringify(rest), false);
      }
      values.push(value);
    }
    return new LabelSet(names, values, isSorted ? json : undefined);
  }

  #orderOf(sequence: readonly string[]): Order {
    const key = sequence.join("\0");
    const known = this.#orders.get(key);
    if (known !== undefined) return known;
    if (this.#orders.size >= MOST) this.#orders.clear();
    const sorted = sequence.toSorted(compareBytes);
    const sortedKey = sorted.join("\0");
    const names = this.#orders.get(sortedKey)?.names ?? sorted;
    this.#orders.set(sortedKey, { names, isSorted: true });
    const order = { names, isSorted: key === sortedKey };
    this.#orders.set(key, order);
    return order;
  }
}

function withoutEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}
