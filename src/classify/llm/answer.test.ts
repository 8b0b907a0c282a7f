import { describe, expect, test } from "bun:test";
import { GOOD_ANSWER } from "../../../test/support/llm-server.ts";
import { ANSWER_SCHEMA, answerOf, checkAnswer, checkVerdict } from "./answer.ts";

const good = JSON.stringify(GOOD_ANSWER);
const verdict = {
  severity: "warning",
  category: "storage",
  confidence: 0.8,
  reason: "The disk fills up within hours.",
  recommendations: ["Delete old snapshots.", "Grow the volume."],
} as const;

const problem = (change: Record<string, unknown>) => {
  const checked = checkVerdict({ ...GOOD_ANSWER, ...change });
  return checked.ok ? undefined : checked.problem;
};

describe("an answer that fits the schema", () => {
  test.each([
    ["plain", good],
    ["in a fence", `\`\`\`json\n${good}\n\`\`\``],
    ["between sentences", `Here you are: ${good}. Anything else?`],
    ["behind thoughts", `<think>maybe {"severity":"noise"}?</think>\n${good}`],
  ])("becomes a verdict: %s", (_, text) => {
    expect(checkAnswer(text)).toEqual({ ok: true, verdict });
  });

  test("is bounded, and freed of what cannot be seen", () => {
    const checked = checkVerdict({
      ...GOOD_ANSWER,
      reasoning: `a\u0007b\u202e\u{e0041}\u00ad<script>${"x".repeat(900)}`,
      recommendations: [" ", "y".repeat(900), ..."abcdefgh"],
    });
    if (!checked.ok) throw new Error(checked.problem);

    expect(checked.verdict.reason).toHaveLength(500);
    expect(checked.verdict.reason).toStartWith("a b <script>xxx");
    expect(checked.verdict.recommendations.map((text) => text.length)).toEqual([200, 1, 1, 1, 1]);
  });

  test("leads nowhere: of a link nothing is left to click on", () => {
    const checked = checkVerdict({
      ...GOOD_ANSWER,
      reasoning: "See HTTPS://evil.example/fix?a=1 and kube-state: all is down.",
      recommendations: ["Run www.evil.example/x now.", "Open [this](javascript://evil)."],
    });
    if (!checked.ok) throw new Error(checked.problem);

    expect(checked.verdict.reason).toBe("See [link] and kube-state: all is down.");
    expect(checked.verdict.recommendations).toEqual(["Run [link] now.", "Open [this]([link]"]);
  });

  test("can be kept and read back", () => {
    expect(checkVerdict(JSON.parse(JSON.stringify(answerOf(verdict))))).toEqual({ ok: true, verdict });
  });
});

describe("an answer that does not", () => {
  test.each([
    [{ severity: "apocalyptic" }, "/severity: expected one of critical, warning, info, noise"],
    [{ confidence: 1.5 }, "/confidence: Expected number to be less or equal to 1"],
    [{ confidence: "high" }, "/confidence: Expected number"],
    [{ recommendations: "Reboot." }, "/recommendations: Expected array"],
    [{ silence: true }, "/silence: Unexpected property"],
    [{ reasoning: undefined }, "/reasoning: Expected string"],
    [{ reasoning: "\u200b " }, "/reasoning: expected some text"],
    [{ reasoning: "x".repeat(4_001) }, "/reasoning: Expected string length less or equal to 4000"],
    [{ recommendations: Array(21).fill("x") }, "/recommendations: Expected array length to be less or equal to 20"],
  ])("is told what is wrong (case %#)", (change, expected) => {
    expect(problem(change)).toContain(expected);
  });

  test.each(["", "I cannot say.", "{", "[1]", "null", good.slice(0, -20)])("has to be an object: %p", (text) => {
    expect(checkAnswer(text).ok).toBe(false);
  });
});

test("the schema for the endpoint has only what strict modes take", () => {
  expect(ANSWER_SCHEMA).toEqual({
    type: "object",
    properties: {
      reasoning: { type: "string" },
      category: { type: "string", enum: expect.arrayContaining(["storage", "unknown"]) },
      severity: { type: "string", enum: ["critical", "warning", "info", "noise"] },
      confidence: { type: "number" },
      recommendations: { type: "array", items: { type: "string" } },
    },
    required: ["reasoning", "category", "severity", "confidence", "recommendations"],
    additionalProperties: false,
  });
  const { properties } = ANSWER_SCHEMA as { properties: object };
  expect(Object.keys(properties).slice(0, 3)).toEqual(["reasoning", "category", "severity"]);
});
