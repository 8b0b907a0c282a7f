import type { Happening, Observer } from "../core/interfaces/observing.ts";
import type { Cancel } from "./clock.ts";

/** All who want to know what happens. Whoever tells asks `any` first where telling costs something. */
export class Observers implements Observer {
  #observers: readonly Observer[] = [];

  /** Whether anybody listens. */
  get any(): boolean {
    return this.#observers.length > 0;
  }

  /** @returns what lets it go again */
  add(observer: Observer): Cancel {
    this.#observers = [...this.#observers, observer];
    return () => {
      this.#observers = this.#observers.filter((one) => one !== observer);
    };
  }

  happened(happening: Happening): void {
    for (const observer of this.#observers) observer.happened(happening);
  }
}
