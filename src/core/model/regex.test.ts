import { describe, expect, test } from "bun:test";
import { compileAnchored, compileRegex, RegexError } from "./regex.ts";

describe("an anchored expression", () => {
  test.each([
    ["foo", "foo", true],
    ["foo", "foobar", false],
    ["foo|bar", "bar", true],
    ["foo|bar", "foobar", false],
    ["a)|(b", "ax", true], // ^(?:a)|(b)$
    [".*", "a\nb", false],
    ["(?s).*", "a\nb", true],
    ["(?i)foo", "FOO", true],
    ["a.c", "a🙂c", true],
    ["\\p{Greek}+", "αβγ", true],
    ["\\p{lowercase letter}", "a", true],
    ["[[:alpha:]]{2}", "ab", true],
    ["\\Qa.b\\E", "axb", false],
    ["(?P<n>a)(?P<n>b)", "ab", true],
    ["[(?P<n>]+(?P<n>a)(?P<n>b)", "<P?nab", true],
  ])("%s on %j: %p", (pattern, text, matches) => {
    expect(compileAnchored(pattern).test(text)).toBe(matches);
  });
});

test("an expression without anchors matches anywhere", () => {
  expect(compileRegex("o+").test("foobar")).toBe(true);
  expect(compileRegex("x*").test("")).toBe(true);
  expect(compileRegex(".+").test("")).toBe(false);
});

describe("what Go refuses is refused in Go's words", () => {
  // Answers of regexp.Compile, Go 1.26.
  test.each([
    ["(", "missing closing ): `(`"],
    ["*", "missing argument to repetition operator: `*`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["a{2,1001}", "invalid repeat count: `{2,1001}`"],
    ["(?=x)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(a)\\1", "invalid escape sequence: `\\1`"],
    ["[z-a]", "invalid character class range: `z-a`"],
    ["\\", "trailing backslash at end of expression: ``"],
    ["\\pX", "invalid character class range: `\\pX`"],
    ["\\p{Old_Italic}", "invalid character class range: `\\p{Old_Italic}`"],
    ["(\\p{letter}", "missing closing ): `(\\p{letter}`"],
    ["(?P<n>a)(?P<n>", "missing closing ): `(?P<n>a)(?P<n>`"],
    [`(?:${"ab".repeat(2000)}){1000}`, `expression too large: \`(?:${"ab".repeat(2000)}){1000}\``],
    [
      `${"(".repeat(1001)}${")".repeat(1001)}`,
      `expression nests too deeply: \`${"(".repeat(1001)}${")".repeat(1001)}\``,
    ],
  ])("%s", (pattern, problem) => {
    expect(() => compileRegex(pattern)).toThrow(new RegexError(`error parsing regexp: ${problem}`));
  });

  test("an anchored one is shown with its anchors", () => {
    expect(() => compileAnchored("(")).toThrow(new RegexError("error parsing regexp: missing closing ): `^(?:()$`"));
  });
});

test("a pattern that makes other engines backtrack takes no time", () => {
  const started = performance.now();

  expect(compileAnchored("(a+)+b").test("a".repeat(20_000))).toBe(false);
  expect(compileAnchored("(a|aa)+c").test("a".repeat(20_000))).toBe(false);

  expect(performance.now() - started).toBeLessThan(10_000);
});
