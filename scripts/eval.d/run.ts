import type { AlertClassifier, RuleBasedClassifier } from "../../src/core/interfaces/classification.ts";
import type { Alert } from "../../src/core/model/alert.ts";
import { boundedVerdict, withFloor } from "../../src/core/model/classification.ts";
import { parseTimestamp, ZERO_TIME } from "../../src/core/model/timestamp.ts";
import type { LabelledAlert } from "../../test/classification/labelled.ts";
import type { Answer } from "../../test/classification/measure.ts";

/** Asks a classifier about each alert, one after the other, as the server does: within bounds, and over the floor. */
export async function run(
  classifier: AlertClassifier,
  rules: RuleBasedClassifier,
  alerts: readonly LabelledAlert[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const alert of alerts) {
    const context = { rules: rules.classify(alert.labels, alert.annotations) };
    const verdict = await classifier
      .classify(firing(alert), context, new AbortController().signal)
      .catch(() => undefined);
    const shown = verdict && withFloor(boundedVerdict(verdict), alert.labels, context.rules);
    answers.push({ alert, verdict: shown });
  }
  return answers;
}

const START = parseTimestamp("2026-01-01T00:00:00Z");

function firing({ labels, annotations }: LabelledAlert): Alert {
  return {
    labels,
    annotations,
    startsAt: START,
    endsAt: ZERO_TIME,
    updatedAt: START,
    generatorURL: "",
    timeout: false,
  };
}

const REPETITIONS = 500;

/** Microseconds the rules take for an alert, on average, when they have seen its name before. */
export function timeOf(rules: RuleBasedClassifier, alerts: readonly LabelledAlert[]): number {
  const once = () => {
    for (const { labels, annotations } of alerts) rules.classify(labels, annotations);
  };
  for (let i = 0; i < REPETITIONS; i++) once();
  const begin = performance.now();
  for (let i = 0; i < REPETITIONS; i++) once();
  return ((performance.now() - begin) * 1000) / (REPETITIONS * alerts.length);
}
