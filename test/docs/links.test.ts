import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";

const ROOT = join(import.meta.dir, "../..");
const OURS = /^(?:[A-Z_]+\.md|(?:docs|examples|helm|\.github)\/.*\.md)$/;
const pages = [...new Glob("**/*.md").scanSync({ cwd: ROOT, dot: true })].filter((path) => OURS.test(path)).sort();

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
/** A page without its examples, in which `#` begins a comment and brackets are lists. */
const prose = (path: string) =>
  read(path)
    .replaceAll(/^(```+)[^]*?^\1$/gm, "")
    .replaceAll(/^ {4}.*$/gm, "");

/** What GitHub makes of a heading. */
function anchorOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

const anchors = (path: string) =>
  new Set(Array.from(prose(path).matchAll(/^#+ (.*)$/gm), ([, text = ""]) => anchorOf(text)));

test("there are pages to look at", () => {
  expect(pages).toContain("README.md");
  expect(pages).toContain("docs/install.md");
  expect(anchorOf("Run `amtool`: [a](b.md), and back")).toBe("run-amtool-a-and-back");
});

test.each(pages)("%s: its links lead somewhere", (page) => {
  const wrong: string[] = [];
  for (const [, target = ""] of prose(page).matchAll(/\]\(([^()\s]+)\)/g)) {
    if (/^(?:https?|mailto):/.test(target)) {
      if (!URL.canParse(target)) wrong.push(target);
      continue;
    }
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, file))) wrong.push(target);
    else if (anchor !== undefined && !anchors(file).has(anchor)) wrong.push(target);
  }
  expect(wrong).toEqual([]);
});

test.each(pages)("%s: the files it names are there", (page) => {
  const named = Array.from(
    read(page).matchAll(/(?<![\w/.-])(?:src|test|scripts|packaging|helm|examples|migrations|docs)\/[\w./-]*\w/g),
    ([path]) => path,
  );
  // NAME stands for the reader's.
  expect(named.filter((path) => !path.includes("NAME") && !existsSync(join(ROOT, path)))).toEqual([]);
});
