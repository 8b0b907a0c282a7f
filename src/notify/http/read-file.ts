import { readFileSync } from "node:fs";
import { openError } from "../../core/text/errno.ts";
import { wrapError } from "./errors.ts";

/**
 * Reads a small file, such as a key of a receiver, as text.
 *
 * @throws Error in Go's words: `open /x: no such file or directory`
 */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(openError(path, error), { cause: error });
  }
}

/**
 * The same without the white space around it.
 *
 * @throws Error `PREFIX: open /x: no such file or directory`
 */
export function readTrimmed(path: string, prefix: string): string {
  try {
    return readText(path).trim();
  } catch (error) {
    throw wrapError(prefix, error);
  }
}
