import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";

const ROOT = join(import.meta.dir, "../..");

test("the sections that comments cite are there", () => {
  const page = readFileSync(join(ROOT, "test/compat/alertmanager-0.34.md"), "utf8");
  const sections = new Set(Array.from(page.matchAll(/^#+ (\d+(?:\.\d+)?)[. ]/gm), ([, number]) => number));
  const cited = [...new Glob("{src,test,scripts}/**/*.ts").scanSync(ROOT)].flatMap((file) =>
    Array.from(readFileSync(join(ROOT, file), "utf8").matchAll(/spec §(\d+(?:\.\d+)?)/g), ([, number]) => ({
      file,
      number,
    })),
  );
  expect(cited.length).toBeGreaterThan(100);
  expect(cited.filter(({ number }) => !sections.has(number))).toEqual([]);
});
