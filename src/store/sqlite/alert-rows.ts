/**
 * Which row of the database each alert has, so that the database needs no index to find it. Rows that have become free
 * are used again, which keeps the file dense.
 */
export class AlertRows {
  readonly #ids = new Map<string, number>();
  readonly #free: number[] = [];
  /** Removals asked for and not yet known to be stored: the fingerprint, and the batch that asked last. */
  readonly #removals = new Map<string, number>();
  #lastId = 0;

  /** Takes over a row the database has; to be called in ascending order of `id`. */
  restore(fingerprint: string, id: number): void {
    while (this.#lastId + 1 < id) this.#free.push(++this.#lastId);
    this.#lastId = id;
    this.#ids.set(fingerprint, id);
  }

  get(fingerprint: string): number | undefined {
    return this.#ids.get(fingerprint);
  }

  /** The row of an alert that is to stay, undefined for one that is being removed. */
  forClassifying(fingerprint: string): number | undefined {
    return this.#removals.has(fingerprint) ? undefined : this.#ids.get(fingerprint);
  }

  /** The row to write an alert to, a new one if it has none. */
  forWriting(fingerprint: string): number {
    if (this.#removals.size > 0) this.#removals.delete(fingerprint);
    const known = this.#ids.get(fingerprint);
    if (known !== undefined) return known;
    const id = this.#free.pop() ?? ++this.#lastId;
    this.#ids.set(fingerprint, id);
    return id;
  }

  /** The row batch `seq` removes, undefined if the alert has none. It stays taken until `removed`. */
  forRemoval(fingerprint: string, seq: number): number | undefined {
    const id = this.#ids.get(fingerprint);
    if (id !== undefined) this.#removals.set(fingerprint, seq);
    return id;
  }

  /** Batch `seq` is stored: what it removed and nobody has written since can be used again. */
  removed(fingerprint: string, seq: number): void {
    if (this.#removals.get(fingerprint) !== seq) return;
    this.#removals.delete(fingerprint);
    this.#free.push(this.#ids.get(fingerprint) as number);
    this.#ids.delete(fingerprint);
  }
}
