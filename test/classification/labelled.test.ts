import { expect, test } from "bun:test";
import { CATEGORIES, SEVERITIES } from "../../src/core/model/classification.ts";
import { frozenDigest, labelled } from "./labelled.ts";

test("the frozen half is as it was labelled, before rules were tried on it", () => {
  expect(frozenDigest()).toBe("724537757a448cd0cd9d87dbc54e5fcf5aa76c6a2e56b2eb6c97967591dfb83f");
});

test("every alert has a name of its own, a known severity and category, and a reason", () => {
  expect(new Set(labelled.map(({ name }) => name)).size).toBe(labelled.length);
  for (const { severity, category, why } of labelled) {
    expect(SEVERITIES).toContain(severity);
    expect(CATEGORIES).toContain(category);
    expect(why).toEndWith(".");
  }
});

test("there are at least 300 of them, and 20 that try to talk a classifier into something", () => {
  expect(labelled.length).toBeGreaterThanOrEqual(300);
  expect(labelled.filter(({ injection }) => injection).length).toBeGreaterThanOrEqual(20);
});
