import type { Alert } from "../../core/model/alert.ts";

interface Fragment {
  readonly receivers: string;
  readonly text: string;
}

/** How long texts nobody reads are kept, ms. */
const KEPT = 15_000;

/**
 * Texts of alerts as they were last answered, so that reading again what has not changed costs a look-up an alert. An
 * update makes another alert object, whose text is then written anew; and when nobody reads for a while all are let go.
 */
export class Fragments {
  #texts = new WeakMap<Alert, Fragment>();
  #used = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Tells that a request is going to read. */
  use(): void {
    this.#used = true;
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#expire(), KEPT);
    this.#timer.unref();
  }

  /** The text of an alert that nothing mutes, with this list of receivers. */
  get(alert: Alert, receivers: string): string | undefined {
    const fragment = this.#texts.get(alert);
    return fragment !== undefined && fragment.receivers === receivers ? fragment.text : undefined;
  }

  set(alert: Alert, receivers: string, text: string): void {
    this.#texts.set(alert, { receivers, text });
  }

  #expire(): void {
    if (this.#used) {
      this.#used = false;
      return;
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#texts = new WeakMap();
  }
}
