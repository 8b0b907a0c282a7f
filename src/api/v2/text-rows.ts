import type { Alert } from "../../core/model/alert.ts";

/**
 * What has to be known of alerts to answer with their texts, as a list for each thing, by rank: going through lists is some ten
 * times faster than going to the alerts, which lie all over memory.
 */
export class TextRows {
  /** The alert, where it has a text and is known to be neither ended nor muted by anything as things stand now. */
  readonly active: (Alert | undefined)[];
  /** The receivers the text names. */
  readonly receivers: (readonly string[])[];
  /** 1 where that is one, so that the alert reads the same wherever it is shown. */
  readonly haveOne: Uint8Array;
  /** Bytes of all texts. */
  bytes = 0;
  /** The alert the text is of; undefined where there is no text. */
  readonly #alerts: (Alert | undefined)[];
  /** ms */
  readonly #ends: Float64Array;
  /** None of those that are active ends before, ms. */
  #nextEnd = Number.POSITIVE_INFINITY;
  /** Of each its place and its length. */
  readonly #texts: Uint32Array;

  /**
   * @param order all alerts by rank
   * @param version of what mutes
   */
  constructor(
    readonly order: readonly Alert[],
    public version: number,
  ) {
    const count = order.length;
    this.active = Array.from({ length: count });
    this.receivers = Array.from({ length: count });
    this.haveOne = new Uint8Array(count);
    this.#alerts = Array.from({ length: count });
    this.#ends = new Float64Array(count);
    this.#texts = new Uint32Array(2 * count);
  }

  place(rank: number): number {
    return this.#texts[2 * rank] as number;
  }

  length(rank: number): number {
    return this.#texts[2 * rank + 1] as number;
  }

  /** Whether there is a text of an alert that names these receivers. */
  has(rank: number, alert: Alert, receivers: readonly string[]): boolean {
    return this.#alerts[rank] === alert && this.receivers[rank] === receivers;
  }

  set(rank: number, alert: Alert, receivers: readonly string[], place: number, length: number): void {
    this.bytes += length - this.length(rank);
    this.#alerts[rank] = alert;
    this.active[rank] = undefined;
    this.receivers[rank] = receivers;
    this.haveOne[rank] = receivers.length === 1 ? 1 : 0;
    this.#ends[rank] = alert.endsAt.ms;
    this.#texts[2 * rank] = place;
    this.#texts[2 * rank + 1] = length;
  }

  /** Takes note that nothing mutes the alert of a text under the present version. */
  activate(rank: number): void {
    this.active[rank] = this.#alerts[rank];
    this.#nextEnd = Math.min(this.#nextEnd, this.#ends[rank] as number);
  }

  /** Forgets what is active, where that may be another now. */
  advance(now: number, version: number): void {
    if (version !== this.version) {
      this.version = version;
      this.active.fill(undefined);
      this.#nextEnd = Number.POSITIVE_INFINITY;
    }
    if (this.#nextEnd >= now) return;
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const [rank, end] of this.#ends.entries()) {
      if (this.active[rank] === undefined) continue;
      if (end < now) this.active[rank] = undefined;
      else this.#nextEnd = Math.min(this.#nextEnd, end);
    }
  }

  /** The same for another order, in which alerts came or went. */
  inOrder(order: readonly Alert[]): TextRows {
    const rows = new TextRows(order, this.version);
    let old = 0;
    for (const [rank, alert] of order.entries()) {
      while (old < this.order.length && comesBefore(this.order[old] as Alert, alert)) old++;
      if (this.#alerts[old] !== alert) continue;
      rows.set(rank, alert, this.receivers[old] as string[], this.place(old), this.length(old));
      if (this.active[old] === alert) rows.activate(rank);
    }
    return rows;
  }
}

function comesBefore(a: Alert, b: Alert): boolean {
  return a !== b && a.labels !== b.labels && a.labels.fingerprint < b.labels.fingerprint;
}
