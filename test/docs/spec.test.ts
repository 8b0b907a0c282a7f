import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";

const ROOT = join(import.meta.dir, "../..");
const PAGE = join(ROOT, "test/compat/rules.md");
const page = readFileSync(PAGE, "utf8");
const entries = Array.from(page.matchAll(/^- \*\*§(\d+(?:\.\d+)?)\*\* /gm), ([, section = ""]) => section);

// `spec §2.9, §7.2`, `spec §3.8 and §5.1`, `spec §3.1 to 3.4`
const CITATION = /spec §\d+(?:\.\d+)?(?:(?:, §| and §| to §?)\d+(?:\.\d+)?)*/gi;

const cited = new Map<string, string>();
for (const file of new Glob("{src,test,scripts}/**/*.{ts,tsx}").scanSync(ROOT)) {
  for (const [citation] of readFileSync(join(ROOT, file), "utf8").matchAll(CITATION)) {
    for (const [section] of citation.matchAll(/\d+(?:\.\d+)?/g)) cited.set(section, file);
  }
}

test("every rule that a comment cites is on the page", () => {
  expect(cited.size).toBeGreaterThan(70);
  expect([...cited].filter(([section]) => !entries.includes(section))).toEqual([]);
});

test("every rule on the page is cited, and there once", () => {
  expect(entries.filter((section) => !cited.has(section))).toEqual([]);
  expect(entries.filter((section, i) => entries.indexOf(section) !== i)).toEqual([]);
});

test("every file the page leads to is there", () => {
  const files = Array.from(page.matchAll(/\]\(([^()\s]+)\)/g), ([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(entries.length);
  expect(files.filter((file) => !existsSync(join(dirname(PAGE), file)))).toEqual([]);
});
