import type { Alert } from "../../core/model/alert.ts";
import type { Timestamp } from "../../core/model/timestamp.ts";
import { escapeHTML } from "../json/quote.ts";
import type { Muting } from "./backend.ts";
import { labelsJSON, labelsObject } from "./labels-json.ts";
import { timeTexts } from "./time-texts.ts";

/** An alert with all the API says about it. */
export interface ShownAlert {
  readonly alert: Alert;
  readonly receivers: readonly string[];
  readonly muting: Muting;
  /** Names of the intervals that mute its group. */
  readonly mutedBy: readonly string[];
}

/** Writes alerts as `gettableAlert`s (spec §2.6). For one request. */
export class AlertWriter {
  readonly #time = timeTexts();
  readonly #receivers = new Map<readonly string[], readonly { readonly name: string }[]>();

  /** A list of alerts without its brackets. */
  list(alerts: readonly ShownAlert[]): string {
    // JSON.stringify of many at once is several times faster than joining the pieces of each.
    const parts: string[] = [];
    let run: object[] = [];
    const endRun = () => {
      if (run.length > 0) parts.push(JSON.stringify(run).slice(1, -1));
      run = [];
    };
    for (const shown of alerts) {
      const { labels, annotations } = shown.alert;
      const labelsPart = labelsObject(labels);
      const annotationsPart = labelsObject(annotations);
      if (labelsPart !== undefined && annotationsPart !== undefined) {
        run.push({ annotations: annotationsPart, ...this.#middle(shown), labels: labelsPart });
        continue;
      }
      endRun();
      const middle = JSON.stringify(this.#middle(shown)).slice(1, -1);
      parts.push(`{"annotations":${labelsJSON(annotations)},${middle},"labels":${labelsJSON(labels)}}`);
    }
    endRun();
    return escapeHTML(parts.join(","));
  }

  #middle({ alert, receivers, muting, mutedBy }: ShownAlert) {
    const { inhibitedBy, silencedBy } = muting;
    const suppressed = inhibitedBy.length > 0 || silencedBy.length > 0 || mutedBy.length > 0;
    return {
      endsAt: this.#text(alert.endsAt),
      fingerprint: alert.labels.fingerprint,
      receivers: this.#receiverNames(receivers),
      startsAt: this.#text(alert.startsAt),
      status: { inhibitedBy, mutedBy, silencedBy, state: suppressed ? "suppressed" : "active" },
      updatedAt: this.#text(alert.updatedAt),
      generatorURL: alert.generatorURL === "" ? undefined : alert.generatorURL,
    };
  }

  #text(time: Timestamp): string {
    return this.#time(time);
  }

  /** The receivers of a route are one list for all its alerts. */
  #receiverNames(receivers: readonly string[]): readonly { readonly name: string }[] {
    let names = this.#receivers.get(receivers);
    if (names === undefined) {
      names = receivers.map((name) => ({ name }));
      this.#receivers.set(receivers, names);
    }
    return names;
  }
}
