import type { Happening } from "../core/interfaces/observing.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Observers } from "./observers.ts";

/** Tells of alerts that begin, end and change: of each beginning and each end once, however it comes to be known. */
export class AlertChanges {
  /** Those whose end has been told. */
  readonly #ended = new WeakSet<LabelSet>();

  constructor(private readonly observers: Observers) {}

  /**
   * A version of an alert has come in the place of another one.
   *
   * @param before undefined for one that was not known
   * @param now ms
   */
  came(alert: Alert, before: Alert | undefined, now: number, origin: Happening["origin"] = "here"): void {
    if (!this.observers.any) return;
    const wasFiring = before !== undefined && !isResolved(before, now);
    if (isResolved(alert, now)) {
      // One that comes with its end was firing as well, if only for others to see.
      if (before === undefined) this.#tell("firing", alert, alert.startsAt.ms, origin);
      this.ended(before === undefined || wasFiring ? alert : before, origin);
      return;
    }
    if (wasFiring) {
      if (alert.annotations !== before.annotations || alert.generatorURL !== before.generatorURL) {
        this.#tell("updated", alert, now, origin);
      }
      return;
    }
    if (before !== undefined) this.ended(before, origin);
    this.#ended.delete(alert.labels);
    this.#tell("firing", alert, now, origin);
  }

  /** An alert was found to have ended: nothing else comes when its time runs out. */
  ended(alert: Alert, origin: Happening["origin"] = "here"): void {
    if (!this.observers.any || this.#ended.has(alert.labels)) return;
    this.#ended.add(alert.labels);
    this.#tell("resolved", alert, alert.endsAt.ms, origin);
  }

  #tell(change: "firing" | "resolved" | "updated", alert: Alert, at: number, origin: Happening["origin"]): void {
    this.observers.happened({ kind: "alert", change, alert, at, origin });
  }
}
