import { readText } from "./http/read-file.ts";

/**
 * Reads the file of a token, without the blanks around it.
 *
 * @throws Error in upstream's words
 */
export function readSecretFile(file: string): string {
  try {
    return readText(file).trim();
  } catch (error) {
    throw new Error(`could not read ${file}: ${(error as Error).message}`, { cause: error });
  }
}
