import type { HttpConfig } from "../config/types.ts";
import { goQuote } from "../core/model/goquote.ts";
import { authenticator, basic, has } from "./http/authenticate.ts";
import { contextError, RequestError, requestError } from "./http/errors.ts";
import { proxyFor } from "./http/proxy.ts";
import { readTrimmed } from "./http/read-file.ts";
import { redirect, SENSITIVE, type Hop } from "./http/redirect.ts";
import type { RawResponse } from "./http/response.ts";
import { createTlsClient } from "./http/tls.ts";
import { createTransport, type DialObserver, type Header } from "./http/transport.ts";
import { hostname, parseUrl, UrlParseError } from "./http/url.ts";

export { RequestError, TimeoutCause } from "./http/errors.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body?: string | Uint8Array | undefined;
}

/** A response whose body is still arriving: call `text` or `discard`. */
export interface HttpResponse {
  readonly status: number;
  /** Code and phrase as received: `200 OK`. */
  readonly statusText: string;
  /** "" where it is missing. */
  header(name: string): string;
  /** At most 1 MiB of the body. @throws Error when the connection breaks off or the signal ends before it is there */
  text(): Promise<string>;
  /** At most `limit` bytes of the body; to be called at once. @throws Error as `text` does */
  bytes(limit: number): Promise<Uint8Array>;
  /** Hands the body on as it arrives, however long it is; to be called at once. @throws Error as `text` does */
  pass(sink: (data: Uint8Array) => void): Promise<void>;
  discard(): void;
}

/** The client of one `http_config`: authentication, TLS, proxies and redirects as upstream's (spec §4.6). */
export interface HttpClient {
  /**
   * Resolves as soon as the head of the response is there; any status is a response.
   *
   * @param signal aborts at once; a reason named TimeoutError reads as Go's `context deadline exceeded`, a TimeoutCause as
   *   its own message, any other as `context canceled`
   * @throws RequestError worded as Go's
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_REDIRECTS = 10;

/**
 * @param environment for the proxy variables
 * @param observer is told of connections, but for those that fetch OAuth 2 tokens
 * @throws Error with upstream's verdict on files and keys, when the client is built
 */
export function createHttpClient(
  config: HttpConfig,
  environment: Environment = process.env,
  observer?: DialObserver,
): HttpClient {
  const transport = createTransport({
    tls: createTlsClient(config.tls_config),
    proxy: proxyFor(config, environment),
    connectHeaders: connectHeaders(config),
    http2: config.enable_http2,
    observer,
  });
  const authenticate = authenticator(config, (own) => createHttpClient(own, environment));

  const once = async (hop: Hop, signal: AbortSignal): Promise<RawResponse> => {
    let headers = [...hop.headers];
    const user = hop.url.user;
    if (user !== undefined && !has(headers, "authorization"))
      headers.push(["Authorization", basic(user.name, user.password ?? "")]);
    headers = headers.concat(configuredHeaders(config));
    if (hop.left) {
      if (config.http_headers !== undefined) headers = headers.filter(([name]) => !SENSITIVE.has(name.toLowerCase()));
    } else {
      headers = await authenticate.add(headers, signal);
    }
    checkHeaders(headers);
    return transport.roundTrip({ method: hop.method, url: hop.url, headers, body: hop.body }, signal);
  };

  return {
    async send(request, signal) {
      let hop = firstHop(request);
      const start = hostname(hop.url).toLowerCase();
      for (let redirects = 0; ; redirects++) {
        let raw: RawResponse;
        try {
          raw = await once(hop, signal);
        } catch (error) {
          throw requestError(request.method, hop.url, signal.aborted ? contextError(signal) : error);
        }
        const next = config.follow_redirects ? redirect(hop, raw, start, request.method) : undefined;
        if (next === undefined) return response(raw);
        raw.body.discard();
        if (redirects + 1 >= MAX_REDIRECTS) {
          throw new RequestError(opOf(request.method), next.location, `stopped after ${MAX_REDIRECTS} redirects`);
        }
        hop = next.hop;
      }
    },
    close() {
      transport.close();
      authenticate.close();
    },
  };
}

function opOf(method: string): string {
  return method.slice(0, 1) + method.slice(1).toLowerCase();
}

function firstHop(request: HttpRequest): Hop {
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  try {
    return { method: request.method, url: parseUrl(request.url), headers: request.headers, body, left: false };
  } catch (error) {
    if (error instanceof UrlParseError) throw new RequestError("parse", error.url, error.inner);
    throw error;
  }
}

function response(raw: RawResponse): HttpResponse {
  return {
    status: raw.status,
    statusText: raw.statusText,
    header: (name) => raw.headers.get(name.toLowerCase())?.[0] ?? "",
    text: () => raw.body.text(),
    bytes: (limit) => raw.body.bytes(limit),
    pass: (sink) => raw.body.pass(sink),
    discard: () => raw.body.discard(),
  };
}

function connectHeaders(config: HttpConfig): Header[] {
  return Object.entries(config.proxy_connect_header).flatMap(([name, values]) =>
    values.map((value): Header => [name, value.reveal()]),
  );
}

function configuredHeaders(config: HttpConfig): Header[] {
  return Object.entries(config.http_headers ?? {}).flatMap(([given, header]) => {
    const name = canonicalHeader(given);
    const values = header.values.concat(
      header.secrets.map((secret) => secret.reveal()),
      header.files.map((file) => readTrimmed(file, `unable to read headers file ${file}`)),
    );
    return values.map((value): Header => [name, value]);
  });
}

/** Go's canonical form: `x-foo-bar` is `X-Foo-Bar`; a name with other than token characters stays as it is. */
export function canonicalHeader(name: string): string {
  if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function checkHeaders(headers: readonly Header[]): void {
  for (const [name, value] of headers) {
    if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name)) {
      throw new Error(`net/http: invalid header field name ${goQuote(name)}`);
    }
    // oxlint-disable-next-line no-control-regex
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
      throw new Error(`net/http: invalid header field value for ${goQuote(name)}`);
    }
  }
}
