import type { Secret } from "../../config/secret.ts";
import { readTrimmed } from "./read-file.ts";

/** Where a credential comes from: text of the configuration, or a file that is read again for every request. */
export interface SecretSource {
  /** @throws Error with upstream's text where the file cannot be read */
  fetch(): string;
  /** How messages name it: `inline` or `file /path`. */
  readonly description: string;
  /** False where the value may change between requests. */
  readonly immutable: boolean;
}

/**
 * The source given by a text, a file or a reference, of which configurations have at most one; undefined without any.
 *
 * @throws Error for a reference, which upstream accepts in the file and cannot resolve
 */
export function secretSource(text: Secret | string | undefined, file: string, ref: string): SecretSource | undefined {
  const inline = typeof text === "object" ? text.reveal() : (text ?? "");
  if (inline !== "") return { fetch: () => inline, description: "inline", immutable: true };
  if (file !== "")
    return {
      fetch: () => readTrimmed(file, `unable to read file ${file}`),
      description: `file ${file}`,
      immutable: false,
    };
  if (ref !== "") throw new Error("cannot use secret ref without manager");
  return undefined;
}
