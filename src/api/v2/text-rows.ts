import type { Alert } from "../../core/model/alert.ts";

/**
 * What has to be known of alerts to answer with their texts, as a list for each thing, by rank: going through lists is some ten
 * times faster than going to the alerts, which lie all over memory.
 */
export class TextRows {
  /** The alert the text is of; undefined where there is no text. */
  readonly alerts: (Alert | undefined)[];
  /** ms */
  readonly ends: Float64Array;
  readonly receivers: (readonly string[])[];
  /** The version of what mutes under which nothing did. */
  readonly versions: Uint32Array;
  readonly places: Uint32Array;
  readonly lengths: Uint32Array;
  /** Bytes of all texts. */
  bytes = 0;

  /** @param order all alerts by rank */
  constructor(readonly order: readonly Alert[]) {
    const count = order.length;
    this.alerts = Array.from({ length: count });
    this.receivers = Array.from({ length: count });
    this.ends = new Float64Array(count);
    this.versions = new Uint32Array(count);
    this.places = new Uint32Array(count);
    this.lengths = new Uint32Array(count);
  }

  set(rank: number, alert: Alert, receivers: readonly string[], version: number, place: number, length: number): void {
    this.bytes += length - (this.lengths[rank] as number);
    this.alerts[rank] = alert;
    this.receivers[rank] = receivers;
    this.ends[rank] = alert.endsAt.ms;
    this.versions[rank] = version;
    this.places[rank] = place;
    this.lengths[rank] = length;
  }

  /** The same for another order, in which alerts came or went. */
  inOrder(order: readonly Alert[]): TextRows {
    const rows = new TextRows(order);
    let old = 0;
    for (const [rank, alert] of order.entries()) {
      while (old < this.order.length && comesBefore(this.order[old] as Alert, alert)) old++;
      if (this.alerts[old] !== alert) continue;
      const [version, place, length] = [this.versions[old], this.places[old], this.lengths[old]] as number[];
      rows.set(rank, alert, this.receivers[old] as string[], version as number, place as number, length as number);
    }
    return rows;
  }
}

function comesBefore(a: Alert, b: Alert): boolean {
  return a !== b && a.labels !== b.labels && a.labels.fingerprint < b.labels.fingerprint;
}
