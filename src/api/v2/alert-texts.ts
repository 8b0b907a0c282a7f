import type { Alert } from "../../core/model/alert.ts";
import { Pages } from "./pages.ts";
import { TextRows } from "./text-rows.ts";

/** Texts nobody has read for one of these periods, ms, are let go by the end of the next. */
const PERIOD = 15_000;

/**
 * Texts of alerts as they were last answered, in the order they were first read in, so that reading again what has not changed
 * costs little more than sending it.
 */
export class AlertTexts {
  #pages = new Pages();
  #rows = new TextRows([]);
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
   */
  follow(order: readonly Alert[]): void {
    this.#unused = 0;
    this.#timer ??= setInterval(() => this.#endPeriod(), PERIOD).unref();
    if (order !== this.#rows.order) this.#rows = this.#rows.inOrder(order);
    // More than half are texts of what has changed or is gone.
    if (this.#pages.written > 2 * this.#rows.bytes) this.#clear(order);
  }

  /**
   * Keeps the text of an alert that nothing mutes.
   *
   * @param version the version of what mutes
   * @returns its place, undefined if it cannot be kept
   */
  keep(alert: Alert, receivers: readonly string[], version: number, text: string): number | undefined {
    const rows = this.#rows;
    const { rank } = alert.labels;
    if (rows.order[rank] !== alert) return undefined;
    const place = this.#pages.add(text);
    if (place === undefined) return undefined;
    rows.set(rank, alert, receivers, version, place, this.#pages.end - place);
    return place;
  }

  /**
   * Takes note that nothing mutes an alert under another version.
   *
   * @returns its rank, undefined if there is no text of it
   */
  renew(alert: Alert, receivers: readonly string[], version: number): number | undefined {
    const rows = this.#rows;
    const { rank } = alert.labels;
    if (rows.alerts[rank] !== alert || rows.receivers[rank] !== receivers) return undefined;
    rows.versions[rank] = version;
    return rank;
  }

  #endPeriod(): void {
    if (this.#unused++ === 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clear([]);
  }

  #clear(order: readonly Alert[]): void {
    this.#pages = new Pages();
    this.#rows = new TextRows(order);
  }
}
