import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join, resolve } from "node:path";

const CORE = resolve(import.meta.dir, "../../src/core");
const ALLOWED_PACKAGES = new Set(["re2js"]);

const files = [...new Glob("**/*.ts").scanSync(CORE)].filter((file) => !file.endsWith(".test.ts"));

test("there is a core to look at", () => {
  expect(files.length).toBeGreaterThan(20);
});

test.each(files)("src/core/%s imports nothing from outside", async (file) => {
  const path = join(CORE, file);
  const text = await Bun.file(path).text();
  // Types count too, which a transpiler would leave out.
  const imports = Array.from(text.matchAll(/\b(?:from|import) ?\(?"([^"]+)"/g), ([, to]) => to ?? "");
  const outside = imports.filter((to) => !ALLOWED_PACKAGES.has(to) && !resolve(path, "..", to).startsWith(`${CORE}/`));
  expect(outside).toEqual([]);
});

test.each(files)("src/core/%s reads no clock, sets no timer, does no I/O", async (file) => {
  // Comments and strings may speak of them.
  const code = (await Bun.file(join(CORE, file)).text())
    .replace(/\/\*[^]*?\*\/|\/\/.*/g, "")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
  expect(code).not.toMatch(
    /\bBun\.|\bprocess\.|Date\.now\(|new Date\(\)|performance\.|setTimeout|setInterval|setImmediate|queueMicrotask|Math\.random|\bfetch\(/,
  );
});
