import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { fileError } from "../core/text/errno.ts";

/**
 * Makes the directory everything is stored in, with those above it.
 *
 * @throws Error in upstream's words, naming the first directory that cannot be made
 */
export function makeDataDirectory(path: string): void {
  try {
    makeDirectories(path);
  } catch (error) {
    throw new Error(`unable to create data directory: ${(error as Error).message}`, { cause: error });
  }
}

function makeDirectories(path: string): void {
  const found = kindOf(path);
  if (found === "directory") return;
  if (found === "other") throw new Error(`mkdir ${path}: not a directory`);
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent);
  try {
    mkdirSync(path, { mode: 0o777 });
  } catch (error) {
    // Another process may have made it at the same moment.
    if (kindOf(path) === "directory") return;
    throw new Error(fileError("mkdir", path, error), { cause: error });
  }
}

function kindOf(path: string): "directory" | "other" | "unknown" {
  try {
    return statSync(path).isDirectory() ? "directory" : "other";
  } catch {
    return "unknown";
  }
}
