import { describe, expect, test } from "bun:test";
import { emitYaml } from "./emit.ts";
import { encodeValue } from "./encode.ts";
import { YamlFloat, type YamlScalar, type YamlValue } from "./value.ts";

// Texts are those of yaml.v2 2.4.0 for the same value.

const LONG = "words that go on ".repeat(6).trim();
const map = (...pairs: [YamlScalar, YamlValue][]) => new Map(pairs);

describe("a value prints", () => {
  test.each<[string, YamlValue, string]>([
    ["a word", "word", "word\n"],
    [
      "what reads as another type, in quotes",
      ["y", "5", "null", "1:30", "2001-01-01", ".5", ""],
      '- "y"\n- "5"\n- "null"\n- "1:30"\n- "2001-01-01"\n- ".5"\n- ""\n',
    ],
    [
      "what has a meaning, in single quotes",
      ["a: b", "- a", "it's #1", "{{ .X }}"],
      "- 'a: b'\n- '- a'\n- 'it''s #1'\n- '{{ .X }}'\n",
    ],
    ["what cannot be seen, escaped", ["\t", "🙂", "a\r", "\u00a0"], '- "\\t"\n- "\\U0001F642"\n- "a\\r"\n- \u00a0\n'],
    ["lines as they are", map(["a", "b\n  c\n"]), "a: |\n  b\n    c\n"],
    ["lines without an end", map(["a", "b\nc"]), "a: |-\n  b\n  c\n"],
    ["lines with more ends", map(["a", "b\n\n"]), "a: |+\n  b\n\n"],
    [
      "a long line folded",
      LONG,
      `words that go on words that go on words that go on words that go on words that go\n  on words that go on\n`,
    ],
    [
      "numbers",
      [1, 2n ** 63n, new YamlFloat(1), new YamlFloat(1e6), new YamlFloat(0.00001), new YamlFloat(-Infinity)],
      "- 1\n- 9223372036854775808\n- 1\n- 1e+06\n- 1e-05\n- -.inf\n",
    ],
    ["nothing", [null, [], map()], "- null\n- []\n- {}\n"],
    ["lists in lists", [["a", ["b"]]], "- - a\n  - - b\n"],
    [
      "keys in order",
      map(["b10", 1], ["b9", 2], [null, 3], [2, 4], [true, 5], ["B", 6], ["_", 7]),
      "true: 5\n2: 4\nnull: 3\n_: 7\nB: 6\nb9: 2\nb10: 1\n",
    ],
    ["a key that is long", map(["k".repeat(129), 1]), `? ${"k".repeat(129)}\n: 1\n`],
  ])("%s", (_, value, text) => {
    expect(emitYaml(encodeValue(value))).toBe(text);
  });
});
