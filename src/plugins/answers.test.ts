import { expect, test } from "bun:test";
import type { Verdict as CoreVerdict } from "../core/model/classification.ts";
import type { PublishResult as CoreResult } from "../core/interfaces/publishing.ts";
import { readPublishResult, readVerdict } from "./answers.ts";
import type { Category, PublishResult, Severity, Verdict } from "./api.ts";

const verdict: Verdict = {
  severity: "info",
  category: "network",
  confidence: 0.5,
  reason: "So it seems.",
  recommendations: ["Look."],
};

test("what the types for authors allow is what the server takes", () => {
  const ours: CoreVerdict = verdict;
  const severity: CoreVerdict["severity"] = "info" as Severity;
  const category: Category = "network" as CoreVerdict["category"];
  const theirs: Severity = "info" as CoreVerdict["severity"];
  expect([ours.category, severity, theirs]).toEqual([category, "info", "info"]);
});

test("a verdict is taken as it is, without what does not belong to it", () => {
  expect(readVerdict({ ...verdict, classifier: "rules", model: "x" })).toEqual(verdict);
  expect(readVerdict(undefined)).toBeUndefined();
  expect(readVerdict(null)).toBeUndefined();
});

test.each([
  [{ severity: "fatal" }, 'severity is "fatal"; expected critical, warning, info or noise'],
  [{ category: 3 }, "category is 3; expected one of the categories"],
  [{ confidence: 1.5 }, "confidence is 1.5; expected a number from 0 to 1"],
  [{ confidence: Number.NaN }, "confidence is null; expected a number from 0 to 1"],
  [{ reason: undefined }, "reason is missing; expected a text"],
  [{ recommendations: [1] }, "recommendations is [1]; expected a list of texts"],
])("a verdict with %j is none", (wrong, message) => {
  expect(() => readVerdict({ ...verdict, ...wrong })).toThrow(message);
});

test("results are read", () => {
  const results: PublishResult[] = [
    { ok: true },
    { ok: true, receiverData: { ticket: 7, url: "x" } },
    { ok: false, retry: true, error: "busy", retryAfter: 100, reason: "rateLimited" },
  ];
  for (const result of results) expect(readPublishResult(result)).toEqual(result as CoreResult);
  expect(readPublishResult({ ok: false, retry: false, error: "no" })).toEqual({
    ok: false,
    retry: false,
    error: "no",
    reason: "other",
  });
});

test.each([
  [undefined, "ok is missing; expected true or false"],
  [{ ok: "yes" }, 'ok is "yes"; expected true or false'],
  [{ ok: false, error: "x" }, "retry is missing"],
  [{ ok: false, retry: true }, "error is missing; expected a text"],
  [{ ok: false, retry: true, error: "x", reason: "bad luck" }, 'reason is "bad luck"; expected one of other, '],
  [{ ok: false, retry: true, error: "x", retryAfter: -1 }, "retryAfter is -1"],
  [{ ok: true, receiverData: { a: {} } }, "expected an object of texts and numbers"],
  [{ ok: true, receiverData: "x" }, "expected an object of texts and numbers"],
  [{ ok: true, receiverData: ["x"] }, "expected an object of texts and numbers"],
  [{ ok: true, receiverData: { a: "x".repeat(5000) } }, "receiverData has more than 4096 bytes"],
])("%j is no result", (value, message) => {
  expect(() => readPublishResult(value)).toThrow(message);
});
