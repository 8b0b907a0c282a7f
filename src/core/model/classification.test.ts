import { describe, expect, test } from "bun:test";
import {
  boundedText,
  boundedVerdict,
  MAX_REASON,
  MAX_RECOMMENDATIONS,
  withFloor,
  type RuleVerdict,
  type Severity,
  type Verdict,
} from "./classification.ts";
import { labelSetFromObject } from "./labels.ts";
import { statedSeverity } from "./stated-severity.ts";

function verdict(severity: Severity): Verdict {
  return { severity, category: "unknown", confidence: 0.5, reason: "Because.", recommendations: [] };
}
const byRule = (severity: Severity): RuleVerdict => ({ ...verdict(severity), rule: "r" });

describe("what an alert says of its severity", () => {
  test.each([
    ["critical", "critical", false],
    [" Critical ", "critical", false],
    ["SEV-1", "critical", false],
    ["P 1", "critical", false],
    ["page", "critical", false],
    ["kritisch", "critical", false],
    ["严重", "critical", false],
    ["warn", "warning", false],
    ["ticket", "warning", false],
    ["error", "warning", true],
    ["major", "warning", true],
    ["notice", "info", false],
    ["P4", "info", false],
    ["none", "noise", true],
    ["noise", "noise", false],
  ])("%s", (value, severity, atLeast) => {
    expect(statedSeverity(labelSetFromObject({ severity: value }))).toEqual({
      severity: severity as Severity,
      atLeast,
    });
  });
  test.each(["", "email", "3", "platform-team"])("%p says nothing", (severity) => {
    expect(statedSeverity(labelSetFromObject({ severity }))).toBeUndefined();
  });
  test("may stand in priority or level; the most severe counts", () => {
    expect(statedSeverity(labelSetFromObject({ priority: "P1" }))?.severity).toBe("critical");
    expect(statedSeverity(labelSetFromObject({ severity: "info", level: "critical" }))?.severity).toBe("critical");
    expect(statedSeverity(labelSetFromObject({ severity: "critical", level: "info" }))?.severity).toBe("critical");
  });
});

describe("the floor", () => {
  const labels = (severity: string) => labelSetFromObject({ severity });

  test("is critical where the alert's label says so", () => {
    const raised = withFloor(verdict("noise"), labels("critical"), byRule("noise"));
    expect(raised.severity).toBe("critical");
    expect(raised.reason).toBe("Kept critical because the alert's own label says so. Because.");
  });
  test("is critical where the rules say so", () => {
    const raised = withFloor(verdict("info"), labels("info"), byRule("critical"));
    expect(raised).toMatchObject({ severity: "critical", reason: expect.stringContaining("the rule r says so") });
  });
  test("leaves everything else as it is, what is raised as well", () => {
    const same = verdict("info");
    expect(withFloor(same, labels("warning"), byRule("warning"))).toBe(same);
    expect(withFloor(same, labels("error"), undefined)).toBe(same);
    expect(withFloor(verdict("critical"), labels("info"), byRule("noise")).severity).toBe("critical");
  });
  test("keeps the reason within its bound", () => {
    const long = { ...verdict("info"), reason: "x".repeat(MAX_REASON) };
    expect(withFloor(long, labels("critical"), undefined).reason.length).toBe(MAX_REASON);
  });
});

describe("bounded texts", () => {
  test("are one line without what cannot be seen", () => {
    expect(boundedText("a\r\nb\u0000\u001b[31mc\u202ed\u200be", 50)).toBe("a b [31mc d e");
  });
  test("are cut, but not in the middle of a character", () => {
    expect(boundedText("abcdef", 4)).toBe("abc…");
    expect(boundedText("ab😀cd", 4)).toBe("ab…");
    expect(boundedText("abcd", 4)).toBe("abcd");
  });
  test("make a verdict of somebody not trusted bounded", () => {
    const bounded = boundedVerdict({
      ...verdict("info"),
      confidence: 7,
      reason: "y".repeat(10_000),
      recommendations: ["", " \n ", ...Array.from({ length: 20 }, (_, i) => `${i}${"z".repeat(1000)}`)],
    });
    expect(bounded.confidence).toBe(1);
    expect(bounded.reason.length).toBe(MAX_REASON);
    expect(bounded.recommendations.length).toBe(MAX_RECOMMENDATIONS);
    expect(Math.max(...bounded.recommendations.map(({ length }) => length))).toBe(200);
    expect(boundedVerdict({ ...verdict("info"), confidence: Number.NaN }).confidence).toBe(0);
  });
});
