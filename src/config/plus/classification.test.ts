import { describe, expect, test } from "bun:test";
import { ConfigError } from "../error.ts";
import { parseYaml } from "../yaml/parser.ts";
import { CLASSIFICATION_DEFAULTS, readClassification } from "./classification.ts";
import { readMapping, readRoot } from "./reader.ts";

function read(text: string) {
  const defaults = { classification: CLASSIFICATION_DEFAULTS };
  return readRoot(parseYaml(text), {}, readMapping(defaults, { classification: readClassification }), defaults)
    .classification;
}

describe("the settings of classification", () => {
  test("show nothing and make nothing wait by themselves", () => {
    expect(read("classification:\n")).toEqual({
      mode: "transparent",
      rules: [],
      max_wait: 0,
      routes: [],
      webhooks: [],
    });
  });

  test("have rules, which are certain of what they say", () => {
    const { rules } = read(`
classification:
  mode: enriched
  rules:
    - name: batch-late
      matchers: ['alertname="BatchLate"', 'team=~"a|b", env!="dev"']
      severity: info
      category: operations
      confidence: 0.9
      reason: Batches may be late.
      recommendations: [Look at the queue.]
    - {name: short, matchers: [alertname = Short], severity: noise}
`);

    const [batch, short] = rules;
    expect(batch?.matchers?.map(String)).toEqual(['alertname="BatchLate"', 'team=~"a|b"', 'env!="dev"']);
    expect(batch).toMatchObject({
      name: "batch-late",
      severity: "info",
      category: "operations",
      certain: true,
      confidence: 0.9,
      reason: "Batches may be late.",
      recommendations: ["Look at the queue."],
    });
    expect(short).toMatchObject({
      category: "unknown",
      confidence: 1,
      reason: "Matches the rule short.",
      certain: true,
    });
  });

  test("name the webhooks that show it", () => {
    expect(read("classification: {mode: enriched, webhooks: [a, b]}")).toMatchObject({
      mode: "enriched",
      webhooks: ["a", "b"],
    });
  });

  test("have receivers for classes, with how long each may wait", () => {
    const { routes } = read(`
classification:
  max_wait: 5s
  routes:
    - {receiver: security, categories: [security], min_confidence: 0.8, max_wait: 0s}
    - {receiver: pager, severities: [critical]}
`);

    expect(routes).toEqual([
      { receiver: "security", severities: [], categories: ["security"], min_confidence: 0.8, max_wait: 0 },
      { receiver: "pager", severities: ["critical"], categories: [], min_confidence: 0, max_wait: 5_000 },
    ]);
  });

  test.each([
    ["mode: loud", 'classification.mode: "loud" is none of transparent, enriched, transparent_with_recommendations'],
    ["rules: [{matchers: [a=b], severity: info}]", "classification.rules[0]: has no name"],
    [
      "rules: [{name: a, matchers: [a=b]}]",
      "classification.rules[0]: has no severity; expected one of critical, warning, info, noise",
    ],
    ["rules: [{name: a, severity: info}]", "classification.rules[0]: has no matchers; expected at least one"],
    [
      "rules: [{name: a, severity: high, matchers: [a=b]}]",
      'classification.rules[0].severity: "high" is none of critical, warning, info, noise',
    ],
    [
      "rules: [{name: a, severity: info, matchers: ['a=~\"(\"']}]",
      "classification.rules[0].matchers[0]: error parsing regexp: missing closing ): `^(?:()$`",
    ],
    [
      "rules: [{name: a, severity: info, matchers: [a=b]}, {name: a, severity: info, matchers: [a=c]}]",
      'there is more than one rule named "a"',
    ],
    [
      "rules: [{name: a, severity: info, matchers: [a=b], confidence: 2}]",
      '"2" is not allowed: expected a number from 0 to 1',
    ],
    ["routes: [{severities: [info]}]", "classification.routes[0]: has no receiver"],
    ["routes: [{receiver: a}]", "classification.routes[0]: is for no class; expected severities, categories or both"],
    ["max_wait: soon", 'classification.max_wait: "soon" is not allowed'],
  ])("are refused: %s", (text, problem) => {
    expect(() => read(`classification:\n  ${text}\n`)).toThrow(ConfigError);
    expect(() => read(`classification:\n  ${text}\n`)).toThrow(problem);
  });
});
