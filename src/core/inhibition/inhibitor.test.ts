import { describe, expect, test } from "bun:test";
import type { Alert } from "../model/alert.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../model/labels.ts";
import { newMatcher } from "../model/matcher.ts";
import { Timestamp } from "../model/timestamp.ts";
import { Inhibitor, type InhibitRule } from "./inhibitor.ts";

const NOW = 1_000_000;

function alert(labels: Record<string, string>, endsIn = 60_000): Alert {
  const at = new Timestamp(NOW);
  return {
    labels: labelSetFromObject(labels),
    annotations: EMPTY_LABELS,
    startsAt: at,
    endsAt: new Timestamp(NOW + endsIn),
    updatedAt: at,
    generatorURL: "",
    timeout: false,
  };
}

function rule(source: Record<string, string>, target: Record<string, string>, equal: string[] = []): InhibitRule {
  const matchers = (labels: Record<string, string>) => Object.entries(labels).map(([n, v]) => newMatcher("=", n, v));
  return { name: "", sourceMatchers: matchers(source), targetMatchers: matchers(target), equal };
}

/** The fingerprint that inhibits, "" for none. */
function by(rules: InhibitRule[], sources: Alert[], target: Record<string, string>, now = NOW): string {
  const inhibitor = new Inhibitor(rules);
  for (const source of sources) inhibitor.observe(source);
  return inhibitor.inhibitedBy(labelSetFromObject(target), now)?.source.labels.get("id") ?? "";
}

const S = { s: "1" };
const T = { t: "1" };

test("a firing source with equal labels inhibits, one with others does not", () => {
  const rules = [rule(S, T, ["e"])];
  expect(by(rules, [alert({ ...S, id: "a", e: "1" })], { ...T, e: "1" })).toBe("a");
  expect(by(rules, [alert({ ...S, id: "a", e: "1" })], { ...T, e: "2" })).toBe("");
  expect(by(rules, [alert({ ...S, id: "a", e: "1" })], { e: "1" })).toBe("");
});

test("absent and empty are equal", () => {
  expect(by([rule(S, T, ["e"])], [alert({ ...S, id: "a" })], { ...T, e: "" })).toBe("a");
  expect(by([rule(S, T, ["e"])], [alert({ ...S, id: "a" })], T)).toBe("a");
});

test("a source stops inhibiting at the instant it ends", () => {
  const source = alert({ ...S, id: "a" }, 1000);
  expect(by([rule(S, T)], [source], T, NOW + 999)).toBe("a");
  expect(by([rule(S, T)], [source], T, NOW + 1000)).toBe("");
});

describe("alerts on both sides of a rule", () => {
  test("do not inhibit themselves or each other", () => {
    expect(by([rule(S, T)], [alert({ ...S, ...T, id: "a" })], { ...S, ...T })).toBe("");
    expect(by([rule({}, {})], [alert({ id: "a" })], { id: "b" })).toBe("");
  });
  test("are inhibited by one that is a source only", () => {
    expect(by([rule(S, T)], [alert({ ...S, id: "a" })], { ...S, ...T })).toBe("a");
  });
});

test("the first rule that inhibits is named", () => {
  const rules = [rule({ s: "2" }, T), rule(S, T), rule(S, {})];
  expect(by(rules, [alert({ ...S, id: "a" }), alert({ s: "2", id: "b" })], T)).toBe("b");
});

describe("of several sources, as upstream,", () => {
  test("the one kept is replaced by one that ends no earlier", () => {
    const first = alert({ ...S, id: "a" }, 5000);
    expect(by([rule(S, T)], [first, alert({ ...S, id: "b" }, 5000)], T)).toBe("b");
    expect(by([rule(S, T)], [first, alert({ ...S, id: "b" }, 4000)], T)).toBe("a");
  });
  test("only the one kept counts, until another is heard of", () => {
    const short = alert({ ...S, id: "b" }, 4000);
    const resolvedLater = [alert({ ...S, id: "a" }, 5000), short, alert({ ...S, id: "a" }, -1)];
    expect(by([rule(S, T)], resolvedLater, T)).toBe("");
    expect(by([rule(S, T)], [...resolvedLater, short], T)).toBe("b");
  });
});

