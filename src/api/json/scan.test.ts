import { expect, test } from "bun:test";
import { decodeUTF8, measure, scanFirstValue } from "./scan.ts";

function scan(text: string) {
  return scanFirstValue(Buffer.from(text, "latin1"));
}

test("reads the first value and nothing after it", () => {
  expect(scan(" [] ]x")).toEqual({ kind: "array", items: [] });
  expect(scan("1x")).toEqual({ kind: "number" });
  expect(scan("nulltrue")).toEqual({ kind: "null" });
  expect(scan('"a""b"')).toEqual({ kind: "string", text: "a" });
});

test("no value at all is undefined", () => {
  expect(scan("")).toBeUndefined();
  expect(scan(" \t\r\n")).toBeUndefined();
});

test("keeps repeated keys and their order", () => {
  const members = [
    ["b", { kind: "bool", value: true }],
    ["a", { kind: "number" }],
    ["b", { kind: "null" }],
  ];
  expect(scan('{"b":true,"a":-0.5e+1,"b":null}')).toMatchObject({ kind: "object", members } as object);
});

test("resolves escapes; half a surrogate pair becomes the replacement character", () => {
  const text = (json: string) => (scan(json) as { readonly text: string }).text;
  expect(text(String.raw`"\"\\\/\b\f\n\r\t\u0041\u00e9"`)).toBe('"\\/\b\f\n\r\tAé');
  expect(text(String.raw`"\ud83d\ude00"`)).toBe("😀");
  expect(text(String.raw`"\ud800x\udc00"`)).toBe("\ufffdx\ufffd");
});

test("each byte that is no UTF-8 becomes one replacement character", () => {
  const bytes = (...values: number[]) => decodeUTF8(Uint8Array.from(values));
  expect(bytes(0x61, 0xff, 0xfe)).toBe("a\ufffd\ufffd");
  // A sequence cut short, an overlong one, a surrogate, a code point past the last.
  expect(bytes(0xe2, 0x82, 0x61)).toBe("\ufffd\ufffda");
  expect(bytes(0xc0, 0xaf)).toBe("\ufffd\ufffd");
  expect(bytes(0xed, 0xa0, 0x80)).toBe("\ufffd\ufffd\ufffd");
  expect(bytes(0xf4, 0x90, 0x80, 0x80)).toBe("\ufffd".repeat(4));
  expect(bytes(0xff, 0xf0, 0x9f, 0x98, 0x80, 0xe2, 0x82, 0xac)).toBe("\ufffd😀€");
});

test("values a million deep are refused, not recursed into", () => {
  expect(() => scan("[".repeat(1_000_000))).toThrow("invalid character '[' exceeded max depth");
});

test("depth and values are counted outside strings only", () => {
  const of = (text: string) => measure(Buffer.from(text));
  expect(of("[".repeat(10_000)).deep).toBe(false);
  expect(of("[".repeat(10_001)).deep).toBe(true);
  expect(of('{"a":['.repeat(5_001)).deep).toBe(true);
  expect(of(`["${"[".repeat(20_000)}\\"${"[".repeat(20_000)}"]`)).toEqual({ deep: false, values: 2 });
  expect(of("[]".repeat(20_000)).deep).toBe(false);
  expect(of('[1,{"a":"b,c","d":[true]},null]').values).toBe(7);
});
