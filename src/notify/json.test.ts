import { expect, test } from "bun:test";
import { YamlFloat } from "../config/yaml/value.ts";
import { labelSet } from "../core/model/labels.ts";
import { encodeJson, fromYaml, marshal, RawJson, type Json } from "./json.ts";

// As Go 1.26's encoding/json writes the same values.
test.each<[Json, string]>([
  [null, "null"],
  ["<a> & 'b' \"c\" \\ / \u2028\u2029", `"\\u003ca\\u003e \\u0026 'b' \\"c\\" \\\\ / \\u2028\\u2029"`],
  ["\b\f\n\r\t\u0001\u007f", `"\\b\\f\\n\\r\\t\\u0001\u007f"`],
  ["\udc80a\ud800", `"\\ufffda\\ufffd"`],
  ["\ufffd😀", `"\ufffd😀"`],
  [1.5, "1.5"],
  [1e21, "1e+21"],
  [1e-7, "1e-7"],
  [new YamlFloat(2), "2"],
  [18446744073709551615n, "18446744073709551615"],
  [[1, "a", [], {}], `[1,"a",[],{}]`],
  [{ b: 1, a: undefined, "<": 2 }, `{"b":1,"\\u003c":2}`],
  [
    new Map<string, Json>([
      ["b", 1],
      ["a", null],
      ["\u{10000}", 2],
      ["\uffff", 3],
    ]),
    `{"a":null,"b":1,"\uffff":3,"\u{10000}":2}`,
  ],
  [
    labelSet([
      ["z", "1"],
      ["a", "<"],
    ]),
    `{"a":"\\u003c","z":"1"}`,
  ],
  [new RawJson('{ "a" : [1, "x y<", "\\" "] }'), `{"a":[1,"x y\\u003c","\\" "]}`],
])("%#", (value, wanted) => {
  expect(marshal(value)).toBe(wanted);
  expect(encodeJson(value)).toBe(`${wanted}\n`);
});

test("of a value without a type, keys that are no strings are left out", () => {
  const value = new Map<string | number | boolean, string | Map<number | string, string>>([
    [
      "a",
      new Map<number | string, string>([
        [1, "x"],
        ["b", "y"],
      ]),
    ],
    [5, "x"],
    [true, "x"],
  ]);
  expect(marshal(fromYaml(value))).toBe(`{"a":{"b":"y"}}`);
});
