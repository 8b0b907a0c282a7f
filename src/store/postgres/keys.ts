import type { GroupIdentity } from "../../core/interfaces/shared-storage.ts";

/** What stands for a key of any length in the database: 128 bits of its SHA-256. */
export function idOf(key: string): string {
  return new Bun.CryptoHasher("sha256").update(key).digest("hex").slice(0, 32);
}

export function groupIdOf({ routeId, groupFingerprint }: GroupIdentity): string {
  return idOf(`${groupFingerprint} ${routeId}`);
}

/** The same for every try at one decision and for no other. */
export function idempotencyKey(key: string, version: number): string {
  return new Bun.CryptoHasher("sha256").update(`${key}\n${version}`).digest("hex");
}
