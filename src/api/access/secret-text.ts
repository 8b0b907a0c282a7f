import { createHash, timingSafeEqual } from "node:crypto";

/** What every token made here begins with: whoever finds one, or a scanner of leaked secrets, knows what it is. */
export const TOKEN_PREFIX = "amp_";

/** Bytes of chance in what we make: nobody guesses it, so that one round of a fast hash keeps it. */
const STRENGTH = 32;

/** SHA-256 of a secret, 64 hexadecimal digits in lower case: all that is kept of it. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** @param random fills with unpredictable bytes */
export function newSecret(prefix: string, random: (bytes: Uint8Array) => Uint8Array): string {
  return prefix + Buffer.from(random(new Uint8Array(STRENGTH))).toString("hex");
}

/**
 * Finds things by the hash of the secret that opens them. What is looked up by is the beginning of the hash; the rest is compared
 * in a time that tells nothing of how much of it fits.
 */
export class ByHash<T extends { readonly hash: string }> {
  readonly #buckets = new Map<string, readonly T[]>();

  find(hash: string): T | undefined {
    const wanted = Buffer.from(hash);
    let found: T | undefined;
    for (const one of this.#buckets.get(start(hash)) ?? []) {
      const kept = Buffer.from(one.hash);
      if (kept.length === wanted.length && timingSafeEqual(kept, wanted)) found = one;
    }
    return found;
  }

  add(one: T): void {
    const key = start(one.hash);
    this.#buckets.set(key, [...(this.#buckets.get(key) ?? []), one]);
  }

  delete(one: T): void {
    const key = start(one.hash);
    const left = (this.#buckets.get(key) ?? []).filter((other) => other !== one);
    if (left.length === 0) this.#buckets.delete(key);
    else this.#buckets.set(key, left);
  }
}

function start(hash: string): string {
  return hash.slice(0, 8);
}