test("an alert that comes again with labels of its own is the same source", () => {
  const inhibitor = new Inhibitor([rule(S, T)]);
  const target = labelSetFromObject(T);
  const isInhibited = () => inhibitor.inhibitedBy(target, NOW) !== undefined;
  inhibitor.observe(alert({ ...S, id: "a" }, 5000));
  inhibitor.observe(alert({ ...S, id: "a" }, -1));
  expect(isInhibited()).toBe(false);
  inhibitor.observe(alert({ ...S, id: "b" }, 5000));
  inhibitor.observe(alert({ ...S, id: "a" }, 6000));
  inhibitor.collectGarbage(NOW);
  expect(isInhibited()).toBe(true);
});

test("garbage takes the kept source with it, as upstream's does", () => {
  const inhibitor = new Inhibitor([rule(S, T)]);
  const target = labelSetFromObject(T);
  inhibitor.observe(alert({ ...S, id: "a" }, -1));
  inhibitor.observe(alert({ ...S, id: "b" }, 5000));
  expect(inhibitor.inhibitedBy(target, NOW)?.source.labels.get("id")).toBe("b");
  inhibitor.collectGarbage(NOW);
  expect(inhibitor.inhibitedBy(target, NOW)).toBeUndefined();
});

test("values are told apart whatever their hashes", () => {
  const inhibitor = new Inhibitor([rule(S, T, ["e"])]);
  // Two words with the same hash.
  const [one, other] = ["costarring", "liquid"];
  for (const e of [one, other] as string[]) {
    inhibitor.observe(alert({ ...S, id: e, e }));
    expect(inhibitor.inhibitedBy(labelSetFromObject({ ...T, e }), NOW)?.source.labels.get("id")).toBe(e);
  }
  inhibitor.observe(alert({ ...S, id: "liquid", e: "liquid" }, -1));
  inhibitor.collectGarbage(NOW);
  const by = (e: string) => inhibitor.inhibitedBy(labelSetFromObject({ ...T, e }), NOW)?.source.labels.get("id");
  expect([by("costarring"), by("liquid")]).toEqual(["costarring", undefined]);
});

test("collecting garbage forgets resolved sources", () => {
  const inhibitor = new Inhibitor([rule(S, T)]);
  inhibitor.observe(alert({ ...S, id: "a" }, -1));
  inhibitor.collectGarbage(NOW);
  inhibitor.observe(alert({ ...S, id: "b" }, 1000));
  expect(inhibitor.inhibitedBy(labelSetFromObject(T), NOW)?.source.labels.get("id")).toBe("b");
});

describe("the version changes when something may be inhibited that was not", () => {
  const rules = [rule(S, T, ["e"])];
  const source = (id: string, endsIn?: number) => alert({ ...S, id, e: "1" }, endsIn);

  /** Whether it changes between one moment and the next, given what is heard before and in between. */
  function changes(before: Alert[], heard: Alert[], later = 0, using = rules): boolean {
    const inhibitor = new Inhibitor(using);
    for (const one of before) inhibitor.observe(one);
    const version = inhibitor.versionAt(NOW);
    for (const one of heard) inhibitor.observe(one);
    return inhibitor.versionAt(NOW + later) !== version;
  }

  test.each([
    ["nothing happens", [source("a")], [], 0, false],
    ["a source is new", [], [source("a")], 0, true],
    ["a source that fires goes on", [source("a")], [source("a", 120_000)], 0, false],
    ["another source of the same values takes over", [source("a")], [source("b", 120_000)], 0, false],
    ["a source ends", [source("a")], [source("a", 0)], 0, false],
    ["one that had ended fires again", [source("a", 0)], [source("a")], 0, true],
    ["another takes over from one that had ended", [source("a", 0)], [source("b")], 0, true],
    ["the clock is set back", [source("a", 0)], [], -1, true],
    ["what is heard is no source", [], [alert(T)], 0, false],
  ] as const)("%s", (_, before, heard, later, expected) => {
    expect(changes([...before], [...heard], later)).toBe(expected);
  });

  test("one on both sides is followed by one that is only a source", () => {
    const both = alert({ ...S, ...T, id: "a", e: "1" });
    expect(changes([both], [source("b", 120_000)])).toBe(true);
  });
});
