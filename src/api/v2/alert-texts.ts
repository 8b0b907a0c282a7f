import type { Alert } from "../../core/model/alert.ts";
import type { GroupView } from "../../core/interfaces/backend.ts";
import { Pages } from "./pages.ts";
import { TextRows } from "./text-rows.ts";

/** Texts nobody has read for one of these periods, ms, are let go by the end of the next. */
const PERIOD = 15_000;

/** So many bytes of texts are worth a full collection once they were let go of: nothing else may need one for hours. */
const WORTH_COLLECTING = 4 * 1024 * 1024;

/**
 * Texts of alerts as they were last answered, in the order they were first read in, so that reading again what has not changed
 * costs little more than sending it.
 */
export class AlertTexts {
  #pages = new Pages();
  #rows = new TextRows([], 0);
  /** Of the alerts of a group, by its order. */
  #ranks = new WeakMap<object, Uint32Array>();
  #unused = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Where the texts stand now; places are good for these pages only. */
  get pages(): Pages {
    return this.#pages;
  }

  get rows(): TextRows {
    return this.#rows;
  }

  /**
   * To be called when a request begins.
   *
   * @param order all alerts by rank: the same list until one comes or goes
   * @param version of what mutes
   */
  follow(order: readonly Alert[], now: number, version: number): void {
    this.#unused = 0;
    this.#timer ??= setInterval(() => this.#endPeriod(), PERIOD).unref();
    if (order !== this.#rows.order) {
      this.#rows = this.#rows.inOrder(order);
      this.#ranks = new WeakMap();
    }
    // More than half are texts of what has changed or is gone.
    if (this.#pages.written > 2 * this.#rows.bytes) this.#clear(order);
    this.#rows.advance(now, version);
  }

  /** The ranks of a group's alerts, in the group's order; of one that is not among all alerts any more, any. */
  ranksIn({ order, alerts }: GroupView): Uint32Array {
    let ranks = this.#ranks.get(order);
    if (ranks === undefined) {
      ranks = Uint32Array.from(alerts, ({ labels }) => labels.rank);
      this.#ranks.set(order, ranks);
    }
    return ranks;
  }

  /**
   * Keeps the text of an alert that nothing mutes.
   *
   * @param version of what mutes
   * @returns its place, undefined if it cannot be kept
   */
  keep(alert: Alert, receivers: readonly string[], version: number, text: string): number | undefined {
    const rows = this.#rows;
    const { rank } = alert.labels;
    if (rows.order[rank] !== alert) return undefined;
    const place = this.#pages.add(text);
    if (place === undefined) return undefined;
    rows.set(rank, alert, receivers, place, this.#pages.end - place);
    if (rows.version === version) rows.activate(rank);
    return place;
  }

  /**
   * Takes note that nothing mutes an alert under the present version.
   *
   * @returns its rank, undefined if there is no text of it
   */
  renew(alert: Alert, receivers: readonly string[]): number | undefined {
    const { rank } = alert.labels;
    if (!this.#rows.has(rank, alert, receivers)) return undefined;
    this.#rows.activate(rank);
    return rank;
  }

  #endPeriod(): void {
    if (this.#unused++ === 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const { written } = this.#pages;
    this.#clear([]);
    if (written > WORTH_COLLECTING) Bun.gc(true);
  }

  #clear(order: readonly Alert[]): void {
    this.#pages = new Pages();
    this.#rows = new TextRows(order, this.#rows.version);
  }
}
