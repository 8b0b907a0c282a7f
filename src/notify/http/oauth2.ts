import { createPrivateKey, createSign, randomUUID } from "node:crypto";
import type { OAuth2, StringMap } from "../../config/types.ts";
import { goQuote } from "../../core/model/goquote.ts";
import { fromYaml, marshal, type Json } from "../json.ts";
import { wrapError } from "./errors.ts";
import type { SecretSource } from "./secret-source.ts";
import { encodeValues, queryEscape } from "./url.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** A token is fetched anew this long before it ends, ms. */
const EXPIRY_DELTA = 10_000;
const ASSERTION_LIFETIME = 600;

export interface TokenAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly contentType: string;
  readonly body: string;
}

/** Posts a form to the token endpoint; `authorization` is the whole header, or undefined. */
export type PostForm = (url: string, form: string, authorization: string | undefined) => Promise<TokenAnswer>;

export interface TokenSource {
  /**
   * The value for the Authorization header.
   *
   * @throws Error in the words of Go's oauth2 package
   */
  authorization(): Promise<string>;
}

interface Token {
  readonly accessToken: string;
  readonly type: string;
  /** ms; Infinity for a token without an end. */
  readonly expires: number;
}

/**
 * Tokens for one `oauth2` block, kept until they end (spec §4.6). A token is fetched once for all requests that wait for
 * it, and again when the secret's file has changed.
 *
 * @param credential the client secret, or the key that signs assertions
 */
export function createTokenSource(
  config: OAuth2,
  credential: SecretSource | undefined,
  post: PostForm,
  now: () => number,
): TokenSource {
  let secret: string | undefined;
  let token: Token | undefined;
  let pending: Promise<Token> | undefined;
  const style: { value: "header" | "params" | undefined } = { value: undefined };

  const fetchToken = (value: string) =>
    config.grant_type === JWT_BEARER
      ? jwtToken(config, value, post, now)
      : clientCredentialsToken(config, value, post, now, style);

  return {
    async authorization() {
      const current = readSecret(credential);
      if (current !== secret) {
        secret = current;
        token = undefined;
        pending = undefined;
      }
      if (token === undefined || token.expires - EXPIRY_DELTA < now()) {
        pending ??= fetchToken(current);
        const fetching = pending;
        try {
          const fetched = await fetching;
          if (pending === fetching) token = fetched;
          return `${fetched.type} ${fetched.accessToken}`;
        } finally {
          if (pending === fetching) pending = undefined;
        }
      }
      return `${token.type} ${token.accessToken}`;
    },
  };
}

function readSecret(credential: SecretSource | undefined): string {
  try {
    return credential?.fetch() ?? "";
  } catch (error) {
    throw wrapError("unable to read oauth2 client secret", error);
  }
}

function withParams(form: Map<string, string>, params: StringMap): Map<string, string> {
  for (const [name, value] of Object.entries(params)) {
    if (form.has(name) && name !== "grant_type") throw new Error(`oauth2: cannot overwrite parameter ${goQuote(name)}`);
    form.set(name, value);
  }
  return form;
}

/** Tries the credentials in a header first and in the form next, and stays with what worked. */
async function clientCredentialsToken(
  config: OAuth2,
  secret: string,
  post: PostForm,
  now: () => number,
  style: { value: "header" | "params" | undefined },
): Promise<Token> {
  const form = new Map([["grant_type", "client_credentials"]]);
  if (config.scopes.length > 0) form.set("scope", config.scopes.join(" "));
  withParams(form, config.endpoint_params);
  const attempt = async (how: "header" | "params") => {
    if (how === "header") {
      const credentials = `${queryEscape(config.client_id)}:${queryEscape(secret)}`;
      const answer = await post(
        config.token_url,
        encodeValues(form),
        `Basic ${Buffer.from(credentials).toString("base64")}`,
      );
      return parseAnswer(answer, now());
    }
    const withClient = new Map(form).set("client_id", config.client_id);
    if (secret !== "") withClient.set("client_secret", secret);
    return parseAnswer(await post(config.token_url, encodeValues(withClient), undefined), now());
  };
  if (style.value !== undefined) return attempt(style.value);
  let token: Token;
  try {
    token = await attempt("header");
    style.value = "header";
  } catch {
    token = await attempt("params");
    style.value = "params";
  }
  return token;
}

