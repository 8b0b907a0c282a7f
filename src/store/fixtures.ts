import type { Alert } from "../core/model/alert.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { newMatcher } from "../core/model/matcher.ts";
import type { Classification } from "../core/model/classification.ts";
import type { Silence } from "../core/model/silence.ts";
import { Timestamp, formatNano } from "../core/model/timestamp.ts";

/** What the tests of the stores store. */

export const T0 = Date.parse("2026-11-23T10:00:00Z");

export function alertOf(labels: Record<string, string>, change: Partial<Alert> = {}): Alert {
  return {
    labels: labelSetFromObject(labels),
    annotations: labelSetFromObject({ summary: "it is down" }),
    startsAt: new Timestamp(T0),
    endsAt: new Timestamp(T0 + 300_000),
    updatedAt: new Timestamp(T0 + 1),
    generatorURL: "http://prometheus/graph?g0.expr=up",
    timeout: true,
    ...change,
  };
}

export function silenceOf(id: string, change: Partial<Silence> = {}): Silence {
  return {
    id,
    matcherSets: [[newMatcher("=", "alertname", "Down"), newMatcher("=~", "instance", "node-(1|2)")]],
    startsAt: new Timestamp(T0),
    endsAt: new Timestamp(T0 + 3_600_000),
    updatedAt: new Timestamp(T0),
    createdBy: "ann",
    comment: "repairing",
    annotations: {},
    ...change,
  };
}

export function classificationOf(alert: Alert, change: Partial<Classification> = {}): Classification {
  return {
    fingerprint: alert.labels.fingerprint,
    classifier: "llm",
    classifiedAt: T0 + 2,
    severity: "warning",
    category: "storage",
    confidence: 0.8,
    reason: "A disk fills up.",
    recommendations: ["Look for what grows."],
    ...change,
  };
}

/** Everything of an alert that a reader can see, so that two can be compared whatever they are cached with. */
export function plainAlert(alert: Alert) {
  const time = (t: Timestamp) => [t.ms, t.nanos, t.offset];
  return {
    labels: [...alert.labels.entries()],
    fingerprint: alert.labels.fingerprint,
    annotations: [...alert.annotations.entries()],
    startsAt: time(alert.startsAt),
    endsAt: time(alert.endsAt),
    updatedAt: time(alert.updatedAt),
    generatorURL: alert.generatorURL,
    timeout: alert.timeout,
  };
}

/** A silence in the words a person would use, so that two can be compared. */
export function plainSilence(silence: Silence) {
  return {
    ...silence,
    matcherSets: silence.matcherSets.map((set) => set.map(String)),
    startsAt: formatNano(silence.startsAt),
    endsAt: formatNano(silence.endsAt),
    updatedAt: formatNano(silence.updatedAt),
  };
}

/**
 * What a promise is rejected with, undefined if it is not. To be used instead of `expect(…).rejects` for what a worker
 * answers: that one waits without letting further messages of the worker through.
 */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
