/** More lists than this are not kept: names that differ from alert to alert would otherwise stay in memory for good. */
const MOST_LISTS = 4_096;

/** A list of label or annotation names that stands in the database once and in memory once. */
export interface NameList {
  readonly id: number;
  readonly names: readonly string[];
  /** Whether the database is known to have it. Until then it goes with every batch that needs it. */
  stored: boolean;
}

/** Finds the list of an array of names: by the array itself, which label sets share, and else by what is in it. */
export class NameLists {
  readonly #byArray = new WeakMap<readonly string[], NameList>();
  readonly #byNames = new Map<string, NameList>();
  #lastId = 0;

  /** The list with these names, a new one if there is none; undefined when there are too many already. */
  of(names: readonly string[]): NameList | undefined {
    const known = this.#byArray.get(names);
    if (known !== undefined) return known;
    const key = JSON.stringify(names);
    let list = this.#byNames.get(key);
    if (list === undefined && this.#byNames.size < MOST_LISTS) {
      list = { id: ++this.#lastId, names, stored: false };
      this.#byNames.set(key, list);
    }
    if (list !== undefined) this.#byArray.set(names, list);
    return list;
  }

  /** Takes over a list the database has and alerts use. */
  restore(id: number, names: readonly string[]): void {
    const list = { id, names, stored: true };
    this.#byArray.set(names, list);
    this.#byNames.set(JSON.stringify(names), list);
    this.reserve(id);
  }

  /** Keeps an ID from being given to a new list. */
  reserve(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
  }
}
