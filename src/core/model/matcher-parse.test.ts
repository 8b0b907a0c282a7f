import { describe, expect, test } from "bun:test";
import { createMatcherParser, isValidLabelName, MatcherParseError } from "./matcher-parse.ts";
import type { ParseWarning } from "./matcher-parse.ts";

/** The many cases read from the real program are in test/compat/matchers.json; these are the rules one by one. */
function parser(mode: "fallback" | "classic" | "utf8-strict" = "fallback") {
  const warnings: ParseWarning[] = [];
  return { warnings, ...createMatcherParser(mode, (warning) => warnings.push(warning)) };
}

describe("fallback mode (spec §5.2)", () => {
  test("what both grammars read alike gives no warning", () => {
    const { parseMatcher, warnings } = parser();

    expect(String(parseMatcher('foo="bar"', "api"))).toBe('foo="bar"');
    expect(warnings).toEqual([]);
  });

  test("what only the UTF-8 grammar reads is taken as it reads it", () => {
    const { parseMatcher, warnings } = parser();

    expect(String(parseMatcher('"foo bar"=🙂', "api"))).toBe('"foo bar"="🙂"');
    expect(warnings).toEqual([]);
  });

  test("what only the classic grammar reads is taken with a warning that suggests how to write it", () => {
    const { parseMatcher, warnings } = parser();

    expect(String(parseMatcher("foo=bar baz", "cli"))).toBe('foo="bar baz"');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      input: "foo=bar baz",
      origin: "cli",
      err: "8:11: unexpected baz: expected a comma or close brace",
      suggestion: 'foo="bar baz"',
    });
    expect(warnings[0]?.message).toStartWith(
      "Alertmanager is moving to a new parser for labels and matchers, and this",
    );
  });

  test("what the two read differently is taken as the classic one reads it", () => {
    const { parseMatcher, warnings } = parser();

    expect(parseMatcher("foo=bar,", "api").value).toBe("bar,");
    expect(parseMatcher('foo="\\xf0\\x9f\\x99\\x82"', "api").value).toBe("\\xf0\\x9f\\x99\\x82");
    expect(warnings.map((w) => w.message)).toEqual([
      "Matchers input has disagreement",
      "Matchers input has disagreement",
    ]);
  });

  test("two empty lists are a disagreement", () => {
    const { parseMatchers, warnings } = parser();

    expect(parseMatchers("{}", "config")).toEqual([]);
    expect(warnings).toEqual([{ message: "Matchers input has disagreement", input: "{}", origin: "config" }]);
  });

  test("what neither reads is refused in the classic grammar's words", () => {
    expect(() => parser().parseMatcher("foo", "api")).toThrow(new MatcherParseError("bad matcher format: foo"));
  });
});

describe("one matcher alone", () => {
  test.each(["fallback", "utf8-strict"] as const)("may not begin or end with a brace in %s mode", (mode) => {
    const error = new MatcherParseError("unexpected open or close brace: foo=bar}");

    expect(() => parser(mode).parseMatcher("foo=bar}", "api")).toThrow(error);
  });

  test("may in classic mode", () => {
    expect(parser("classic").parseMatcher("foo=bar}", "api").value).toBe("bar}");
  });
});

describe("classic mode (spec §5.3)", () => {
  test.each([
    ["foo=", ""],
    ["foo==bar", "=bar"],
    ['foo="a\\"b\\\\c\\nd\\we"', 'a"b\\c\nd\\we'],
    ["foo=a\\", "a\\"],
    ["foo='x'", "'x'"],
  ])("%s has the value %j", (input, value) => {
    expect(parser("classic").parseMatcher(input, "api").value).toBe(value);
  });

  test.each([
    ["🙂=x", "bad matcher format: 🙂=x"],
    ['foo="bar', 'matcher value contains unescaped double quote: "bar'],
    ['foo=b"ar', 'matcher value contains unescaped double quote: b"ar'],
    ["foo=\udcff", "matcher value not valid UTF-8: \udcff"],
    ["foo=~(", "error parsing regexp: missing closing ): `^(?:()$`"],
  ])("%s is refused", (input, message) => {
    expect(() => parser("classic").parseMatcher(input, "api")).toThrow(message);
  });

  test("commas inside quotes do not separate, and a blank end is dropped", () => {
    const matchers = parser("classic").parseMatchers('{a="1,\\",2",b=x , }', "config");

    expect(matchers.map((m) => [m.name, m.value])).toEqual([
      ["a", '1,",2'],
      ["b", "x"],
    ]);
  });

  test("a long run of blanks is read in no time", () => {
    const input = `foo=a${" ".repeat(200_000)}b`;

    expect(parser("classic").parseMatcher(input, "api").value).toHaveLength(200_002);
  });
});

describe("UTF-8 mode (spec §5.4)", () => {
  test.each([
    [",", "0:1: unexpected ,: expected label name"],
    ["{,}", "1:2: unexpected ,: expected label name"],
    ["{", "0:1: end of input: expected close brace"],
    ["}", "0:1: }: expected opening brace"],
    ["foo=bar}", "0:8: }: expected opening brace"],
    ["{foo=bar", "0:8: end of input: expected close brace"],
    ["foo=", "end of input: expected label value"],
    ["foo", "end of input: expected an operator such as '=', '!=', '=~' or '!~'"],
    ['{foo=:"bar"}', '6:11: unexpected "bar": expected a comma or close brace'],
    ['{foo="bar\\w"}', '5:12: "bar\\w": invalid input'],
    ["{foo=bar\\n}", "8:9: \\: invalid input: expected a comma or close brace"],
    [
      "foo!",
      "3:4: unexpected end of input, expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'",
    ],
    ['foo="bar', '4:8: "bar: missing end ": expected label value'],
    ["🙂=é!", "3:4: unexpected end of input, expected one of '=~': expected a comma or close brace"],
    ["foo=~(", "failed to create matcher: error parsing regexp: missing closing ): `^(?:()$`"],
    ['foo="\\xff"', '4:10: "\\xff": invalid input'],
  ])("%s is refused", (input, message) => {
    expect(() => parser("utf8-strict").parseMatchers(input, "config")).toThrow(new MatcherParseError(message));
  });

  test("one matcher alone has to be one", () => {
    const { parseMatcher } = parser("utf8-strict");

    expect(() => parseMatcher("", "api")).toThrow("no matchers");
    expect(() => parseMatcher("a=b,c=d", "api")).toThrow("expected 1 matcher, found 2");
  });
});

test("label names (spec §5.6)", () => {
  expect(["a", "_1", "1a", "a:b", "é", ""].map((name) => isValidLabelName("classic", name))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(["1a", "é b", "", "\ud800"].map((name) => isValidLabelName("fallback", name))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
