import { expect, test } from "bun:test";
import type { Classification } from "../model/classification.ts";
import { decodeVerdict, encodeVerdict } from "./encoding.ts";
import { PERSON, RULES, supersedes } from "./precedence.ts";
import { ClassificationTable } from "./table.ts";

const FINGERPRINT = "0011223344556677";

function said(classifier: string, classifiedAt: number, change: Partial<Classification> = {}): Classification {
  return {
    fingerprint: FINGERPRINT,
    classifier,
    classifiedAt,
    severity: "warning",
    category: "storage",
    confidence: 0.8,
    reason: "A disk fills up.",
    recommendations: ["Look for what grows."],
    ...change,
  };
}

test("of two classifiers' verdicts the later counts, in whatever order they come", () => {
  const [early, late] = [said("extension", 1000), said("llm", 2000)];
  const [inOrder, reversed] = [new ClassificationTable(), new ClassificationTable()];

  expect([inOrder.put(early), inOrder.put(late)]).toEqual([true, true]);
  expect([reversed.put(late), reversed.put(early)]).toEqual([true, false]);

  expect([inOrder.get(FINGERPRINT), reversed.get(FINGERPRINT)]).toEqual([late, late]);
});

test("what a person said gives way to no classifier, however late, only to what a person says later", () => {
  const table = new ClassificationTable();
  const correction = said(PERSON, 1000, { severity: "info" });
  table.put(said("llm", 2000));

  expect(table.put(correction)).toBe(true);
  expect(table.put(said("llm", 9000))).toBe(false);
  expect(table.put(said(PERSON, 900))).toBe(false);
  expect(table.get(FINGERPRINT)).toEqual(correction);
  expect(table.put(said(PERSON, 1100, { severity: "noise" }))).toBe(true);
});

test("a correction that is taken back leaves the rules' answer, and from then on classifiers count again", () => {
  const table = new ClassificationTable();
  table.put(said(PERSON, 1000));

  expect(table.put(said(RULES, 900))).toBe(false);
  expect(table.put(said(RULES, 1100))).toBe(true);
  expect(table.put(said(PERSON, 1000))).toBe(false);
  expect(table.put(said("llm", 1200))).toBe(false);
  expect(table.put(said("llm", 1200, { takenBackAt: 1100 }))).toBe(true);
});

test("of all that was said about an alert the same counts, in whatever order and with whatever left out before it", () => {
  const sayings = [
    said("llm", 5000),
    said(PERSON, 1000),
    said(RULES, 1100),
    said("llm", 1200, { takenBackAt: 1100 }),
    said("extension", 1300, { takenBackAt: 1100 }),
    said(PERSON, 1250),
    said(RULES, 1400),
    said("llm", 1350, { takenBackAt: 1400 }),
  ];
  const ranked = sayings.toSorted((a, b) => (supersedes(a, b) ? 1 : -1));

  expect(ranked.map(({ classifier, classifiedAt }) => `${classifier} ${classifiedAt}`)).toEqual([
    "llm 5000",
    `${PERSON} 1000`,
    `${RULES} 1100`,
    "llm 1200",
    "extension 1300",
    `${PERSON} 1250`,
    "llm 1350",
    `${RULES} 1400`,
  ]);
  for (const [i, lesser] of ranked.entries()) {
    for (const greater of ranked.slice(i + 1)) {
      expect([supersedes(greater, lesser), supersedes(lesser, greater)]).toEqual([true, false]);
    }
  }
});

test("once it is deleted any verdict counts again", () => {
  const table = new ClassificationTable();
  table.put(said(PERSON, 5000));

  expect([table.delete(FINGERPRINT), table.delete(FINGERPRINT)]).toEqual([true, false]);
  expect([table.size, table.get(FINGERPRINT)]).toEqual([0, undefined]);
  expect(table.put(said("llm", 1000))).toBe(true);
  expect([...table.all()]).toEqual([said("llm", 1000)]);
});

test("of different verdicts of one moment the same one counts everywhere, and an equal one changes nothing", () => {
  const [one, other] = [said("a", 1000, { reason: "1" }), said("a", 1000, { reason: "2" })];

  expect(supersedes(one, other)).not.toBe(supersedes(other, one));
  expect(supersedes(one, { ...one })).toBe(false);
});

test("a verdict comes back from its text as it was, whatever it holds", () => {
  const texts = { reason: 'say "hi"\n\0 日本 😀', recommendations: ["", "\ud800"] };
  const verdicts = [
    said("rules", 1),
    said("llm", 1, { ...texts, model: "m", tokens: 12, costUsd: 0.000_012 }),
    said("llm", 1, { model: "m" }),
    said("llm", 1, { tokens: 0 }),
    said("llm", 1, { takenBackAt: 7 }),
    said("llm", 1, { model: "m", takenBackAt: 7 }),
  ];
  for (const { fingerprint: _, classifiedAt: __, ...verdict } of verdicts) {
    expect(decodeVerdict(encodeVerdict(verdict))).toEqual(verdict);
  }
});

test("a verdict with words of a later version is refused", () => {
  const text = encodeVerdict(said("rules", 1));

  expect(() => decodeVerdict(text.replace("warning", "fatal"))).toThrow('"fatal" is no severity');
  expect(() => decodeVerdict(text.replace("storage", "weather"))).toThrow('"weather" is no category');
});
