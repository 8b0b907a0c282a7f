import type { HttpConfig } from "../../config/types.ts";
import type { HttpClient } from "../http.ts";
import { readCompressed } from "./compressed.ts";
import { contextError, wrapError } from "./errors.ts";
import { createTokenSource, type TokenSource } from "./oauth2.ts";
import { secretSource, type SecretSource } from "./secret-source.ts";
import type { Header } from "./transport.ts";

/** A token is fetched for all requests that wait, so no single one's deadline ends it, ms. */
const TOKEN_TIMEOUT = 60_000;

const FORM = "application/x-www-form-urlencoded";

export function has(headers: readonly Header[], wanted: string): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === wanted && value !== "");
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

export interface Authenticator {
  /** Adds credentials; those the request already has win, but for OAuth 2. */
  add(headers: Header[], signal: AbortSignal): Promise<Header[]>;
  close(): void;
}

/**
 * The credentials of an `http_config`.
 *
 * @param makeClient builds the client that fetches OAuth 2 tokens
 * @throws Error for what upstream refuses when the client is built
 */
export function authenticator(config: HttpConfig, makeClient: (config: HttpConfig) => HttpClient): Authenticator {
  const { authorization, basic_auth: basicAuth, oauth2 } = config;
  if (authorization !== undefined) {
    const source = credentialOf("credentials", () =>
      secretSource(authorization.credentials, authorization.credentials_file, authorization.credentials_ref),
    );
    return withHeader(() => `${authorization.type} ${read(source, "unable to read authorization credentials")}`);
  }
  if (basicAuth !== undefined) {
    const name = credentialOf("username", () =>
      secretSource(basicAuth.username, basicAuth.username_file, basicAuth.username_ref),
    );
    const password = credentialOf("password", () =>
      secretSource(basicAuth.password, basicAuth.password_file, basicAuth.password_ref),
    );
    return withHeader(() =>
      basic(read(name, "unable to read basic auth username"), read(password, "unable to read basic auth password")),
    );
  }
  return oauth2 === undefined ? withHeader(() => undefined) : oauth2Authenticator(oauth2, makeClient);
}

function credentialOf(what: string, make: () => SecretSource | undefined): SecretSource | undefined {
  try {
    return make();
  } catch (error) {
    throw wrapError(`unable to use ${what}`, error);
  }
}

function read(source: SecretSource | undefined, prefix: string): string {
  try {
    return source?.fetch() ?? "";
  } catch (error) {
    throw wrapError(prefix, error);
  }
}

function withHeader(value: () => string | undefined): Authenticator {
  return {
    async add(headers) {
      const text = has(headers, "authorization") ? undefined : value();
      if (text !== undefined) headers.push(["Authorization", text]);
      return headers;
    },
    close() {},
  };
}

function oauth2Authenticator(
  oauth2: NonNullable<HttpConfig["oauth2"]>,
  makeClient: (config: HttpConfig) => HttpClient,
): Authenticator {
  const jwt = oauth2.grant_type === "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const credential = jwt
    ? credentialOf("client certificate", () =>
        secretSource(
          oauth2.client_certificate_key,
          oauth2.client_certificate_key_file,
          oauth2.client_certificate_key_ref,
        ),
      )
    : credentialOf("client secret", () =>
        secretSource(oauth2.client_secret, oauth2.client_secret_file, oauth2.client_secret_ref),
      );
  let client: HttpClient | undefined;
  let tokens: TokenSource | undefined;
  const start = (userAgent: string | undefined): TokenSource => {
    const own: HttpConfig = {
      ...oauth2,
      basic_auth: undefined,
      authorization: undefined,
      oauth2: undefined,
      bearer_token: undefined,
      bearer_token_file: "",
      follow_redirects: true,
      enable_http2: false,
      http_headers: undefined,
    };
    client = makeClient(own);
    const sender = client;
    const agent: Header[] = userAgent === undefined ? [] : [["User-Agent", userAgent]];
    return createTokenSource(
      oauth2,
      credential,
      async (url, form, authorization) => {
        // Unlike all other requests, this one may be answered compressed.
        const headers: Header[] = [...agent, ["Content-Type", FORM], ["Accept-Encoding", "gzip"]];
        if (authorization !== undefined) headers.push(["Authorization", authorization]);
        const answer = await sender.send(
          { method: "POST", url, headers, body: form },
          AbortSignal.timeout(TOKEN_TIMEOUT),
        );
        return {
          status: answer.status,
          statusText: answer.statusText,
          contentType: answer.header("Content-Type"),
          body: await readCompressed(answer),
        };
      },
      Date.now,
    );
  };
  return {
    async add(headers, signal) {
      tokens ??= start(headers.find(([name]) => name.toLowerCase() === "user-agent")?.[1]);
      const value = await beforeAbort(tokens.authorization(), signal);
      return [...headers.filter(([name]) => name.toLowerCase() !== "authorization"), ["Authorization", value]];
    },
    close() {
      client?.close();
    },
  };
}

function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(contextError(signal));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
