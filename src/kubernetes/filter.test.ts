import { expect, test } from "bun:test";
import type { Verdict } from "../core/model/classification.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import { filterOf, readFilter } from "./filter.ts";

function alert(namespace: string): NotifiedAlert {
  return {
    labels: labelSetFromObject({ alertname: "A", namespace }),
    annotations: EMPTY_LABELS,
    startsAt: ZERO_TIME,
    endsAt: ZERO_TIME,
    updatedAt: ZERO_TIME,
    generatorURL: "",
    timeout: false,
    status: "firing",
  };
}

function wants(config: object, verdict: Partial<Verdict> = {}, namespace = "shop"): boolean {
  const classify = (): Verdict => ({
    severity: "warning",
    category: "network",
    confidence: 0.6,
    reason: "",
    recommendations: [],
    ...verdict,
  });
  return filterOf(readFilter(config), classify)?.wants(alert(namespace)) ?? true;
}

test("a filter that says nothing is none", () => {
  const none = () => {
    throw new Error("asked");
  };
  expect(filterOf(readFilter({ send_resolved: false, namespaces: [], severity: [] }), none)).toBeUndefined();
  expect(filterOf(readFilter(undefined), none)).toBeUndefined();
});

test("one severity is the least, a list is those", () => {
  expect(wants({ severity: "warning" }, { severity: "critical" })).toBe(true);
  expect(wants({ severity: "warning" }, { severity: "info" })).toBe(false);
  expect(wants({ min_severity: "Critical" }, { severity: "warning" })).toBe(false);
  expect(wants({ severity: ["info", "critical"] }, { severity: "warning" })).toBe(false);
  expect(wants({ severity: ["info", "critical"] }, { severity: "info" })).toBe(true);
  expect(wants({ severity: ["info", "critical"], minSeverity: "warning" }, { severity: "info" })).toBe(false);
});

test("namespace, class, noise and confidence are looked at, each as either style writes it", () => {
  expect(wants({ namespaces: ["shop"] })).toBe(true);
  expect(wants({ namespaces: "bank" })).toBe(false);
  expect(wants({ class: ["database", "network"] })).toBe(true);
  expect(wants({ categories: "database" })).toBe(false);
  expect(wants({ excludeNoise: true }, { severity: "noise" })).toBe(false);
  expect(wants({ exclude_noise: true }, { severity: "info" })).toBe(true);
  expect(wants({ exclude_noise: false }, { severity: "noise" })).toBe(true);
  expect(wants({ minConfidence: 0.6 })).toBe(true);
  expect(wants({ min_confidence: 0.61 })).toBe(false);
});

test("labels must have the value, or one of the values", () => {
  expect(wants({ labels: { alertname: "A" } })).toBe(true);
  expect(wants({ labels: { alertname: ["B", "A"], namespace: "shop" } })).toBe(true);
  expect(wants({ labels: { alertname: "A", namespace: "bank" } })).toBe(false);
  expect(wants({ labels: { team: "platform" } })).toBe(false);
  expect(wants({ labels: { team: "" } })).toBe(true);
  expect(wants({ labels: { alertname: true } })).toBe(false);
  expect(wants({ labels: {} })).toBe(true);
});

test("all that is given must hold", () => {
  expect(wants({ namespaces: ["shop"], severity: "critical" })).toBe(false);
  expect(wants({ namespaces: ["shop"], severity: "critical" }, { severity: "critical" })).toBe(true);
});

test("what is given in both styles is refused", () => {
  expect(() => readFilter({ exclude_noise: true, excludeNoise: true })).toThrow("expected one");
});
