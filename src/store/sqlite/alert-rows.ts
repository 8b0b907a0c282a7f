import { fingerprintHash, HashIndex } from "../../core/model/hash-index.ts";

/**
 * Which row of the database each alert has, so that the database needs no index to find it. Rows that have become free
 * are used again, which keeps the file dense.
 */
export class AlertRows {
  /** By row; undefined for rows that are free. */
  readonly #fingerprints: (string | undefined)[] = [];
  readonly #index = new HashIndex();
  readonly #free: number[] = [];
  /** Removals asked for and not yet known to be stored: the fingerprint, and the batch that asked last. */
  readonly #removals = new Map<string, number>();
  #lastId = 0;

  /** Takes over a row the database has; to be called in ascending order of `id`. */
  restore(fingerprint: string, id: number): void {
    while (this.#lastId + 1 < id) this.#free.push(++this.#lastId);
    this.#lastId = id;
    this.#put(fingerprint, id);
  }

  get(fingerprint: string): number | undefined {
    const slot = this.#slotOf(fingerprint);
    return slot < 0 ? undefined : this.#index.at(slot);
  }

  /** The row of an alert that is to stay, undefined for one that is being removed. */
  forClassifying(fingerprint: string): number | undefined {
    return this.#removals.has(fingerprint) ? undefined : this.get(fingerprint);
  }

  /** The row to write an alert to, a new one if it has none. */
  forWriting(fingerprint: string): number {
    if (this.#removals.size > 0) this.#removals.delete(fingerprint);
    const known = this.get(fingerprint);
    if (known !== undefined) return known;
    const id = this.#free.pop() ?? ++this.#lastId;
    this.#put(fingerprint, id);
    return id;
  }

  /** The row batch `seq` removes, undefined if the alert has none. It stays taken until `removed`. */
  forRemoval(fingerprint: string, seq: number): number | undefined {
    const id = this.get(fingerprint);
    if (id !== undefined) this.#removals.set(fingerprint, seq);
    return id;
  }

  /** Batch `seq` is stored: what it removed and nobody has written since can be used again. */
  removed(fingerprint: string, seq: number): void {
    if (this.#removals.get(fingerprint) !== seq) return;
    this.#removals.delete(fingerprint);
    const slot = this.#slotOf(fingerprint);
    const id = this.#index.at(slot);
    this.#index.remove(slot);
    this.#fingerprints[id] = undefined;
    this.#free.push(id);
  }

  #put(fingerprint: string, id: number): void {
    this.#fingerprints[id] = fingerprint;
    this.#index.add(fingerprintHash(fingerprint), id);
  }

  /** -1 for none. */
  #slotOf(fingerprint: string): number {
    const index = this.#index;
    let slot = index.first(fingerprintHash(fingerprint));
    while (slot >= 0 && this.#fingerprints[index.at(slot)] !== fingerprint) slot = index.next(slot);
    return slot;
  }
}
