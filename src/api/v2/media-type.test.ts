import { expect, test } from "bun:test";
import { parseMediaType } from "./media-type.ts";

// What Go's mime.ParseMediaType answers.
test.each([
  ["application/json", "application/json", []],
  ["APPLICATION/Json ; Charset=UTF-8", "application/json", [["charset", "UTF-8"]]],
  [
    'text/x; a="b;\\"c\\\\d"; e=f',
    "text/x",
    [
      ["a", 'b;"c\\d'],
      ["e", "f"],
    ],
  ],
  ["text/x;", "text/x", []],
  ["text/x; ", "text/x", []],
  ["json", "json", []],
  ["*/*;q=0.5", "*/*", [["q", "0.5"]]],
] as const)("reads %p", (value, full, parameters) => {
  const type = parseMediaType(value);
  expect([type.full, [...type.parameters]]).toEqual([full, parameters as unknown as [string, string][]]);
});

test.each([
  ["", "mime: no media type"],
  ["/json", "mime: no media type"],
  ["a b", "mime: expected slash after first token"],
  ["a/", "mime: expected token after slash"],
  ["a/b, c/d", "mime: unexpected content after media subtype"],
  ["foo; ;", "mime: invalid media parameter"],
  ["a/b; c", "mime: invalid media parameter"],
  ['a/b; c="d', "mime: invalid media parameter"],
  ["a/b; c=d; c=e", "mime: duplicate parameter name"],
])("refuses %p: %s", (value, message) => {
  expect(() => parseMediaType(value)).toThrow(message);
});
