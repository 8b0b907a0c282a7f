import { expect, test } from "bun:test";
import { unifiedDiff } from "./unified.ts";

const NAMES = ["a", "b"] as const;
const lines = (...some: readonly (string | number)[]) => `${some.join("\n")}\n`;

test("equal texts have no difference", () => {
  expect(unifiedDiff("a\nb\n", "a\nb\n", NAMES)).toBe("");
});

test("changes far apart are hunks of their own, each with three lines around it", () => {
  const before = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`);
  const after = [...before];
  after[1] = "two";
  after.splice(15, 1);
  after.push("end");
  expect(unifiedDiff(lines(...before), lines(...after), NAMES)).toBe(
    lines(
      "--- a",
      "+++ b",
      "@@ -1,5 +1,5 @@",
      " line 1",
      "-line 2",
      "+two",
      " line 3",
      " line 4",
      " line 5",
      "@@ -13,8 +13,8 @@",
      " line 13",
      " line 14",
      " line 15",
      "-line 16",
      " line 17",
      " line 18",
      " line 19",
      " line 20",
      "+end",
    ),
  );
});

test("everything new", () => {
  expect(unifiedDiff("", "x\n", NAMES)).toBe(lines("--- a", "+++ b", "@@ -0,0 +1 @@", "+x"));
});

test("patching the first text gives the second one, whatever they are", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
  for (let round = 0; round < 300; round++) {
    const text = () => lines(...Array.from({ length: random(12) }, () => random(4)));
    const [before, after] = [text(), text()];
    expect(applied(before, unifiedDiff(before, after, NAMES))).toBe(after);
  }
});

test("texts with nothing in common are told in time", () => {
  const many = (word: string) => lines(...Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`));
  const began = performance.now();
  expect(unifiedDiff(many("a"), many("b"), NAMES)).toContain("-a 19999\n+b 0\n");
  expect(performance.now() - began).toBeLessThan(1500);
});

function applied(before: string, diff: string): string {
  if (diff === "") return before;
  const old = before.split("\n").slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2, -1)) {
    const [, start = "", count = "1"] = /^@@ -(\d+)(?:,(\d+))?/.exec(line) ?? [];
    if (start !== "") {
      const from = Number(start) - (count === "0" ? 0 : 1);
      while (at < from) out.push(old[at++] as string);
    } else if (line.startsWith("+")) out.push(line.slice(1));
    else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(" ")) out.push(line.slice(1));
      at++;
    }
  }
  return [...out, ...old.slice(at)].map((line) => `${line}\n`).join("");
}
