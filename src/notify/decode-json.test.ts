import { describe, expect, test } from "bun:test";
import { decodeFirst, type Struct, unmarshal } from "./decode-json.ts";

const ITEM: Struct = { goType: "p.item", fields: { name: "string" } };
const THING: Struct = {
  goType: "p.thing",
  fields: { text: "string", count: "int", on: "bool", any: "any", items: { list: ITEM }, tags: { list: "string" } },
};

// What Go's json.Unmarshal says of the same.
test.each([
  ["", "unexpected end of JSON input"],
  ["{", "unexpected end of JSON input"],
  ['{"text":"a', "unexpected end of JSON input"],
  ["nul", "invalid character ' ' in literal null (expecting 'l')"],
  ['{"count":1.', "invalid character ' ' after decimal point in numeric literal"],
  ['{"text":"\\', "invalid character ' ' in string escape code"],
  ["{} x", "invalid character 'x' after top-level value"],
  ["[]", "json: cannot unmarshal array into Go value of type p.thing"],
  ['{"text":1}', "json: cannot unmarshal number into Go struct field thing.text of type string"],
  ['{"count":1.5}', "json: cannot unmarshal number 1.5 into Go struct field thing.count of type int"],
  ['{"count":"1"}', "json: cannot unmarshal string into Go struct field thing.count of type int"],
  ['{"on":{}}', "json: cannot unmarshal object into Go struct field thing.on of type bool"],
  ['{"items":{}}', "json: cannot unmarshal object into Go struct field thing.items of type []p.item"],
  ['{"items":[true]}', "json: cannot unmarshal bool into Go struct field thing.items of type p.item"],
  ['{"items":[{"name":[]}]}', "json: cannot unmarshal array into Go struct field item.items.name of type string"],
  ['{"tags":[1]}', "json: cannot unmarshal number into Go struct field thing.tags of type string"],
])("%s is refused", (text, error) => {
  expect(() => unmarshal(text, THING)).toThrow(new Error(error));
});

test("keys match in any case, unknown ones are left out, null is absence", () => {
  const text = '{"TEXT":"a","count":null,"On":true,"more":1,"any":[1],"items":[{"Name":"n"},null],"tags":["x"]}';
  expect(unmarshal<object>(text, THING)).toEqual({
    text: "a",
    on: true,
    any: [1],
    items: [{ name: "n" }, {}],
    tags: ["x"],
  });
  expect(unmarshal<object>("null", THING)).toEqual({});
});

describe("the first value", () => {
  test("stands alone", () => {
    expect(decodeFirst<object>('{"text":"}\\""} x', THING)).toEqual({ text: '}"' });
  });

  test.each([
    ["", "EOF"],
    [" \n", "EOF"],
    ['{"a', "unexpected EOF"],
    ["x", "invalid character 'x' looking for beginning of value"],
  ])("%j is refused", (text, error) => {
    expect(() => decodeFirst(text, THING)).toThrow(new Error(error));
  });
});
