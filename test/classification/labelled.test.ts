import { expect, test } from "bun:test";
import { CATEGORIES, SEVERITIES } from "../../src/core/model/classification.ts";
import { frozenDigest, labelled } from "./labelled.ts";

test("the frozen half is as it was written before there were any rules", () => {
  expect(frozenDigest()).toBe("3ab7e084a666809fcf69017aa9dc1596d049b250f7cf981d8db64fe760017800");
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
