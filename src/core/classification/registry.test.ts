import { expect, test } from "bun:test";
import type { AlertClassifier } from "../interfaces/classification.ts";
import { createClassifierRegistry } from "./registry.ts";
import { createRuleBasedClassifier } from "./rules.ts";

const rules = createRuleBasedClassifier([], new Map());
const classifier = (name: string): AlertClassifier => ({ name, classify: async () => undefined });

test("a registry keeps the order of its classifiers and finds them by name", () => {
  const [a, b] = [classifier("a"), classifier("b")];
  const registry = createClassifierRegistry(rules, [b, a]);
  expect(registry.list()).toEqual([b, a]);
  expect(registry.get("a")).toBe(a);
  expect(registry.get("c")).toBeUndefined();
  expect(registry.default).toBe(rules);
});

test("no two classifiers have one name", () => {
  expect(() => createClassifierRegistry(rules, [classifier("a"), classifier("a")])).toThrow(
    'two classifiers are called "a"',
  );
  expect(() => createClassifierRegistry(rules, [classifier("rules")])).toThrow('"rules"');
});
