import { Counter, Gauge, Vec } from "../metrics/instruments.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Classification, Verdict } from "../core/model/classification.ts";

export type ClassificationMetrics = ReturnType<typeof createClassificationMetrics>;

/** @param add lists a metric under its full name */
export function createClassificationMetrics(add: Metrics["add"]) {
  const classifications = add(
    "alertmanager_plus_classifications_total",
    "Total number of verdicts on alerts: by the rules one for each new alert, by others each that was given.",
    "counter",
    ["classifier", "severity", "category"],
    new Vec(["classifier", "severity", "category"], () => new Counter()),
  );
  return {
    counted: (classifier: Classification["classifier"], { severity, category }: Verdict) =>
      classifications.with(classifier, severity, category).inc(),
    /** Alerts nobody had the time to look at; those are asked about later. */
    dropped: add(
      "alertmanager_plus_classification_dropped_total",
      "Total number of alerts that came too fast to be looked at right away. Classifiers are asked about them later.",
      "counter",
      [],
      new Counter(),
    ),
    queued: add(
      "alertmanager_plus_classification_queue_length",
      "Alerts that wait to be classified, by the rules or by others.",
      "gauge",
      [],
      new Gauge(),
    ),
    unanswered: add(
      "alertmanager_plus_classification_unanswered_total",
      "Total number of alerts that classifiers were asked about and none had a verdict on: the rules' stands.",
      "counter",
      [],
      new Counter(),
    ),
  };
}
