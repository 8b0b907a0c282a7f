import { describe, expect, test } from "bun:test";
import { RE2JS } from "re2js";
import { fastTest } from "./regex-fast.ts";

const TEXTS = [
  "",
  "a",
  "b",
  "foo",
  "foobar",
  "barfoo",
  "xfoox",
  "foofoo",
  "foo.bar",
  "a|b",
  "$a^",
  "a\\b",
  "🙂",
  "🙂🙂",
  "🙂foo",
  "foo🙂",
  "\n",
  "foo\n",
  "\nfoo",
  "foo\nbar",
  "\nfoo\n",
  "a\nfoo",
  "bar\nbar",
  "FOO",
  "fo",
  "foofo",
];

describe("plain comparison answers as the automaton does", () => {
  test.each([
    "",
    "foo",
    "foo|bar",
    "a|b|foo|",
    "foo\\.bar",
    "a\\|b",
    "\\$a\\^",
    "a\\\\b",
    "(foo|bar)",
    "^(?:foo|bar)$",
    "^foo$",
    "(?:foo)",
    "()",
    "foo.*",
    "foo.+",
    ".*foo",
    ".+foo",
    ".*foo.*",
    ".+foo.+",
    ".*foo.+",
    ".*",
    ".+",
    "^(?:foo.*)$",
    "^foo.*",
    "foo.*$",
    "(.*)",
    "🙂.*",
    "foo\n.*",
    ".*\nfoo",
    "🙂.+",
    ".+🙂",
    "(foo.*)",
  ])("%j", (pattern) => {
    const fast = fastTest(pattern);
    const automaton = RE2JS.compile(`^(?:${pattern})$`);

    expect(fast).toBeDefined();
    expect(TEXTS.filter((text) => fast?.(text))).toEqual(TEXTS.filter((text) => automaton.test(text)));
  });

  test.each([
    "(?i)foo",
    "fo+",
    "[ab]",
    "foo.*|bar",
    ".+.+",
    ".*\n.*",
    "a.b",
    "(foo)bar",
    "^foo|bar$",
    "foo\\d",
    "\\Qfoo\\E",
    "(foo",
    "^*",
    "a{2}",
  ])("%j is left to the automaton", (pattern) => {
    expect(fastTest(pattern)).toBeUndefined();
  });
});
