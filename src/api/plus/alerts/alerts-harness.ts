import { newMatcher } from "../../../core/model/matcher.ts";
import type { Alert } from "../../../core/model/alert.ts";
import type { Classification, Severity } from "../../../core/model/classification.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../../../core/model/labels.ts";
import { Timestamp } from "../../../core/model/timestamp.ts";
import type { AlertFilter } from "./filter.ts";
import type { AlertsView } from "./view.ts";

/** ms; now, for these tests. */
export const NOW = Date.UTC(2026, 10, 24);

export const EVERY: AlertFilter = {
  matchers: [],
  states: [],
  receivers: [],
  severities: [],
  categories: [],
  text: "",
};

export function alert(labels: Record<string, string>, more: Partial<Alert> = {}): Alert {
  const set = labelSetFromObject(labels);
  return {
    labels: set,
    annotations: EMPTY_LABELS,
    startsAt: new Timestamp(NOW - 60_000),
    endsAt: new Timestamp(NOW + 60_000),
    updatedAt: new Timestamp(NOW),
    generatorURL: "",
    timeout: true,
    ...more,
  };
}

/**
 * Alerts that can be added to and taken from. Their labels say what the rest of the server would: `receiver`, `silenced`,
 * `inhibited`, `muted`, `severity`.
 */
export class TestAlerts implements AlertsView {
  #alerts: readonly Alert[];

  constructor(...alerts: readonly Alert[]) {
    this.#alerts = sorted(alerts);
  }

  add(...alerts: readonly Alert[]): void {
    this.#alerts = sorted([...this.#alerts, ...alerts]);
  }

  remove(...alerts: readonly Alert[]): void {
    this.#alerts = this.#alerts.filter((one) => !alerts.includes(one));
  }

  now(): number {
    return NOW;
  }

  alerts(): readonly Alert[] {
    return this.#alerts;
  }

  receiversOf(labels: Alert["labels"]): readonly string[] {
    return labels.get("receiver").split("+");
  }

  muting(labels: Alert["labels"]) {
    return { silencedBy: some(labels.get("silenced")), inhibitedBy: some(labels.get("inhibited")) };
  }

  intervalsMuting(): (labels: Alert["labels"]) => readonly string[] {
    return (labels) => some(labels.get("muted"));
  }

  classOf(one: Alert): Classification {
    return this.classification(one);
  }

  classification({ labels }: Alert): Classification {
    return {
      fingerprint: labels.fingerprint,
      severity: (labels.get("severity") || "info") as Severity,
      category: "unknown",
      confidence: 1,
      reason: "",
      recommendations: [],
      classifier: "rules",
      classifiedAt: NOW,
    };
  }

  acknowledgedBy(): undefined {
    return undefined;
  }
}

export function matcher(name: string, value: string) {
  return newMatcher("=", name, value);
}

function sorted(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted((a, b) => (a.labels.fingerprint < b.labels.fingerprint ? -1 : 1));
}

function some(text: string): readonly string[] {
  return text === "" ? [] : [text];
}
