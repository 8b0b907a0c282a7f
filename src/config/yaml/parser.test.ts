import { describe, expect, test } from "bun:test";
import { YamlError } from "./error.ts";
import type { YamlNode } from "./node.ts";
import { parseYaml } from "./parser.ts";

// Trees and messages are those of yaml.v2 2.4.0 for the same text.

/** A tree in one line: `value@LINE`, `~` for what is empty, sequences in [], mappings in {}. */
function show(node: YamlNode | undefined): string {
  if (node === undefined) return "none";
  const text = node.kind === "scalar" && node.value === "" && node.implicit ? "~" : undefined;
  switch (node.kind) {
    case "scalar":
      return `${node.tag === "" ? "" : `<${node.tag}>`}${text ?? JSON.stringify(node.value)}@${node.line}`;
    case "sequence":
      return `[${node.items.map(show).join(" ")}]@${node.line}`;
    case "mapping":
      return `{${node.pairs.map((pair) => pair.map(show).join(": ")).join(", ")}}@${node.line}`;
    case "alias":
      return `*${node.anchor}@${node.line}`;
  }
}

describe("a document", () => {
  test.each([
    ["", "none"],
    ["# only a comment\n", "none"],
    ["a", '"a"@0'],
    ["a:\n- b\n- c\n", '{"a"@0: ["b"@1 "c"@2]@1}@0'],
    ["a: b\n\n  c\n", '{"a"@0: "b\\nc"@0}@0'],
    ["a: |\n  b\n   c\n\nd: >-\n  e\n  f\n", '{"a"@0: "b\\n c\\n"@0, "d"@4: "e f"@4}@0'],
    ["{a: [b, c: d], e}", '{"a"@0: ["b"@0 {"c"@0: "d"@0}@0]@0, "e"@0: ~@0}@0'],
    ['{"a":b}', '{"a"@0: "b"@0}@0'],
    ["? a\n: b\n", '{"a"@0: "b"@1}@0'],
    ["&x a: *x\n", '{"a"@0: *x@0}@0'],
    ["!!int 5", '<tag:yaml.org,2002:int>"5"@0'],
    ["%TAG !e! tag:x,1:\n---\n!e!y z\n", '<tag:x,1:y>"z"@2'],
    ['"a\\\n  b \\x41\\u00e9\\t"', '"ab Aé\\t"@0'],
    ["'it''s'", '"it\'s"@0'],
    ["{a: b} and what follows", '{"a"@0: "b"@0}@0'],
    ["a: b\n--- \nc: [\n", '{"a"@0: "b"@0}@0'],
    ["a:\r\n  b\r\n", '{"a"@0: "b"@1}@0'],
  ])("%j", (text, tree) => {
    expect(show(parseYaml(text))).toBe(tree);
  });
});

describe("an error", () => {
  test.each([
    ["a: b: c", "yaml: mapping values are not allowed in this context"],
    ["a: b\nc: d: e", "yaml: line 2: mapping values are not allowed in this context"],
    ["a:\n\tb: c", "yaml: line 2: found character that cannot start any token"],
    ["a: @b", "yaml: found character that cannot start any token"],
    ["a: b\n c: d", "yaml: line 2: mapping values are not allowed in this context"],
    ["a:\n  b: c\n d: e", "yaml: line 2: did not find expected key"],
    ["a: [b\nc: d", "yaml: line 1: did not find expected ',' or ']'"],
    ['a: "b', "yaml: found unexpected end of stream"],
    ['a: "\\q"', "yaml: found unknown escape character"],
    ['a: "\\xzz"', "yaml: did not find expected hexdecimal number"],
    ["a: *b", "yaml: unknown anchor 'b' referenced"],
    ["a: !x!y z", "yaml: found undefined tag handle"],
    ["a\nb: c", "yaml: line 2: mapping values are not allowed in this context"],
    ["- a\nb: c", "yaml: line 1: did not find expected '-' indicator"],
    ["%YAML 1.2\n---\na", "yaml: found incompatible YAML document"],
    ["a: b\u0001", "yaml: control characters are not allowed"],
    ["[", "yaml: line 1: did not find expected node content"],
  ])("%j", (text, message) => {
    expect(() => parseYaml(text)).toThrow(new YamlError(message.slice("yaml: ".length)));
  });
});
