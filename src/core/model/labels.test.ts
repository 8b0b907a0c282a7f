import { describe, expect, test } from "bun:test";
import { compareBytes, compareLabelSets, EMPTY_LABELS, labelSet, labelSetFromObject } from "./labels.ts";

test("a set is sorted by name in byte order, and of a repeated name the last value stays", () => {
  const labels = labelSet([
    ["b", "1"],
    ["\u{10000}", "2"],
    ["\uffff", "3"],
    ["B", "4"],
    ["b", "5"],
  ]);

  expect([...labels.entries()]).toEqual([
    ["B", "4"],
    ["b", "5"],
    ["\uffff", "3"],
    ["\u{10000}", "2"],
  ]);
});

test("an absent label reads as empty", () => {
  const labels = labelSetFromObject({ a: "1", empty: "" });

  expect([labels.get("a"), labels.get("empty"), labels.get("b")]).toEqual(["1", "", ""]);
  expect([labels.has("a"), labels.has("empty"), labels.has("b")]).toEqual([true, true, false]);
});

test("names that mean something to an object are only names", () => {
  const labels = labelSet([
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);

  expect(labels.get("__proto__")).toBe("x");
  expect(labels.get("toString")).toBe("");
  expect(JSON.stringify(labels.toObject())).toBe('{"__proto__":"x","constructor":"y"}');
});

test("two sets have the same key exactly when they are equal", () => {
  const objects: Record<string, string>[] = [
    {},
    { a: "" },
    { a: "b" },
    { a: "b", c: "d" },
    { a: 'b","c":"d' },
    { "a\xffb": "" },
    { a: "\xffb" },
  ];
  const keys = objects.map((object) => labelSetFromObject(object).key);

  expect(new Set(keys).size).toBe(keys.length);
  expect(labelSetFromObject({ c: "d", a: "b" }).key).toBe(labelSetFromObject({ a: "b", c: "d" }).key);
});

test("a set reads the same after its values were released", () => {
  const object = JSON.parse(
    String.raw`{"10":"ten","9":"nine","__proto__":"p","a":"say \"b\":\"x\"","b":"back\\","c":"\\\"","d":"","e\"":"1","f":"\u00ff\ud83d\ude00\n"}`,
  ) as Record<string, string>;
  const kept = labelSetFromObject(object);
  const released = labelSetFromObject(object);
  released.release();

  expect(released.values).toEqual(kept.values);
  expect(released.key).toBe(kept.key);
  expect(released.names.map((name) => released.get(name))).toEqual([...kept.values]);
  expect(released.get("none")).toBe("");
  expect(released.fingerprint).toBe(kept.fingerprint);
});

test("hashes are those of the sorted labels", () => {
  expect(labelSetFromObject({ severity: "critical", job: "j", alertname: "A<1>" }).fingerprint).toBe(
    "b997cc7a14d13bfb",
  );
  expect(labelSetFromObject({ alertname: "foo" }).logHash).toBe("82989e86f0440702");
  expect(EMPTY_LABELS.fingerprint).toBe("cbf29ce484222325");
});

test("strings compare by their bytes", () => {
  expect(["\u{1f642}", "\uffff", "é", "z", "Z", "", "za"].sort(compareBytes)).toEqual([
    "",
    "Z",
    "z",
    "za",
    "é",
    "\uffff",
    "\u{1f642}",
  ]);
});

describe("the order of label sets (spec §3.6)", () => {
  // Answers of model.LabelSet.Before.
  test.each<[Record<string, string>, Record<string, string>]>([
    [{ a: "1" }, { a: "1", b: "2" }],
    [{ a: "1" }, { a: "2" }],
    [
      { a: "1", c: "x" },
      { a: "1", b: "x" },
    ],
    [{ b: "1" }, { a: "1" }],
    [{ "\u{10000}": "1" }, { "\uffff": "1" }],
    [{ a: "\uffff" }, { a: "\u{10000}" }],
    [
      { a: "", c: "0" },
      { a: "", b: "1" },
    ],
  ])("%j comes before %j", (first, second) => {
    const [a, b] = [labelSetFromObject(first), labelSetFromObject(second)];

    expect(compareLabelSets(a, b)).toBeLessThan(0);
    expect(compareLabelSets(b, a)).toBeGreaterThan(0);
    expect(compareLabelSets(a, a)).toBe(0);
  });
});
