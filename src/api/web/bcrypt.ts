import { goQuote } from "../../core/model/goquote.ts";

/** bcrypt looks at this many bytes of a password; the runtime would hash a longer one first, which Go does not. */
const BCRYPT_BYTES = 72;

const SHORTEST_HASH = 59;

/**
 * Checks a bcrypt hash as far as its version and cost.
 *
 * @throws Error in the words of Go's bcrypt
 */
export function checkBcryptHash(hash: string): void {
  const bytes = Buffer.from(hash);
  if (bytes.length < SHORTEST_HASH) throw new Error("crypto/bcrypt: hashedSecret too short to be a bcrypted password");
  const [start, version, minor] = [...bytes.subarray(0, 3).toString("latin1")] as [string, string, string];
  if (start !== "$") {
    throw new Error(`crypto/bcrypt: bcrypt hashes must start with '$', but hashedSecret started with '${start}'`);
  }
  if (version > "2") {
    const problem = `version '${version}' requested is newer than current version '2'`;
    throw new Error(`crypto/bcrypt: bcrypt algorithm ${problem}`);
  }
  const at = minor === "$" ? 3 : 4;
  const cost = bytes.subarray(at, at + 2).toString("latin1");
  if (!/^[-+]?[0-9]+$/.test(cost)) throw new Error(`strconv.Atoi: parsing ${goQuote(cost)}: invalid syntax`);
  if (Number(cost) < 4 || Number(cost) > 31) {
    throw new Error(`crypto/bcrypt: cost ${Number(cost)} is outside allowed inclusive range 4..31`);
  }
}

const HASH = /^\$[0-2][^$]?\$([0-9]{2}\$[./A-Za-z0-9]{53})$/;

/** Whether a password is the one of a hash, worked out beside the main thread. False for what is no hash. */
export async function verifyBcrypt(password: Uint8Array, hash: string): Promise<boolean> {
  // The runtime knows some of the letters that stand for versions; to Go they are all one.
  const rest = HASH.exec(hash)?.[1];
  // The runtime does not look at an empty password.
  if (rest === undefined || password.length === 0) return false;
  try {
    return await Bun.password.verify(password.slice(0, BCRYPT_BYTES), `$2b$${rest}`, "bcrypt");
  } catch {
    return false;
  }
}
