import { describe, expect, test } from "bun:test";
import { labelSetFromObject } from "./labels.ts";
import { compareMatchers, matchersToString, matchesAll, matchesEmpty, matchTypeOf, newMatcher } from "./matcher.ts";
import type { MatchType } from "./matcher.ts";
import { RegexError } from "./regex.ts";

describe("a matcher matches", () => {
  test.each<[MatchType, string, string, boolean]>([
    ["=", "bar", "bar", true],
    ["=", "bar", "barx", false],
    ["=", "", "", true],
    ["!=", "bar", "", true],
    ["!=", "bar", "bar", false],
    ["=~", "b.r", "bar", true],
    ["=~", "b.r", "xbar", false],
    ["!~", "b.r", "bar", false],
    ["!~", "b.r", "xbar", true],
  ])("%s %j on %j: %p", (type, expected, value, matches) => {
    expect(newMatcher(type, "foo", expected).matches(value)).toBe(matches);
  });

  test("a bad expression is refused where there is one", () => {
    expect(() => newMatcher("=~", "foo", "(")).toThrow(RegexError);
    expect(newMatcher("=", "foo", "(").matches("(")).toBe(true);
  });
});

describe("a matcher prints", () => {
  // Cases of spec §3.8 and §5.1.
  test.each<[MatchType, string, string, string]>([
    ["=", "foo", "bar", 'foo="bar"'],
    ["!=", "foo", "", 'foo!=""'],
    ["=~", "foo", 'b"\\d\n', 'foo=~"b\\"\\\\d\\n"'],
    ["=", "foo", "tab\tü\u0001", 'foo="tab\tü\u0001"'],
    ["=", "foo bar", "x\ny", '"foo bar"="x\\ny"'],
    ["!~", "a=b", "é\u0001", '"a=b"!~"é\\x01"'],
    ["=", "ü", "x", 'ü="x"'],
    ["=", "", "x", '="x"'],
  ])("%s %j %j", (type, name, value, printed) => {
    expect(String(newMatcher(type, name, value))).toBe(printed);
  });

  test("in a list, sorted by name, value and type", () => {
    const matchers = [
      newMatcher("!=", "x", "1"),
      newMatcher("=~", "foo", 'b"ar'),
      newMatcher("!~", "b", "c"),
      newMatcher("=~", "b", "c"),
      newMatcher("!=", "b", "c"),
      newMatcher("=", "b", "c"),
      newMatcher("=", "b", "a"),
      newMatcher("=", "\u{10000}", ""),
      newMatcher("=", "\uffff", ""),
    ].sort(compareMatchers);

    expect(matchersToString(matchers)).toBe(
      '{b="a",b="c",b!="c",b=~"c",b!~"c",foo=~"b\\"ar",x!="1",\uffff="",\u{10000}=""}',
    );
    expect(matchersToString([])).toBe("{}");
  });
});

test("the API's form tells equality and expression apart", () => {
  const forms = (["=", "!=", "=~", "!~"] as const).map((type) => newMatcher(type, "n", "v").toJSON());

  expect(forms.map((f) => [f.isEqual, f.isRegex])).toEqual([
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ]);
  expect(forms.map((f) => matchTypeOf(f.isEqual, f.isRegex))).toEqual(["=", "!=", "=~", "!~"]);
});

test("all matchers have to match, and an absent label is empty", () => {
  const labels = labelSetFromObject({ job: "api", env: "prod" });

  expect(matchesAll([], labels)).toBe(true);
  expect(matchesAll([newMatcher("=", "job", "api"), newMatcher("=~", "env", "prod|dev")], labels)).toBe(true);
  expect(matchesAll([newMatcher("=", "job", "api"), newMatcher("!=", "env", "prod")], labels)).toBe(false);
  expect(matchesAll([newMatcher("=", "team", ""), newMatcher("!=", "team", "web")], labels)).toBe(true);
});

describe("for a silence a matcher counts as matching the empty string", () => {
  test.each<[MatchType, string, boolean]>([
    ["=", "", true],
    ["=", "x", false],
    ["=~", "x*", true],
    ["=~", "|", true],
    ["=~", "", true],
    ["=~", ".+", false],
    ["!=", "x", false],
    ["!~", "x", false],
  ])("%s %j: %p", (type, value, empty) => {
    expect(matchesEmpty({ type, value })).toBe(empty);
  });
});
