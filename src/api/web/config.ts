import { dirname, isAbsolute, join } from "node:path/posix";
import { list, map, nilableList, refuse, converted, stringMap } from "../../config/schema/collections.ts";
import { Decoder } from "../../config/schema/decoder.ts";
import { secret, secretItem, tlsVersion } from "../../config/schema/go-types.ts";
import { bool, goDuration, int, string } from "../../config/schema/scalars.ts";
import { struct } from "../../config/schema/struct.ts";
import type { Type } from "../../config/schema/type.ts";
import type { Secret } from "../../config/secret.ts";
import type { TlsVersion } from "../../config/types.ts";
import { encodeString } from "../../config/yaml/encode.ts";
import { parseYaml } from "../../config/yaml/parser.ts";
import { goQuote } from "../../core/model/goquote.ts";
import { createMatcherParser } from "../../core/model/matcher-parse.ts";
import { checkBcryptHash } from "./bcrypt.ts";

/** The file of `--web.config.file` (spec §2.10): keys as in the file, relative paths resolved against its directory. */
export interface WebConfig {
  readonly tls_server_config: TLSServerConfig;
  readonly http_server_config: HTTPServerConfig;
  readonly rate_limit: RateLimitConfig;
  /** bcrypt hashes by user. */
  readonly basic_auth_users: Readonly<Record<string, Secret>>;
}

/** Each of certificate, key and client CAs is given inline or as a file; empty where it is not. */
export interface TLSServerConfig {
  readonly cert: string;
  readonly key: Secret | undefined;
  readonly client_ca: string;
  readonly cert_file: string;
  readonly key_file: string;
  /** What it means is checked when the settings are put to use. */
  readonly client_auth_type: string;
  readonly client_ca_file: string;
  /** Go's names; empty for the defaults. */
  readonly cipher_suites: readonly string[];
  readonly curve_preferences: readonly string[];
  /** Undefined for Go's default. */
  readonly min_version: TlsVersion | undefined;
  readonly max_version: TlsVersion | undefined;
  /** Without effect, as in today's Go. */
  readonly prefer_server_cipher_suites: boolean;
  /** Undefined: any; empty: none. */
  readonly client_allowed_sans: readonly string[] | undefined;
}

export interface HTTPServerConfig {
  readonly http2: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RateLimitConfig {
  readonly burst: bigint;
  /** ms; 0 for no limit. */
  readonly interval: number;
}

/** The cipher suites that can be named: Go's `tls.CipherSuites()`. Those of TLS 1.3 have no further effect. */
const CIPHER_SUITES: ReadonlySet<string> = new Set([
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
]);

const CURVES: ReadonlySet<string> = new Set(["CurveP256", "CurveP384", "CurveP521", "X25519"]);

/** The headers that can be set, each with the values it may have; none where any value will do. */
const HEADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Strict-Transport-Security", []],
  ["X-Content-Type-Options", ["nosniff"]],
  ["X-Frame-Options", ["deny", "sameorigin"]],
  ["X-XSS-Protection", []],
  ["Content-Security-Policy", []],
]);

function nameOutOf(known: ReadonlySet<string>, kind: string, goName: string): Type<string> {
  return converted(string, {
    goName,
    zero: () => "",
    convert: (text) => (known.has(text) ? text : refuse(`unknown ${kind}: ${text}`)),
    isZero: (value) => value === "",
    encode: encodeString,
  });
}

/** `tls_server_config`, of this file and of `--cluster.tls-config`. */
export const tlsServerConfig = struct<TLSServerConfig>({
  name: "web.TLSConfig",
  fields: {
    cert: string,
    key: secret,
    client_ca: string,
    cert_file: string,
    key_file: string,
    client_auth_type: string,
    client_ca_file: string,
    cipher_suites: list(nameOutOf(CIPHER_SUITES, "cipher", "web.Cipher"), "web.Cipher"),
    curve_preferences: list(nameOutOf(CURVES, "curve", "web.Curve"), "web.Curve"),
    min_version: tlsVersion,
    max_version: tlsVersion,
    prefer_server_cipher_suites: bool,
    client_allowed_sans: nilableList(string, "string"),
  },
});

const webConfig = struct<WebConfig>({
  name: "web.Config",
  fields: {
    tls_server_config: tlsServerConfig,
    http_server_config: struct<HTTPServerConfig>({
      name: "web.HTTPConfig",
      fields: { http2: bool, headers: stringMap },
    }),
    rate_limit: struct<RateLimitConfig>({
      name: "web.RateLimiterConfig",
      fields: { burst: int, interval: goDuration },
    }),
    basic_auth_users: map(secretItem, "map[string]config.Secret"),
  },
});

const CONTEXT = {
  matcherMode: "fallback",
  parser: createMatcherParser("fallback", () => undefined),
  checkTemplate: () => undefined,
} as const;

/**
 * Reads the file's text as upstream does: strict YAML, headers checked.
 *
 * @param path the file, for what is relative in it
 * @throws Error with upstream's text
 */
export function parseWebConfig(source: string | Uint8Array, path: string): WebConfig {
  // The defaults are there before the file is read, so a section given as null loses them.
  const zero = webConfig.zero();
  const config = { ...zero, http_server_config: { ...zero.http_server_config, http2: true } };
  const decoded = decodeWebFile(source, { ...webConfig, zero: () => config });
  checkHeaders(decoded.http_server_config.headers);
  return { ...decoded, tls_server_config: resolveServerPaths(decoded.tls_server_config, dirname(path)) };
}

/** Reads a file that has neither matchers nor templates. @throws Error with upstream's text */
export function decodeWebFile<T>(source: string | Uint8Array, type: Type<T>): T {
  return new Decoder(CONTEXT).decodeDocument(parseYaml(source), type);
}

function checkHeaders(headers: HTTPServerConfig["headers"]): void {
  for (const [name, value] of Object.entries(headers)) {
    const allowed = HEADERS.get(name) ?? refuse(`HTTP header ${goQuote(name)} can not be configured`);
    if (allowed.length === 0 || allowed.includes(value)) continue;
    const expected = `[${allowed.map(goQuote).join(" ")}]`;
    refuse(`invalid value for ${name}. Expected one of: ${expected}, but got: ${goQuote(value)}`);
  }
}

/** Makes paths that are relative to a directory those of the files meant. */
export function resolveServerPaths(tls: TLSServerConfig, directory: string): TLSServerConfig {
  const resolve = (path: string) => (path === "" || isAbsolute(path) ? path : join(directory, path));
  return {
    ...tls,
    cert_file: resolve(tls.cert_file),
    key_file: resolve(tls.key_file),
    client_ca_file: resolve(tls.client_ca_file),
  };
}

/** Checks that each user has a bcrypt hash. Upstream does so at the start, not when it reads the file again. @throws Error */
export function checkUsers(users: WebConfig["basic_auth_users"]): void {
  for (const hash of Object.values(users)) checkBcryptHash(hash.reveal());
}

/** Whether the server speaks TLS: one of the keys that ask for it is set. */
export function isTLSEnabled(tls: TLSServerConfig): boolean {
  const { cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type } = tls;
  return (
    key !== undefined || [cert, cert_file, key_file, client_ca, client_ca_file, client_auth_type].some((v) => v !== "")
  );
}
