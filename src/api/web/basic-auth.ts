import type { Secret } from "../../config/secret.ts";

// A hash of nothing anybody knows: an unknown user takes as long to refuse as a known one.
const DUMMY_HASH = "$2b$10$SVAx0ySLIW0A0fZYzVi2NutBq4kIu8kZewMpyZxsqQNGdpfuIJ6.q";

/** More than this many pairs of name and password are not remembered. */
const REMEMBERED = 100;

/** bcrypt looks at this many bytes; the runtime would hash longer passwords first, which Go does not. */
const BCRYPT_BYTES = 72;

interface Credentials {
  readonly user: string;
  readonly password: Uint8Array;
}

/** Checks the Authorization header against bcrypt hashes, one at a time because that is heavy, and remembers outcomes. */
export class BasicAuth {
  readonly #outcomes = new Map<string, Promise<boolean>>();
  #queue: Promise<unknown> = Promise.resolve();

  /** Whether the header names a user with the right password. */
  async allows(header: string | null, users: Readonly<Record<string, Secret>>): Promise<boolean> {
    const credentials = parseBasic(header);
    if (credentials === undefined) return false;
    const { user, password } = credentials;
    const known = Object.hasOwn(users, user);
    const hash = known ? (users[user] as Secret).reveal() : DUMMY_HASH;
    const key = new Bun.CryptoHasher("sha256")
      .update(`${user.length}:${user}${hash.length}:${hash}`)
      .update(password)
      .digest("hex");
    let outcome = this.#outcomes.get(key);
    if (outcome === undefined) {
      outcome = this.#verify(password, hash);
      this.#outcomes.set(key, outcome);
      if (this.#outcomes.size > REMEMBERED) this.#outcomes.delete(this.#outcomes.keys().next().value as string);
    }
    return (await outcome) && known;
  }

  #verify(password: Uint8Array, hash: string): Promise<boolean> {
    const outcome = this.#queue.then(() => verify(password, hash));
    this.#queue = outcome;
    return outcome;
  }
}

async function verify(password: Uint8Array, hash: string): Promise<boolean> {
  // The runtime refuses to look at an empty password.
  if (password.length === 0) return false;
  try {
    return await Bun.password.verify(password.slice(0, BCRYPT_BYTES), hash, "bcrypt");
  } catch {
    return false;
  }
}

function parseBasic(header: string | null): Credentials | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]*={0,2})$/i.exec(header ?? "")?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return undefined;
  const decoded = Buffer.from(encoded, "base64");
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { user: decoded.subarray(0, colon).toString("utf8"), password: decoded.subarray(colon + 1) };
}
