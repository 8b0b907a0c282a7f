import { describe, expect, test } from "bun:test";
import { goQuote, goTimeQuote, goUnquote } from "./goquote.ts";

describe("goQuote", () => {
  // Answers of strconv.Quote, Go 1.26.
  test.each([
    ["plain", '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["\n\t\r\v\f\b\x07\0\x1f\x7f", '"\\n\\t\\r\\v\\f\\b\\a\\x00\\x1f\\x7f"'],
    ["é🙂\ufffd", '"é🙂\ufffd"'],
    ["\u00ad\u00a0\u200b\u2028\u3000\ufeff\ue000", '"\\u00ad\\u00a0\\u200b\\u2028\\u3000\\ufeff\\ue000"'],
    ["\u{e0001}", '"\\U000e0001"'],
    // Assigned only after Unicode 15.0.
    ["\u{1fae9}", '"\\U0001fae9"'],
  ])("%j", (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });

  test("a lone low surrogate is a byte that is not UTF-8", () => {
    expect(goQuote("a\udcffb")).toBe('"a\\xffb"');
  });
});

test("Go's time package quotes all but ASCII byte by byte", () => {
  expect(goTimeQuote('1"\\µs\u0001\x7f')).toBe('"1\\"\\\\\\xc2\\xb5s\\x01\x7f"');
});

describe("goUnquote", () => {
  test.each([
    ['""', ""],
    ['"a\\tb\\"\\\\"', 'a\tb"\\'],
    ['"\\u00e9\\U0001f642\\x41\\101"', "é🙂AA"],
    ['"\\xf0\\x9f\\x99\\x82"', "🙂"],
    ['"it\'s"', "it's"],
    ['`a\\n\r"`', 'a\\n"'],
    ["'x'", "x"],
    ["'\\''", "'"],
    ["''", ""],
  ])("%j is read", (literal, text) => {
    expect(goUnquote(literal)).toBe(text);
  });

  test.each([
    "",
    '"',
    "a",
    '"a',
    'a"',
    '"a"b"',
    '"\\w"',
    '"\\\'"',
    '"\\"',
    '"\\x4"',
    '"\\400"',
    '"\\ud800"',
    '"\\U00110000"',
    '"a\nb"',
    "'ab'",
    "`a`b`",
  ])("%j is refused", (literal) => {
    expect(goUnquote(literal)).toBeUndefined();
  });

  test("bytes that are not UTF-8 come back as lone surrogates", () => {
    const text = goUnquote('"a\\xff\\xc3\\xa9\\xc3"');

    expect(text).toBe("a\udcffé\udcc3");
    expect(text?.isWellFormed()).toBe(false);
  });
});
