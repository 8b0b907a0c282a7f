import { createHash } from "node:crypto";

/** The first six bytes of the MD5, little endian: what `alertmanager_config_hash` shows. */
export function configHash(source: string | Uint8Array): number {
  return createHash("md5").update(source).digest().readUIntLE(0, 6);
}
