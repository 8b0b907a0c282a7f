import type { Alert } from "../../../core/model/alert.ts";
import type { Classification } from "../../../core/model/classification.ts";
import type { LabelSet } from "../../../core/model/labels.ts";
import type { Muting } from "../../../core/interfaces/backend.ts";
import { isActive, type ShownAlert } from "../../v2/alert-json.ts";

/** What the endpoints for alerts need of the rest of the server. All of it is in memory. */
export interface AlertsView {
  /** ms */
  now(): number;
  /** All that are stored, by fingerprint: another list once an alert came or went. */
  alerts(): readonly Alert[];
  receiversOf(labels: LabelSet): readonly string[];
  muting(labels: LabelSet, now: number): Muting;
  /** Gives, for the moment asked, the names of the time intervals that mute an alert wherever it is routed; [] for most. */
  intervalsMuting(now: number): (labels: LabelSet) => readonly string[];
  /** What the alert is taken for. */
  classification(alert: Alert): Classification;
  /** Severity and category of the same, for very many alerts. */
  classOf(alert: Alert): Pick<Classification, "severity" | "category">;
  /** The silence somebody has acknowledged the alert by. */
  acknowledgedBy(labels: LabelSet): string | undefined;
}

export const STATES = ["active", "silenced", "inhibited", "muted", "unprocessed"] as const;
/** An alert that is both silenced and inhibited is in both states. None is ever `unprocessed`: its state is worked out when asked. */
export type State = (typeof STATES)[number];

/** An alert as it stands at one moment, worked out as far as somebody asks. */
export class SeenAlert implements ShownAlert {
  #receivers: readonly string[] | undefined;
  #muting: Muting | undefined;
  #mutedBy: readonly string[] | undefined;
  #class: Pick<Classification, "severity" | "category"> | undefined;

  constructor(
    readonly alert: Alert,
    readonly sight: Sight,
  ) {}

  get receivers(): readonly string[] {
    return (this.#receivers ??= this.sight.view.receiversOf(this.alert.labels));
  }

  get muting(): Muting {
    return (this.#muting ??= this.sight.view.muting(this.alert.labels, this.sight.now));
  }

  get mutedBy(): readonly string[] {
    return (this.#mutedBy ??= this.sight.intervalsMuting(this.alert.labels));
  }

  get severity(): Classification["severity"] {
    return (this.#class ??= this.sight.view.classOf(this.alert)).severity;
  }

  get category(): Classification["category"] {
    return (this.#class ??= this.sight.view.classOf(this.alert)).category;
  }

  isIn(state: State): boolean {
    switch (state) {
      case "active":
        return isActive(this);
      case "silenced":
        return this.muting.silencedBy.length > 0;
      case "inhibited":
        return this.muting.inhibitedBy.length > 0;
      case "muted":
        return this.mutedBy.length > 0;
      case "unprocessed":
        return false;
    }
  }
}

/** All alerts as one request sees them. */
export interface Sight {
  readonly view: AlertsView;
  /** ms */
  readonly now: number;
  readonly intervalsMuting: (labels: LabelSet) => readonly string[];
}

export function sightOf(view: AlertsView): Sight {
  const now = view.now();
  return { view, now, intervalsMuting: view.intervalsMuting(now) };
}

/** The alert of a fingerprint; undefined where there is none. */
export function findAlert(alerts: readonly Alert[], fingerprint: string): Alert | undefined {
  let [from, to] = [0, alerts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const found = (alerts[middle] as Alert).labels.fingerprint;
    if (found === fingerprint) return alerts[middle];
    if (found < fingerprint) from = middle + 1;
    else to = middle;
  }
  return undefined;
}
