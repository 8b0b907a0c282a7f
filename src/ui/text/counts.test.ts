import { expect, test } from "bun:test";
import { mostFirst, worstFirst } from "./counts.ts";

test("counts stand from the most on, severities from the worst on", () => {
  expect(mostFirst({ a: 1, c: 3, b: 3 })).toEqual([
    ["b", 3],
    ["c", 3],
    ["a", 1],
  ]);
  expect(worstFirst({ page: 7, noise: 9, warning: 5, critical: 1 }).map(([name]) => name)).toEqual([
    "critical",
    "warning",
    "noise",
    "page",
  ]);
});