/** Go prints these types with one capitalisation, however the server wrote them. */
function canonicalType(type: string): string {
  const canonical: Readonly<Record<string, string>> = { "": "Bearer", bearer: "Bearer", mac: "MAC", basic: "Basic" };
  return canonical[type.toLowerCase()] ?? type;
}

function expiry(seconds: number, now: number): number {
  return seconds > 0 ? now + seconds * 1000 : Number.POSITIVE_INFINITY;
}

function parseAnswer(answer: TokenAnswer, now: number): Token {
  const failed = answer.status < 200 || answer.status > 299;
  const plain = new Error(`oauth2: cannot fetch token: ${answer.statusText}\nResponse: ${answer.body}`);
  const mediaType = answer.contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  let get: (name: string) => string;
  if (mediaType === "application/x-www-form-urlencoded" || mediaType === "text/plain") {
    const values = new URLSearchParams(answer.body);
    get = (name) => values.get(name) ?? "";
  } else {
    let fields: Readonly<Record<string, unknown>>;
    try {
      fields = JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
    } catch (error) {
      if (failed) throw plain;
      throw wrapError("oauth2: cannot parse json", error);
    }
    get = (name) => {
      const value = fields?.[name];
      return typeof value === "string" || typeof value === "number" ? String(value) : "";
    };
  }
  const code = get("error");
  if (code !== "") {
    const details = [get("error_description"), get("error_uri")].filter((text) => text !== "");
    throw new Error(`oauth2: ${[code, ...details].map(goQuote).join(" ")}`);
  }
  if (failed) throw plain;
  const accessToken = get("access_token");
  if (accessToken === "") throw new Error("oauth2: server response missing access_token");
  return { accessToken, type: canonicalType(get("token_type")), expires: expiry(Number(get("expires_in")), now) };
}

/** RFC 7523: an assertion signed with the client's key is exchanged for a token. */
async function jwtToken(config: OAuth2, key: string, post: PostForm, now: () => number): Promise<Token> {
  const scope = config.scopes.join(" ");
  const form = new Map([
    ["grant_type", JWT_BEARER],
    ["assertion", signAssertion(config, key, scope, now())],
  ]);
  if (scope !== "") form.set("scope", scope);
  withParams(form, config.endpoint_params);
  const prefix = "oauth2: cannot fetch token";
  let answer: TokenAnswer;
  try {
    answer = await post(config.token_url, encodeValues(form), undefined);
  } catch (error) {
    throw wrapError(prefix, error);
  }
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${prefix}: ${answer.statusText}\nResponse: ${answer.body}`);
  }
  let fields: { readonly access_token?: string; readonly token_type?: string; readonly expires_in?: number };
  try {
    fields = JSON.parse(answer.body) as typeof fields;
  } catch (error) {
    throw wrapError(prefix, error);
  }
  return {
    accessToken: fields.access_token ?? "",
    type: canonicalType(fields.token_type ?? ""),
    expires: expiry(fields.expires_in ?? 0, now()),
  };
}

function signAssertion(config: OAuth2, key: string, scope: string, now: number): string {
  const algorithm = config.signature_algorithm || "RS256";
  const seconds = Math.floor(now / 1000);
  const claims = new Map<string, Json>([
    ["iss", config.iss || config.client_id],
    ["sub", config.client_id],
    ["jti", randomUUID()],
    ["aud", config.audience || config.token_url],
    ["iat", seconds],
    ["exp", seconds + ASSERTION_LIFETIME],
  ]);
  if (scope !== "") claims.set("scope", scope);
  for (const [name, value] of Object.entries(config.claims)) claims.set(name, fromYaml(value));
  const header = new Map<string, Json>([
    ["alg", algorithm],
    ["typ", "JWT"],
  ]);
  if (config.client_certificate_key_id !== "") header.set("kid", config.client_certificate_key_id);
  const encode = (map: ReadonlyMap<string, Json>) => Buffer.from(marshal(map)).toString("base64url");
  const content = `${encode(header)}.${encode(claims)}`;
  let privateKey;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    throw new Error("invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key");
  }
  if (privateKey.asymmetricKeyType !== "rsa") throw new Error("key is not a valid RSA private key");
  return `${content}.${createSign(algorithm.replace("RS", "RSA-SHA")).update(content).sign(privateKey, "base64url")}`;
}
