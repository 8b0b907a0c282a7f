import type { DeclaredToken } from "../../config/plus/access.ts";
import type { Clock } from "../../dispatch/clock.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { DocumentStore } from "./documents.ts";
import { ByHash, hashOf, newSecret, TOKEN_PREFIX } from "./secret-text.ts";
import { declaredToken, madeToken, type KeptToken, type Token } from "./token.ts";

const KIND = "token";
/** Apart from the tokens: a note that one was used must never bring one back that is revoked meanwhile. */
const USE = "token_use";

/** How long the store may be behind on when a token was last used, ms: a busy one costs a write in so long. */
const USE_INTERVAL = 10 * 60_000;

/** Tokens made over the API, at most. */
export const MOST_TOKENS = 1000;

export interface TokensOptions {
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Fills with unpredictable bytes. */
  readonly random: (bytes: Uint8Array) => Uint8Array;
}

/** The tokens of the file and those made over the API, found by what is shown of them: nothing but their hashes is kept. */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #byId = new Map<string, Token>();
  readonly #byHash = new ByHash<Token>();
  /** ms, by ID. */
  readonly #used = new Map<string, number>();
  readonly #noted = new Map<string, number>();
  readonly #stopWatching: readonly (() => void)[];

  constructor(options: TokensOptions) {
    this.#options = options;
    const { documents } = options;
    for (const { key, content } of documents.list(KIND)) this.#take(key, content);
    for (const { key, content } of documents.list(USE)) this.#takeUse(key, content);
    this.#stopWatching = [
      documents.watch(KIND, (key, content) => this.#take(key, content)),
      documents.watch(USE, (key, content) => this.#takeUse(key, content)),
    ];
  }

  close(): void {
    for (const stop of this.#stopWatching) stop();
  }

  /** Puts those of the file in force in place of those before. */
  declare(tokens: readonly Token[]): void {
    for (const token of this.#byId.values()) if (token.isDeclared) this.#forget(token.id);
    for (const token of tokens) this.#add(token);
  }

  /** Those made over the API by age, after those of the file in its order. */
  list(): readonly Token[] {
    const all = [...this.#byId.values()];
    const made = all.filter(({ isDeclared }) => !isDeclared);
    made.sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1));
    return [...all.filter(({ isDeclared }) => isDeclared), ...made];
  }

  get(id: string): Token | undefined {
    return this.#byId.get(id);
  }

  /** The token of which this is the text, be it expired. */
  find(secret: string): Token | undefined {
    return this.#byHash.find(hashOf(secret));
  }

  isExpired({ expires }: Token): boolean {
    return expires !== undefined && expires <= this.#options.clock.now();
  }

  /** ms; undefined: never, as far as is known. */
  lastUsed(id: string): number | undefined {
    return this.#used.get(id);
  }

  /** Remembers that a token was used just now. */
  used({ id }: Token): void {
    const { clock, documents, log } = this.#options;
    const now = clock.now();
    this.#used.set(id, now);
    const noted = this.#noted.get(id);
    if (noted !== undefined && now - noted < USE_INTERVAL) return;
    this.#noted.set(id, now);
    documents
      .put(USE, id, { at: now })
      .catch((error: Error) => log.debug("The use of a token is not noted", { err: error.message }));
  }

  /**
   * Makes a token.
   *
   * @returns it, with its text, which nobody will be told again
   * @throws StorageError
   */
  async make(
    rights: Omit<KeptToken, "hash" | "createdAt">,
  ): Promise<{ readonly token: Token; readonly secret: string }> {
    const { documents, clock, random } = this.#options;
    const secret = newSecret(TOKEN_PREFIX, random);
    const id = Buffer.from(random(new Uint8Array(8))).toString("hex");
    const kept: KeptToken = { ...rights, hash: hashOf(secret), createdAt: clock.now() };
    await documents.put(KIND, id, kept);
    // The store has told us of it by now, but for one that tells nobody of its own changes.
    this.#take(id, kept);
    return { token: this.#byId.get(id) as Token, secret };
  }

  /** @throws StorageError: it is still good then */
  async revoke(id: string): Promise<void> {
    const { documents, log } = this.#options;
    await documents.remove(KIND, id);
    this.#forget(id);
    await documents
      .remove(USE, id)
      .catch((error: Error) => log.debug("The use of a token is not forgotten", { err: error.message }));
  }

  #take(id: string, content: unknown): void {
    this.#forget(id);
    if (content === null) return;
    const token = madeToken(id, content);
    if (token === undefined) this.#options.log.warn("A stored token cannot be read and opens nothing", { id });
    else this.#add(token);
  }

  #takeUse(id: string, content: unknown): void {
    const at = (content as { readonly at?: unknown } | null)?.at;
    if (typeof at !== "number") return;
    this.#used.set(id, Math.max(at, this.#used.get(id) ?? 0));
    this.#noted.set(id, Math.max(at, this.#noted.get(id) ?? 0));
  }

  #add(token: Token): void {
    this.#byId.set(token.id, token);
    this.#byHash.add(token);
  }

  #forget(id: string): void {
    const token = this.#byId.get(id);
    if (token === undefined) return;
    this.#byId.delete(id);
    this.#byHash.delete(token);
  }
}

/** @throws Error naming a token that cannot be used */
export function declaredTokens(declared: readonly DeclaredToken[]): readonly Token[] {
  const tokens = declared.map(declaredToken);
  const names = new Map<string, string>();
  for (const { name, hash } of tokens) {
    const other = names.get(hash);
    if (other !== undefined) throw new Error(`access.tokens: ${other} and ${name} are the same token`);
    names.set(hash, name);
  }
  return tokens;
}
