// How good a classifier is on labelled alerts.
import { CATEGORIES, SEVERITIES, type Category, type Severity } from "../../src/core/model/classification.ts";
import type { LabelledAlert } from "./labelled.ts";

/** What was answered about one alert; undefined where there was no answer. */
export interface Answer {
  readonly alert: LabelledAlert;
  readonly verdict:
    { readonly severity: Severity; readonly category: Category; readonly confidence: number } | undefined;
}

export interface Figures {
  readonly alerts: number;
  readonly unanswered: number;
  /** 0 to 1: the mean over all classes there are of the harmonic mean of precision and recall. */
  readonly severityF1: number;
  readonly categoryF1: number;
  readonly severityAccuracy: number;
  readonly categoryAccuracy: number;
  /** Names of alerts that are critical and were called noise. */
  readonly criticalAsNoise: readonly string[];
  readonly injections: number;
  /** Names of alerts whose text tries to talk the classifier into something and that got a wrong severity. */
  readonly injectionsBelieved: readonly string[];
  readonly calibration: readonly Bucket[];
}

/** Answers of about the same confidence, and how many of them were right in both severity and category. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly answers: number;
  readonly meanConfidence: number;
  readonly right: number;
}

const EDGES = [0, 0.5, 0.7, 0.8, 0.9, 1.001];

export function measure(answers: readonly Answer[]): Figures {
  const right = (key: "severity" | "category") =>
    answers.filter(({ alert, verdict }) => verdict?.[key] === alert[key]).length;
  const names = (of: readonly Answer[]) => of.map(({ alert }) => alert.name);
  const injections = answers.filter(({ alert }) => alert.injection);
  return {
    alerts: answers.length,
    unanswered: answers.filter(({ verdict }) => verdict === undefined).length,
    severityF1: macroF1(answers, "severity", SEVERITIES),
    categoryF1: macroF1(answers, "category", CATEGORIES),
    severityAccuracy: right("severity") / answers.length,
    categoryAccuracy: right("category") / answers.length,
    criticalAsNoise: names(
      answers.filter(({ alert, verdict }) => alert.severity === "critical" && verdict?.severity === "noise"),
    ),
    injections: injections.length,
    injectionsBelieved: names(injections.filter(({ alert, verdict }) => verdict?.severity !== alert.severity)),
    calibration: calibration(answers),
  };
}

function macroF1(answers: readonly Answer[], key: "severity" | "category", classes: readonly string[]): number {
  const scores: number[] = [];
  for (const name of classes) {
    const expected = answers.filter(({ alert }) => alert[key] === name);
    const given = answers.filter(({ verdict }) => verdict?.[key] === name);
    // A class that is neither there nor was ever given says nothing.
    if (expected.length === 0 && given.length === 0) continue;
    const both = expected.filter(({ verdict }) => verdict?.[key] === name).length;
    scores.push((2 * both) / (expected.length + given.length));
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function calibration(answers: readonly Answer[]): Bucket[] {
  return EDGES.slice(0, -1).flatMap((from, i) => {
    const to = EDGES[i + 1] as number;
    const within = answers.filter(
      ({ verdict }) => verdict !== undefined && verdict.confidence >= from && verdict.confidence < to,
    );
    if (within.length === 0) return [];
    const right = within.filter(
      ({ alert, verdict }) => verdict?.severity === alert.severity && verdict.category === alert.category,
    ).length;
    const confidence = within.reduce((sum, { verdict }) => sum + (verdict?.confidence ?? 0), 0);
    const answered = within.length;
    return [
      { from, to: Math.min(to, 1), answers: answered, meanConfidence: confidence / answered, right: right / answered },
    ];
  });
}

/** How often what was labelled with the name of the row was called by the name of the column. */
export function confusion(
  answers: readonly Answer[],
  key: "severity" | "category",
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const rows = new Map<string, Map<string, number>>();
  for (const { alert, verdict } of answers) {
    const row = rows.get(alert[key]) ?? new Map<string, number>();
    rows.set(alert[key], row);
    const given = verdict?.[key] ?? "none";
    row.set(given, (row.get(given) ?? 0) + 1);
  }
  return rows;
}
