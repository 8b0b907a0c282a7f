import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { GRANTS, permission, type DeclaredToken, type Grant, type Rights } from "../../config/plus/access.ts";
import { hashOf } from "./secret-text.ts";

/** Something that proves who somebody is. */
export interface Token extends Rights {
  readonly id: string;
  readonly name: string;
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
  /** ms; undefined where it is declared in the file. */
  readonly createdAt: number | undefined;
  readonly createdBy: string | undefined;
  /** ms; undefined: never. */
  readonly expires: number | undefined;
  /** Given in the file, and so not to be revoked here. */
  readonly isDeclared: boolean;
}

/** A token made over the API, as it is kept. */
export interface KeptToken {
  readonly name: string;
  readonly hash: string;
  readonly role: Grant;
  /** Texts of matchers; null: any silence. */
  readonly silences: readonly string[] | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expires: number | null;
}

/** Characters of a token of the user's own making, at least: it must not be one that can be guessed. */
const SHORTEST = 32;

/** @throws Error naming the token and its file; never with what is in there */
export function declaredToken({ token_file, ...token }: DeclaredToken): Token {
  const hash = token_file === "" ? token.hash : hashOf(readToken(token.name, token_file));
  // A text of its own: an id must not be that of a token made over the API, nor change with each start.
  const id = `file-${createHash("sha256").update(token.name).digest("hex").slice(0, 16)}`;
  return { ...token, hash, id, createdAt: undefined, createdBy: undefined, isDeclared: true };
}

function readToken(name: string, file: string): string {
  const of = `access.tokens: ${name}: token_file ${file}`;
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Error(`${of}: ${(error as Error).message}`, { cause: error });
  }
  if (text.length < SHORTEST || !/^[\x21-\x7e]+$/.test(text)) {
    throw new Error(`${of}: expected one token of at least ${SHORTEST} characters without blanks`);
  }
  return text;
}

/** A kept token; undefined for what a later version may have kept and this one cannot read. */
export function madeToken(id: string, content: unknown): Token | undefined {
  const kept = content as Partial<KeptToken> | null;
  const { name, hash, role, silences, createdAt, createdBy, expires } = kept ?? {};
  const isReadable =
    typeof name === "string" &&
    typeof hash === "string" &&
    GRANTS.some((grant) => grant === role) &&
    typeof createdAt === "number" &&
    typeof createdBy === "string" &&
    (expires === null || typeof expires === "number") &&
    (silences === null || Array.isArray(silences));
  if (!isReadable) return undefined;
  try {
    return {
      id,
      name,
      hash,
      role: role as Grant,
      silences: silences?.map(permission),
      createdAt,
      createdBy,
      expires: expires ?? undefined,
      isDeclared: false,
    };
  } catch {
    return undefined;
  }
}
