import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const page = readFileSync(join(ROOT, "README.md"), "utf8");
const benchmarks = readFileSync(join(ROOT, "docs/benchmarks.md"), "utf8");

/** The rows below a heading, as cells. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n#")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .slice(1, line.lastIndexOf("|"))
      .split("|")
      .map((cell) => cell.trim()),
  );
}

const rows = tableBelow("Against Alertmanager 0.34");

describe("what the README says against Alertmanager is shown by a test or a benchmark", () => {
  test("there is a table", () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  });

  test.each(rows)("%s", (...cells) => {
    expect(cells).toHaveLength(4);
    const proofs = Array.from(cells[3]?.matchAll(/\]\(([^)]*)\)/g) ?? [], ([, target = ""]) => target);
    expect(proofs.length).toBeGreaterThan(0);
    for (const proof of proofs) {
      expect(proof).toMatch(/^(?:test\/.*\.test\.ts|docs\/benchmarks\.md#[\w-]+)$/);
      expect([proof, existsSync(join(ROOT, proof.split("#")[0] ?? ""))]).toEqual([proof, true]);
    }
  });
});

/** Numbers with a unit, such as `230 ms`, and several that share one, such as `193 and 802 MB`. */
function figuresIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/((?:[\d,.]+ and )?[\d,.]+) (?:us|ms|MB)\b/g), ([, numbers = ""]) =>
    numbers.split(" and "),
  ).flat();
}

test("the figures it gives are those of the benchmarks", () => {
  const measured = new Set(benchmarks.match(/\d[\d,]*(?:\.\d+)?/g));
  const rounded = new Set([...measured].map((figure) => String(Math.round(Number(figure.replaceAll(",", ""))))));
  const given = [...rows.flatMap((cells) => figuresIn(cells.join(" "))), ...figuresIn(page)];
  expect(given.length).toBeGreaterThan(10);
  expect(given.filter((figure) => !measured.has(figure) && !rounded.has(figure))).toEqual([]);
});
