import { readFileSync } from "node:fs";

import { type JSONValue, scanFirstValue } from "../api/json/scan.ts";
import { openError } from "../core/text/errno.ts";
import { checkJson } from "../api/json/check.ts";
import { FatalError } from "./failure.ts";

/**
 * Reads a JSON file named by a flag.
 *
 * @param expected what the file should hold, for the error
 * @throws FatalError naming flag, file, what is wrong and what was expected
 */
export function readJsonFile<T>(flag: string, file: string, expected: string, decode: (value: JSONValue) => T): T {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new FatalError(`--${flag}: ${openError(file, error)}`);
  }
  try {
    checkJson(new TextDecoder().decode(bytes));
    return decode(scanFirstValue(bytes) ?? { kind: "null" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FatalError(`--${flag}: ${file} is not ${expected}: ${reason}`);
  }
}
