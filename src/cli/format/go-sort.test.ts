import { expect, test } from "bun:test";

import { goSort } from "./go-sort.ts";

interface Item {
  readonly key: number;
  readonly at: number;
}

/** Where the items of these keys come to stand. */
function order(keys: readonly number[]): number[] {
  const items = keys.map((key, at): Item => ({ key, at }));
  goSort(items, (a, b) => a.key < b.key);
  return items.map(({ at }) => at);
}

/** A hash of an order, so that long ones can be written down. */
function digest(order: readonly number[]): number {
  return order.reduce((sum, at) => (sum * 31 + at) % 1_000_003, 7);
}

function numbers(length: number, next: (i: number) => number): number[] {
  return Array.from({ length }, (_, i) => next(i));
}

test("few items keep their order where they are equal", () => {
  expect(order([2, 1, 2, 1, 0, 1])).toEqual([4, 1, 3, 5, 0, 2]);
});

// The digests are those of the orders Go 1.26's sort.Sort gives for the same keys.
test.each([
  ["all equal", 50, () => 0, 468402],
  ["rising", 50, (i: number) => i, 468402],
  ["falling", 1000, (i: number) => -i, 665392],
  ["of five values", 50, (i: number) => (i * 7) % 5, 244357],
  ["of five values", 1000, (i: number) => (i * 7) % 5, 729841],
  ["rising, then falling", 1000, (i: number) => (i < 500 ? i : 1000 - i), 689590],
  ["mostly rising", 50, (i: number) => (i % 17 === 3 ? i - 9 : i), 803081],
  ["mostly rising", 1000, (i: number) => (i % 17 === 3 ? i - 9 : i), 286712],
  ["rising three times", 1000, (i: number) => i % 333, 797260],
  ["rising and falling in turn", 1000, (i: number) => (i % 2 === 0 ? i : 1000 - i), 7148],
  ["of pairs", 1000, (i: number) => (i ^ 5) >> 1, 670770],
])("%s, %d items", (_, length, key, expected) => {
  expect(digest(order(numbers(length, key)))).toBe(expected);
});
