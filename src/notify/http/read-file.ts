import { readFileSync } from "node:fs";
import { errnoText } from "./errors.ts";

const FILE_ERRNO: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
};

/**
 * Reads a small file, such as a key of a receiver, as text.
 *
 * @throws Error in Go's words: `open /x: no such file or directory`
 */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new Error(`${code === "EISDIR" ? "read" : "open"} ${path}: ${FILE_ERRNO[code] ?? errnoText(error)}`, {
      cause: error,
    });
  }
}
