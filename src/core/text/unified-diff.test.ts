import { expect, test } from "bun:test";
import { unifiedDiff } from "./unified-diff.ts";

const TEN = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

test("texts that are the same have no difference", () => {
  expect(unifiedDiff("a\n", "a\n")).toBe("");
});

test("a changed line is shown with three lines around it", () => {
  const after = TEN.with(4, "other");
  expect(unifiedDiff(text(TEN), text(after))).toBe(
    "@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+other\n line 6\n line 7\n line 8\n",
  );
});

test("changes far from each other stand apart, and the second counts what the first added", () => {
  const lines = [...TEN, ...TEN.map((line) => `second ${line}`)];
  const after = ["new", ...lines.slice(0, -1)];
  expect(unifiedDiff(text(lines), text(after)).match(/^@@.*$/gm)).toEqual(["@@ -1,3 +1,4 @@", "@@ -17,4 +18,3 @@"]);
});

test("an empty text is before the first line", () => {
  expect(unifiedDiff("", "a\nb\n")).toBe("@@ -0,0 +1,2 @@\n+a\n+b\n");
});

test("applying the difference of any two texts gives the second", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round++) {
    const before = Array.from({ length: random(30) }, () => `l${random(6)}`);
    const after = Array.from({ length: random(30) }, () => `l${random(6)}`);
    expect(applied(before, unifiedDiff(text(before), text(after)))).toEqual(after);
  }
});

test("texts that have nothing in common are not searched for long", () => {
  const many = (prefix: string) => Array.from({ length: 5000 }, (_, i) => `${prefix}${i}`);
  const began = performance.now();
  const diff = unifiedDiff(text(many("a")), text(many("b")));
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(applied(many("a"), diff)).toEqual(many("b"));
});

function applied(before: readonly string[], diff: string): string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(0, -1)) {
    const head = /^@@ -(\d+)(,0)?/.exec(line);
    if (head !== null) {
      const until = Number(head[1]) - (head[2] === undefined ? 1 : 0);
      while (at < until) result.push(before[at++] as string);
      continue;
    }
    if (line[0] !== "+") expect(before[at]).toBe(line.slice(1));
    if (line[0] !== "-") result.push(line.slice(1));
    if (line[0] !== "+") at++;
  }
  return [...result, ...before.slice(at)];
}
