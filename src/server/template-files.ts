import { existsSync, readdirSync, readFileSync } from "node:fs";

import { compareBytes } from "../core/model/labels.ts";

/** A template file: named by its base name, as templates refer to it (spec §9.1). */
export interface TemplateFile {
  readonly name: string;
  readonly content: string;
}

/**
 * Reads the files of `templates:`, in the list's order and lexically within one pattern. A pattern that matches nothing is
 * fine.
 *
 * @param patterns file names with Go's `*`, `?` and `[…]`, resolved against the configuration's directory already
 * @throws Error on a malformed pattern or an unreadable file
 */
export function readTemplateFiles(patterns: readonly string[]): TemplateFile[] {
  return patterns.flatMap((pattern) =>
    glob(pattern).map((path) => ({ name: path.slice(path.lastIndexOf("/") + 1), content: readFileSync(path, "utf8") })),
  );
}

/** The existing files a pattern matches, as Go's filepath.Glob finds them. @throws Error `syntax error in pattern` */
function glob(pattern: string): string[] {
  const absolute = pattern.startsWith("/");
  let found = [absolute ? "/" : ""];
  for (const part of pattern.split("/").filter((part) => part !== "")) {
    const wanted = /[*?[\\]/.test(part) ? partPattern(part) : undefined;
    found = found.flatMap((dir) => {
      const at = (name: string) => (dir === "" || dir.endsWith("/") ? dir + name : `${dir}/${name}`);
      if (wanted === undefined) return existsSync(at(part)) ? [at(part)] : [];
      return entries(dir === "" ? "." : dir)
        .filter((name) => wanted.test(name))
        .map(at);
    });
  }
  return found;
}

function entries(dir: string): string[] {
  try {
    return readdirSync(dir).sort(compareBytes);
  } catch {
    return [];
  }
}

/** One path component of a pattern as a regular expression; only Go's four special characters mean anything. */
function partPattern(part: string): RegExp {
  let source = "";
  for (let i = 0; i < part.length; i++) {
    const c = part[i] as string;
    if (c === "*") source += ".*";
    else if (c === "?") source += ".";
    else if (c === "\\") source += escape(charAt(part, ++i));
    else if (c === "[") {
      const end = classEnd(part, i);
      source += `[${part.slice(i + 1, end).replace(/[[\]]/g, "\\$&")}]`;
      i = end;
    } else source += escape(c);
  }
  return new RegExp(`^${source}$`, "su");
}

function classEnd(part: string, start: number): number {
  // The first character of a class stands for itself even if it is the closing bracket's.
  for (let i = start + (part[start + 1] === "^" ? 3 : 2); i < part.length; i++) {
    if (part[i] === "\\") i++;
    else if (part[i] === "]") return i;
  }
  throw new Error("syntax error in pattern");
}

function charAt(part: string, i: number): string {
  const c = part[i];
  if (c === undefined) throw new Error("syntax error in pattern");
  return c;
}

function escape(c: string): string {
  return c.replace(/[.*+?^${}()|[\]\\/-]/, "\\$&");
}
