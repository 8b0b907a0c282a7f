import { createHmac, randomBytes } from "node:crypto";
import type { Secret } from "../../config/secret.ts";
import { verifyBcrypt } from "./bcrypt.ts";

// Upstream's: an unknown user takes as long to refuse as a known one.
const DUMMY_HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

/** How many outcomes are remembered of each kind: an attacker's failures do not push out anybody's success. */
const REMEMBERED = 100;

/** How many passwords may wait to be looked at; each takes tens of milliseconds, and they are looked at one by one. */
const MOST_WAITING = 128;

export type Verdict = "allowed" | "refused" | "busy";

interface Credentials {
  readonly user: string;
  readonly password: Uint8Array;
}

/** Checks the Authorization header against bcrypt hashes, one at a time because that is heavy, and remembers outcomes. */
export class BasicAuth {
  /** Keyed with a secret of this process, so that what is remembered tells nobody a password. */
  readonly #secret = randomBytes(32);
  readonly #allowed = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #waiting = new Map<string, Promise<boolean>>();
  #turn: Promise<unknown> = Promise.resolve();

  /** Whether the header names a user with the right password; busy when too many others wait to be told. */
  async check(header: string | null, users: Readonly<Record<string, Secret>>): Promise<Verdict> {
    const credentials = parseBasic(header);
    if (credentials === undefined) return "refused";
    const { user, password } = credentials;
    const known = Object.hasOwn(users, user);
    const hash = known ? (users[user] as Secret).reveal() : DUMMY_HASH;
    const key = this.#keyOf(user, hash, password);
    if (this.#allowed.has(key)) return "allowed";
    if (this.#refused.has(key)) return "refused";
    let verified = this.#waiting.get(key);
    if (verified === undefined) {
      if (this.#waiting.size >= MOST_WAITING) return "busy";
      verified = this.#verify(key, password, hash, known);
      this.#waiting.set(key, verified);
    }
    return (await verified) ? "allowed" : "refused";
  }

  #keyOf(user: string, hash: string, password: Uint8Array): string {
    const head = `${measured(user)}${measured(hash)}`;
    return createHmac("sha256", this.#secret).update(head).update(password).digest("base64");
  }

  #verify(key: string, password: Uint8Array, hash: string, isUser: boolean): Promise<boolean> {
    const outcome = this.#turn.then(async () => {
      const right = (await verifyBcrypt(password, hash)) && isUser;
      remember(right ? this.#allowed : this.#refused, key);
      this.#waiting.delete(key);
      return right;
    });
    this.#turn = outcome;
    return outcome;
  }
}

/** The user a header of basic authentication names; undefined where it is none. */
export function userOf(header: string | null): string | undefined {
  return parseBasic(header)?.user;
}

/** A text with its length before it, so that where it ends cannot be mistaken. */
function measured(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

function remember(outcomes: Set<string>, key: string): void {
  outcomes.add(key);
  if (outcomes.size > REMEMBERED) outcomes.delete(outcomes.values().next().value as string);
}

function parseBasic(header: string | null): Credentials | undefined {
  const encoded = /^basic ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64");
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { user: decoded.toString("utf8", 0, colon), password: decoded.subarray(colon + 1) };
}
