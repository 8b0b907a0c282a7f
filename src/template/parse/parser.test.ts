import { describe, expect, test } from "bun:test";
import { TemplateError } from "../error.ts";
import { ALL_FUNCTIONS } from "../funcs/names.ts";
import { nodeText } from "./print.ts";
import { parseTrees } from "./parser.ts";

function errorOf(text: string): string {
  try {
    parseTrees("t", text, ALL_FUNCTIONS);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  return "no error";
}

// Messages as Go 1.26 words them.
test.each([
  ["{{", "template: t:1: unclosed action"],
  ["a\n{{ if .x }}\nb", "template: t:3: unexpected EOF"],
  ["{{ .x\n\n", "template: t:3: unclosed action started at t:1"],
  ["{{ nope }}", 'template: t:1: function "nope" not defined'],
  ["{{ $x }}", 'template: t:1: undefined variable "$x"'],
  ["{{ (1 }}", "template: t:1: unclosed left paren"],
  ["{{ 1) }}", "template: t:1: unexpected right paren"],
  ['{{ "abc }}', "template: t:1: unterminated quoted string"],
  ["{{ end }}", "template: t:1: unexpected {{end}}"],
  ["{{ break }}", "template: t:1: {{break}} outside {{range}}"],
  ["{{ 1 | 2 }}", "template: t:1: non executable command in pipeline stage 2"],
  ["{{ $x, $y := 1 }}", "template: t:1: too many declarations in command"],
  ["{{ 9223372036854775808_ }}", 'template: t:1: illegal number syntax: "9223372036854775808_"'],
  ["{{ 18446744073709551616 }}", 'template: t:1: integer overflow: "18446744073709551616"'],
  ["{{/* a", "template: t:1: unclosed comment"],
  ["{{ .a.b@ }}", "template: t:1: bad character U+0040 '@'"],
])("given %j, when parsed, then Go's error is given", (text, message) => {
  expect(errorOf(text)).toBe(message);
});

describe("trees", () => {
  test("given definitions, when parsed, then each is a tree of its own, and the body is one", () => {
    const trees = parseTrees("t", 'a{{ define "x" }}b{{ end }}{{ block "y" . }}c{{ end }}', ALL_FUNCTIONS);
    const texts = Object.fromEntries([...trees].map(([name, tree]) => [name, nodeText(tree.root)]));
    expect(texts).toEqual({ x: "b", y: "c", t: 'a{{template "y" .}}' });
  });

  test("given an else if, when printed, then it is nested as Go nests it", () => {
    const trees = parseTrees("t", "{{ if 1 }}a{{ else if $ }}b{{ else }}c{{ end }}", ALL_FUNCTIONS);
    expect(nodeText((trees.get("t") as { root: Parameters<typeof nodeText>[0] }).root)).toBe(
      "{{if 1}}a{{else}}{{if $}}b{{else}}c{{end}}{{end}}",
    );
  });

  test("given trim markers and comments, when parsed, then the text around is trimmed", () => {
    const trees = parseTrees("t", "a \n {{- 1 -}} \t b {{- /* c */ -}} d", ALL_FUNCTIONS);
    expect(nodeText((trees.get("t") as { root: Parameters<typeof nodeText>[0] }).root)).toBe("a{{1}}bd");
  });
});
