import type { Clock } from "../../dispatch/clock.ts";
import type { DocumentStore } from "./documents.ts";
import { ByHash, hashOf, newSecret } from "./secret-text.ts";
import type { Token } from "./token.ts";

const KIND = "session";

/** Sessions of one token at a time; with one more its oldest ends. */
const MOST_OF_ONE_TOKEN = 20;

/** A browser that is logged in. Its key is the hash of what the browser keeps. */
interface Session {
  readonly hash: string;
  readonly tokenId: string;
  /** Of the token it was begun with: one that is replaced under the same name begins anew. */
  readonly tokenHash: string;
  /** ms */
  readonly createdAt: number;
  readonly expires: number;
}

/** The browsers that are logged in, here or at another server that shares our state. */
export class Sessions {
  readonly #documents: DocumentStore;
  readonly #clock: Clock;
  readonly #random: (bytes: Uint8Array) => Uint8Array;
  readonly #byKey = new Map<string, Session>();
  readonly #byHash = new ByHash<Session>();
  readonly #stopWatching: () => void;

  constructor(documents: DocumentStore, clock: Clock, random: (bytes: Uint8Array) => Uint8Array) {
    this.#documents = documents;
    this.#clock = clock;
    this.#random = random;
    for (const { key, content } of documents.list(KIND)) this.#take(key, content);
    this.#stopWatching = documents.watch(KIND, (key, content) => this.#take(key, content));
  }

  close(): void {
    this.#stopWatching();
  }

  /**
   * Begins a session.
   *
   * @param lasts ms, at most
   * @returns what the browser is to keep, and until when (ms)
   * @throws StorageError
   */
  async begin(token: Token, lasts: number): Promise<{ readonly secret: string; readonly expires: number }> {
    const now = this.#clock.now();
    await this.#tidy(token.id, now);
    const secret = newSecret("", this.#random);
    const expires = Math.min(now + lasts, token.expires ?? Number.POSITIVE_INFINITY);
    const key = hashOf(secret);
    const content = { tokenId: token.id, tokenHash: token.hash, createdAt: now, expires };
    await this.#documents.put(KIND, key, content);
    this.#take(key, content);
    return { secret, expires };
  }

  /** Whether there is, or was until lately, such a session: a browser that comes back late is no intruder. */
  has(secret: string): boolean {
    return this.#byHash.find(hashOf(secret)) !== undefined;
  }

  /** The token of the session a browser keeps this of; undefined when there is none, or none any more. */
  find(secret: string, tokenOf: (id: string) => Token | undefined): Token | undefined {
    const session = this.#byHash.find(hashOf(secret));
    if (session === undefined || session.expires <= this.#clock.now()) return undefined;
    const token = tokenOf(session.tokenId);
    return token?.hash === session.tokenHash ? token : undefined;
  }

  /** @throws StorageError: it goes on then */
  async end(secret: string): Promise<void> {
    const key = hashOf(secret);
    if (!this.#byKey.has(key)) return;
    await this.#documents.remove(KIND, key);
    this.#take(key, null);
  }

  /** Removes what has ended, and what would be one too many of a token's. @throws StorageError */
  async #tidy(tokenId: string, now: number): Promise<void> {
    const ended = [...this.#byKey].filter(([, { expires }]) => expires <= now);
    const own = [...this.#byKey].filter(([, session]) => session.tokenId === tokenId && session.expires > now);
    own.sort(([, a], [, b]) => a.createdAt - b.createdAt);
    const tooMany = own.slice(0, Math.max(0, own.length - MOST_OF_ONE_TOKEN + 1));
    for (const [key] of [...ended, ...tooMany]) {
      await this.#documents.remove(KIND, key);
      this.#take(key, null);
    }
  }

  #take(key: string, content: unknown): void {
    const before = this.#byKey.get(key);
    if (before !== undefined) {
      this.#byKey.delete(key);
      this.#byHash.delete(before);
    }
    const { tokenId, tokenHash, createdAt, expires } = (content ?? {}) as Partial<Session>;
    if (typeof tokenId !== "string" || typeof tokenHash !== "string") return;
    if (typeof createdAt !== "number" || typeof expires !== "number") return;
    const session = { hash: key, tokenId, tokenHash, createdAt, expires };
    this.#byKey.set(key, session);
    this.#byHash.add(session);
  }
}
