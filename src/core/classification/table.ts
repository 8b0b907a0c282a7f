import type { Classification } from "../model/classification.ts";

/** The classifier named where a person has said what an alert is. */
export const PERSON = "person";

/** What alerts have been classified as by others than the rules, whose answer is always at hand: one verdict for each. */
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

  /** Keeps a classification unless what is there supersedes it; whether it did. */
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

/**
 * The later one stands, but what a person says stands until a person says otherwise: by another correction, or by taking it
 * back, which leaves the answer of the rules.
 */
export function supersedes(one: Classification, held: Classification): boolean {
  if (held.classifier === PERSON && one.classifier !== PERSON && one.classifier !== RULES) return false;
  if (one.classifier === PERSON && held.classifier !== PERSON && held.classifier !== RULES) return true;
  return one.classifiedAt >= held.classifiedAt;
}

/** Their answer is kept only where it stands in for a correction that was taken back. */
export const RULES = "rules";
