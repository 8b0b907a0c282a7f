import { expect, test } from "bun:test";

import { wrapDoc } from "./wrap.ts";

// Expectations are what go/doc.ToText of Go 1.26 prints.

test("the last line may be short", () => {
  const text = "Time between two tries. Shorter finds failed replicas sooner, and takes more bandwidth.";
  expect(wrapDoc(text, "", "  ", 40)).toBe(
    "Time between two tries. Shorter finds\nfailed replicas sooner, and takes more\nbandwidth.\n",
  );
});

test("a word too long for the line stands alone", () => {
  expect(wrapDoc("See: https://example.com/a/very/long/path now", "", "  ", 20)).toBe(
    "See:\nhttps://example.com/a/very/long/path\nnow\n",
  );
});

test("paragraphs are joined and indented blocks kept", () => {
  expect(wrapDoc("Para one\nline.\n\n\tcode one\n\t\tdeep\n\n\tcode two\n\nPara two", "", "  ", 40)).toBe(
    "Para one line.\n\n  code one\n  \tdeep\n\n  code two\n\nPara two\n",
  );
});

test("a line ends early at punctuation", () => {
  expect(wrapDoc("How many alerts may exist. No limit, if zero or negative.", "", "  ", 30)).toBe(
    "How many alerts may exist.\nNo limit, if zero or negative.\n",
  );
});
