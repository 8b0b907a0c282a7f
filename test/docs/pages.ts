import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";

export const ROOT = join(import.meta.dir, "../..");

/** The pages that are written for users and contributors, by path from the root. */
export const PAGES = [...new Glob("**/*.md").scanSync({ cwd: ROOT })]
  .filter((path) => /^(?:[A-Z_]+\.md|(?:docs|examples)\/.*\.md)$/.test(path))
  .sort();

export const readPage = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Something a page shows to be typed, put into a file, or as what comes out. */
export interface Example {
  readonly page: string;
  /** From 1. */
  readonly line: number;
  /** What the fence says, "" where the text is indented instead. */
  readonly language: string;
  readonly text: string;
}

/** All examples of a page, fenced or indented, in order. */
export function examplesOf(page: string): readonly Example[] {
  const examples: Example[] = [];
  let fence: string | undefined;
  let language = "";
  let begin = 0;
  let lines: string[] = [];
  const add = (line: string, index: number) => {
    if (lines.length === 0) begin = index + 1;
    lines.push(line);
  };
  const end = () => {
    while (lines.at(-1)?.trim() === "") lines.pop();
    if (lines.length > 0) examples.push({ page, line: begin, language, text: `${lines.join("\n")}\n` });
    lines = [];
    language = "";
  };
  for (const [index, line] of readPage(page).split("\n").entries()) {
    const mark = /^(`{3,})(\w*)/.exec(line);
    if (fence !== undefined) {
      if (mark?.[1] === fence) {
        end();
        fence = undefined;
      } else add(line, index);
    } else if (mark !== null) {
      end();
      [, fence, language = ""] = mark;
    } else if (line.startsWith("    ") && line.trim() !== "") add(line.slice(4), index);
    else if (line === "" && lines.length > 0) add(line, index);
    else end();
  }
  end();
  return examples;
}
