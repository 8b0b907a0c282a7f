import { expect, test } from "bun:test";
import { YamlFloat, type YamlValue } from "../config/yaml/value.ts";
import { sampleData } from "./data-json.ts";
import { parseTemplates } from "./parse-templates.ts";
import { retype } from "./retype.ts";
import { expandStructured } from "./structured.ts";

/** For comparing: maps as lists of pairs. */
function plain(value: YamlValue): unknown {
  if (value instanceof YamlFloat) return value.value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plain(v)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

// What yaml.v2 makes of these texts.
test.each([
  ["5", 5],
  ["1e3", 1000],
  ["0x1F", 31],
  ["017", 15],
  ["0b11", 3],
  ["true", true],
  ["yes", true],
  ["off", false],
  ["~", null],
  ["", null],
  ["# only a comment", null],
  ["a:", { a: null }],
  ["Error: disk full", { Error: "disk full" }],
  ["- a\n- 2", ["a", 2]],
  ["[1, 2, x]", [1, 2, "x"]],
  ["{a: 1, 2: b}", { a: 1 }],
  ["a: 1\na: 2", { a: 2 }],
  ["x: &a {p: 1}\nz: {p: 3, <<: *a}", { x: { p: 1 }, z: { p: 1 } }],
  ["x: 1\ny: 2", { x: 1 }],
  ["[FIRING:1] what follows is not read", ["FIRING:1"]],
  ["--- 5\n--- 6", 5],
  ['{"a": "x:", "b": "5"}', { a: "x:", b: "5" }],
])("given the text %j, when it is YAML of another type, then it becomes that", (text, value) => {
  expect(plain(retype(text))).toEqual(value);
});

test.each(["{", '"quoted"', "2026-01-02", "12:30", "a: b: c", "*a", "@x", "|\n a", "\ta: b", "a\nb", "&a [*a]"])(
  "given the text %j, when it is a string or no YAML, then it stays the text",
  (text) => {
    expect(retype(text)).toBe(text);
  },
);

test("given aliases of aliases, when read, then it is refused before it grows", () => {
  let text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (let i = 1; i < 12; i++) text += `a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(", ")}]\n`;
  expect(retype(text)).toBe(text);
});

test("given a configured value, when expanded, then strings are re-typed, keys are not, other keys are dropped", () => {
  const value: YamlValue = new Map<YamlValue & (string | number), YamlValue>([
    ["count", "{{ len .Alerts }}"],
    ["{{ .Status }}", ["{{ toJson .GroupLabels }}", 7, true]],
    [5, "dropped"],
    ["5", "text {{ .Receiver }}"],
  ]);
  expect(plain(expandStructured(value, parseTemplates([]), sampleData(0)))).toEqual({
    count: 2,
    alertstatus: [{ grouplabelkey1: "grouplabelvalue1", grouplabelkey2: "grouplabelvalue2" }, 7, true],
    "5": "text receiver",
  });
});
