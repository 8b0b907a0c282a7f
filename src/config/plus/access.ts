import type { Matcher } from "../../core/model/matcher.ts";
import { createMatcherParser } from "../../core/model/matcher-parse.ts";
import { parseTimestamp } from "../../core/model/timestamp.ts";
import {
  type Place,
  readMapping,
  readNamed,
  readScalar,
  readSecret,
  readSequence,
  refined,
  type ReadKey,
} from "./reader.ts";
import { boolean, oneOf, path, promDuration, typed, type ReadText } from "./values.ts";

/** From the one that may least to the one that may all; `ingest` may send alerts and nothing else. */
export const GRANTS = ["ingest", "viewer", "responder", "admin"] as const;
export type Grant = (typeof GRANTS)[number];

/** What somebody who is known may do. */
export interface Rights {
  readonly role: Grant;
  /** Which silences a responder may make and end: those that one of these sets covers. Undefined: all. */
  readonly silences: readonly (readonly Matcher[])[] | undefined;
}

/** A token given in the file, by its hash or in a file of its own. */
export interface DeclaredToken extends Rights {
  /** Unique among those declared. */
  readonly name: string;
  /** SHA-256 of the token, 64 hexadecimal digits in lower case; "" where there is a file. */
  readonly hash: string;
  /** Holds the token itself; "" where there is a hash. */
  readonly token_file: string;
  /** ms; undefined: never. */
  readonly expires: number | undefined;
}

export interface AccessSettings {
  readonly enabled: boolean;
  /** What whoever proves nothing may do. */
  readonly anonymous: "none" | "viewer" | "responder";
  /** What a program on this machine may do that proves nothing. */
  readonly local: "none" | "viewer" | "responder" | "admin";
  /** Who may send alerts: everybody, or whoever proves to have a role for it. */
  readonly ingest: "anonymous" | "token";
  /** ms; how long a browser stays logged in. */
  readonly session: number;
  /** By user of the web configuration's basic_auth_users, or name in a client's certificate. */
  readonly users: ReadonlyMap<string, Rights>;
  readonly tokens: readonly DeclaredToken[];
}

export const ACCESS_DEFAULTS: AccessSettings = {
  enabled: false,
  anonymous: "viewer",
  local: "none",
  ingest: "anonymous",
  session: 12 * 3_600_000,
  users: new Map(),
  tokens: [],
};

/** Matchers as in a route of alertmanager.yml; in doubt as UTF-8 matchers. */
const { parseMatchers } = createMatcherParser("fallback", () => {});

/** The matchers of one permission. @throws Error saying what was expected */
export const permission: ReadText<readonly Matcher[]> = typed("matchers", (value) => {
  const matchers = parseMatchers(value, "config");
  if (matchers.length > 0) return matchers;
  throw new Error(`${JSON.stringify(value)} holds no matcher: expected at least one, such as team="db"`);
});

export const tokenName: ReadText<string> = typed("name", (value) => {
  if (/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/.test(value)) return value;
  throw new Error(
    `${JSON.stringify(value)} is not allowed: expected 1 to 63 letters, digits, "_", "-", "." and "@", a letter or digit first`,
  );
});

const hash: ReadText<string> = typed("SHA-256", (value) => {
  if (/^[0-9a-fA-F]{64}$/.test(value)) return value.toLowerCase();
  throw new Error("is no hash of a token: expected its SHA-256, 64 hexadecimal digits");
});

const time: ReadText<number> = typed("time", (value) => {
  try {
    return parseTimestamp(value).ms;
  } catch {
    throw new Error(`${JSON.stringify(value)} is no time: expected one such as 2027-01-31T00:00:00Z`);
  }
});

interface RightsKeys extends Omit<Rights, "role"> {
  readonly role: Grant | undefined;
}

const readRole: ReadKey<Grant | undefined> = readScalar(oneOf(...GRANTS));
const readPermissions: ReadKey<Rights["silences"]> = readSequence(readScalar(permission));
const NO_RIGHTS: RightsKeys = { role: undefined, silences: undefined };

/** @throws ConfigError */
function rights({ role, silences }: RightsKeys, at: Place): Rights {
  if (role === undefined) return at.fail(`has no role; expected one of ${GRANTS.join(", ")}`);
  if (silences !== undefined && role !== "responder") {
    return at.fail(`has silences, which limit what a responder may silence, but the role ${role}`);
  }
  return { role, silences };
}

const readUser = refined(readMapping(NO_RIGHTS, { role: readRole, silences: readPermissions }), rights);

interface TokenKeys extends RightsKeys, Omit<DeclaredToken, "role" | "silences"> {}

const readTokenKeys = readMapping<TokenKeys>(
  { ...NO_RIGHTS, name: "", hash: "", token_file: "", expires: undefined },
  {
    name: readScalar(tokenName),
    hash: readSecret(hash),
    token_file: readScalar(path),
    role: readRole,
    expires: readScalar(time),
    silences: readPermissions,
  },
);

const readToken = refined(readTokenKeys, ({ name, hash, token_file, expires, ...keys }, at): DeclaredToken => {
  if (name === "") return at.fail("has no name");
  if ((hash === "") === (token_file === "")) {
    return at.fail("expected one of hash, the token's SHA-256, and token_file, which holds the token");
  }
  return { name, hash, token_file, expires, ...rights(keys, at) };
});

const readTokens = refined(readSequence(readToken), (tokens, at) => {
  const seen = new Set<string>();
  for (const { name, hash } of tokens) {
    if (seen.has(name)) return at.fail(`there is more than one token named ${JSON.stringify(name)}`);
    if (hash !== "" && seen.has(hash))
      return at.fail(`the token ${JSON.stringify(name)} is there under another name, too`);
    seen.add(name).add(hash);
  }
  return tokens;
});

/** The key `access`. */
export const readAccess = readMapping<AccessSettings>(ACCESS_DEFAULTS, {
  enabled: readScalar(boolean),
  anonymous: readScalar(oneOf("none", "viewer", "responder")),
  local: readScalar(oneOf("none", "viewer", "responder", "admin")),
  ingest: readScalar(oneOf("anonymous", "token")),
  session: readScalar(promDuration),
  users: readNamed(readUser),
  tokens: readTokens,
});

/** Relative files count from the directory. */
export function accessSettings(settings: AccessSettings, resolve: (file: string) => string): AccessSettings {
  return { ...settings, tokens: settings.tokens.map((one) => ({ ...one, token_file: resolve(one.token_file) })) };
}
