import type { Classification } from "../model/classification.ts";
import { supersedes } from "./precedence.ts";

/**
 * What alerts have been classified as by others than the rules, whose answer is always at hand: of each alert the one
 * classification that counts (`supersedes`).
 */
export class ClassificationTable {
  readonly #byFingerprint = new Map<string, Classification>();

  get size(): number {
    return this.#byFingerprint.size;
  }

  get(fingerprint: string): Classification | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  all(): IterableIterator<Classification> {
    return this.#byFingerprint.values();
  }

  /** Keeps a classification unless the one that is there counts over it, or is the same; whether it did. */
  put(classification: Classification): boolean {
    const held = this.#byFingerprint.get(classification.fingerprint);
    if (held !== undefined && !supersedes(classification, held)) return false;
    this.#byFingerprint.set(classification.fingerprint, classification);
    return true;
  }

  /** Whether there was one. */
  delete(fingerprint: string): boolean {
    return this.#byFingerprint.delete(fingerprint);
  }
}
