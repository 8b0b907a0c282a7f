import { expect, test } from "bun:test";
import { EMPTY_LABELS, labelSetFromObject } from "../model/labels.ts";
import { NameOrders } from "./name-orders.ts";

function setOf(orders: NameOrders, posted: Record<string, string>, dropEmpty = true) {
  return orders.labelSet(posted, JSON.stringify(posted), dropEmpty);
}

/** As a body is read: `__proto__` is a name like any other. */
const posted = (json: string) => JSON.parse(json) as Record<string, string>;

test.each([
  '{"a":"1","b":"2"}',
  '{"b":"2","a":"1"}',
  '{"10":"ten","9":"nine","a":"1"}',
  '{"__proto__":"p","a":"1"}',
  '{"a":"1","__proto__":"p","B":"2"}',
  '{"é":"1","z":"<&>\\"\\\\","\u{1f525}":"x","\uffff":"y"}',
])("%s is the set it would be if it were made of its pairs", (json) => {
  const orders = new NameOrders();
  const expected = labelSetFromObject(posted(json));
  for (const time of ["first", "second"]) {
    const set = setOf(orders, posted(json));
    expect([time, set.key, set.names, set.values]).toEqual([time, expected.key, expected.names, expected.values]);
  }
});

test("a label without value is none, an annotation without value is one", () => {
  const orders = new NameOrders();
  const text = '{"b":"","a":"1","c":""}';
  expect(setOf(orders, posted(text)).key).toBe('{"a":"1"}');
  expect(setOf(orders, posted(text), false).key).toBe('{"a":"1","b":"","c":""}');
  expect(setOf(orders, posted('{"a":""}'))).toBe(EMPTY_LABELS);
  expect(setOf(orders, {})).toBe(EMPTY_LABELS);
});

test("sets of the same names share one list of them, however they are posted", () => {
  const orders = new NameOrders();
  const { names } = setOf(orders, { b: "1", a: "2" });
  expect(setOf(orders, { a: "1", b: "2" }).names).toBe(names);
  expect(setOf(orders, { b: "3", c: "", a: "4" }).names).toBe(names);
});
