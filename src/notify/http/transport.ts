import type { Socket } from "node:net";
import { checkPermit } from "../permit.ts";
import { dialTcp, startTls } from "./dial.ts";
import { contextError, NOT_TLS, wrapError } from "./errors.ts";
import { Http1Connection, StaleConnectionError } from "./http1.ts";
import { Http2Connection } from "./http2.ts";
import type { ProxyFor } from "./proxy.ts";
import type { RawResponse } from "./response.ts";
import type { TlsClient, TlsSettings } from "./tls.ts";
import { connectTunnel, GO_USER_AGENT, proxyAuthorization, socksConnect } from "./tunnel.ts";
import { asciiHost, formatUrl, hostname, port, requestUri, splitHostPort, type GoUrl } from "./url.ts";

/** Go's IdleConnTimeout in upstream's clients, ms (spec §4.6). */
const IDLE_TIMEOUT = 300_000;

export type Header = readonly [name: string, value: string];

export interface WireRequest {
  readonly method: string;
  readonly url: GoUrl;
  readonly headers: readonly Header[];
  readonly body: Buffer | undefined;
}

/** Sends single requests over kept connections, without limit of how many are in flight. */
export interface Transport {
  roundTrip(request: WireRequest, signal: AbortSignal): Promise<RawResponse>;
  /** Ends idle connections at once and busy ones when their request is done. */
  close(): void;
}

/** Is told of the TCP connections a client opens. */
export interface DialObserver {
  attempted(): void;
  established(): void;
  failed(reason: "resolution" | "refused" | "timeout" | "unknown"): void;
  closed(): void;
}

export interface TransportOptions {
  readonly tls: TlsClient;
  readonly proxy: ProxyFor;
  /** Sent with each CONNECT. */
  readonly connectHeaders: readonly Header[];
  readonly http2: boolean;
  readonly observer: DialObserver | undefined;
}

interface Target {
  readonly key: string;
  readonly url: GoUrl;
  readonly proxy: GoUrl | undefined;
  readonly tls: TlsSettings | undefined;
}

/** The connections of one client. */
export function createTransport(options: TransportOptions): Transport {
  const idle = new Map<string, { connection: Http1Connection; timer: ReturnType<typeof setTimeout> }[]>();
  const shared = new Map<string, Http2Connection>();
  let lastTls: TlsSettings | undefined;
  let closed = false;

  const drop = (key: string, connection: Http1Connection) => {
    const kept = idle.get(key)?.filter((entry) => {
      if (entry.connection === connection) clearTimeout(entry.timer);
      return entry.connection !== connection;
    });
    if (kept === undefined || kept.length === 0) idle.delete(key);
    else idle.set(key, kept);
  };
  const keep = (key: string, connection: Http1Connection) => {
    if (closed) return connection.close();
    const timer = setTimeout(() => connection.close(), IDLE_TIMEOUT);
    timer.unref();
    const entries = idle.get(key) ?? [];
    entries.push({ connection, timer });
    idle.set(key, entries);
  };
  const take = (key: string): Http1Connection | undefined => {
    const entry = idle.get(key)?.pop();
    clearTimeout(entry?.timer);
    return entry?.connection;
  };
  const closeIdle = () => {
    for (const entries of idle.values()) for (const { connection } of entries.slice()) connection.close();
    for (const connection of shared.values()) connection.close();
    shared.clear();
  };

  const targetOf = (url: GoUrl): Target => {
    const proxy = options.proxy(url);
    const tls = url.scheme === "https" || proxy?.scheme === "https" ? options.tls.current() : undefined;
    if (tls !== undefined && tls !== lastTls) {
      closeIdle();
      lastTls = tls;
    }
    // Plain requests through an HTTP proxy share its connections.
    const host =
      url.scheme === "http" && proxy?.scheme.startsWith("http") ? "" : `${asciiHost(hostname(url))}:${port(url)}`;
    return { key: `${proxy === undefined ? "" : formatUrl(proxy)}|${url.scheme}|${host}`, url, proxy, tls };
  };

  const open = async (target: Target, signal: AbortSignal): Promise<Http1Connection | Http2Connection> => {
    const socket = await dialTarget(target, options, signal);
    if (target.url.scheme !== "https" || target.tls === undefined) return http1(target.key, socket);
    const protocols = options.http2 ? ["h2", "http/1.1"] : ["http/1.1"];
    const secure = await startTls(socket, asciiHost(hostname(target.url)), target.tls, protocols, signal).catch(
      (error: Error) => {
        // What does not speak TLS on such a port is a plain HTTP server, near enough; Go looks at its first bytes.
        throw error.message === NOT_TLS
          ? new Error("http: server gave HTTP response to HTTPS client", { cause: error })
          : error;
      },
    );
    if (secure.alpnProtocol !== "h2") return http1(target.key, secure);
    const connection = new Http2Connection(secure, (dead) => {
      if (shared.get(target.key) === dead) shared.delete(target.key);
    });
    shared.set(target.key, connection);
    return connection;
  };
  const http1 = (key: string, socket: Socket) =>
    new Http1Connection(
      socket,
      (connection) => keep(key, connection),
      (connection) => drop(key, connection),
    );

  return {
    async roundTrip(request, signal) {
      if (signal.aborted) throw contextError(signal);
      const { url } = request;
      if (url.scheme !== "http" && url.scheme !== "https") {
        throw new Error(`unsupported protocol scheme "${url.scheme}"`);
      }
      if (url.host === "") throw new Error("http: no Host in request URL");
      const target = targetOf(url);
      for (;;) {
        const multiplexed = shared.get(target.key);
        const reused = multiplexed?.alive ? multiplexed : take(target.key);
        const connection = reused ?? (await open(target, signal));
        try {
          return await send(connection, request, target, signal);
        } catch (error) {
          if (!(error instanceof StaleConnectionError && reused !== undefined && isReplayable(request))) throw error;
        }
      }
    },
    close() {
      closed = true;
      closeIdle();
    },
  };
}

/** Go replays what a kept connection may have lost only where doing it twice is harmless. */
function isReplayable(request: WireRequest): boolean {
  if (["GET", "HEAD", "OPTIONS", "TRACE"].includes(request.method)) return true;
  return request.headers.some(([name]) => /^(?:x-)?idempotency-key$/i.test(name));
}

async function send(
  connection: Http1Connection | Http2Connection,
  request: WireRequest,
  target: Target,
  signal: AbortSignal,
): Promise<RawResponse> {
  if (connection instanceof Http2Connection) {
    const headers = http2Headers(request);
    checkPermit();
    return connection.roundTrip(headers, request.body, signal);
  }
  const bytes = serialize(request, target.proxy);
  checkPermit();
  return connection.roundTrip(request.method, bytes, signal);
}

function hostHeader(url: GoUrl): string {
  const [host, portText] = splitHostPort(url.host);
  const ascii = asciiHost(host);
  return `${ascii.includes(":") ? `[${ascii}]` : ascii}${portText === "" ? "" : `:${portText}`}`;
}

/** The body's length is told where there is one, or where the method leads one to expect it. */
function lengthHeader(request: WireRequest): string | undefined {
  const length = request.body?.length ?? 0;
  return length > 0 || ["POST", "PUT", "PATCH"].includes(request.method) ? String(length) : undefined;
}

function isOwn([name]: Header): boolean {
  return !/^(?:host|user-agent|content-length)$/i.test(name);
}

function byName([a]: Header, [b]: Header): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function valueOf(headers: readonly Header[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function serialize(request: WireRequest, proxy: GoUrl | undefined): Buffer {
  const { method, url, headers, body } = request;
  const plainProxy = url.scheme === "http" && proxy?.scheme.startsWith("http") ? proxy : undefined;
  const uri = requestUri(url);
  const lines = [
    `${method} ${plainProxy === undefined ? uri : `http://${hostHeader(url)}${uri}`} HTTP/1.1`,
    `Host: ${hostHeader(url)}`,
    `User-Agent: ${valueOf(headers, "user-agent") ?? GO_USER_AGENT}`,
  ];
  const length = lengthHeader(request);
  if (length !== undefined) lines.push(`Content-Length: ${length}`);
  const own = headers.filter(isOwn);
  const authorization = plainProxy === undefined ? undefined : proxyAuthorization(plainProxy);
  if (authorization !== undefined) own.push(["Proxy-Authorization", authorization]);
  // The order of names is Go's.
  for (const [name, value] of own.toSorted(byName)) lines.push(`${name}: ${cleanValue(value)}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  return body === undefined || body.length === 0 ? head : Buffer.concat([head, body]);
}

function http2Headers(request: WireRequest): Record<string, string | string[]> {
  const { method, url, headers } = request;
  const out: Record<string, string | string[]> = {
    ":method": method,
    ":scheme": url.scheme,
    ":authority": hostHeader(url),
    ":path": requestUri(url),
    "user-agent": valueOf(headers, "user-agent") ?? "Go-http-client/2.0",
  };
  const length = lengthHeader(request);
  if (length !== undefined) out["content-length"] = length;
  for (const [name, value] of headers.filter(isOwn)) {
    const key = name.toLowerCase();
    const before = out[key];
    out[key] = before === undefined ? cleanValue(value) : [before, cleanValue(value)].flat();
  }
  return out;
}

/** Go trims a header's value and turns line breaks in it into blanks. */
function cleanValue(value: string): string {
  return value.replace(/[\r\n]/g, " ").trim();
}

/** Opens the connection a request to the target runs on, up to where its own TLS begins. */
async function dialTarget(
  target: Target,
  { connectHeaders, observer }: TransportOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const { url, proxy } = target;
  const host = asciiHost(hostname(url));
  if (proxy === undefined) return dial(host, port(url), observer, signal);
  const proxyHost = asciiHost(hostname(proxy));
  let socket: Socket;
  try {
    socket = await dial(proxyHost, port(proxy), observer, signal);
    if (proxy.scheme === "https" && target.tls !== undefined) {
      socket = await startTls(socket, proxyHost, target.tls, [], signal);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw wrapError("proxyconnect tcp", error);
  }
  if (proxy.scheme.startsWith("socks5")) {
    await socksConnect(socket, proxy, host, port(url), signal);
  } else if (url.scheme === "https") {
    const authorization = proxyAuthorization(proxy);
    const headers = [...connectHeaders];
    if (authorization !== undefined) headers.push(["Proxy-Authorization", authorization]);
    const bracketed = host.includes(":") ? `[${host}]` : host;
    await connectTunnel(socket, `${bracketed}:${port(url)}`, headers, signal);
  }
  return socket;
}

async function dial(
  host: string,
  portText: string,
  observer: DialObserver | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  observer?.attempted();
  try {
    const socket = await dialTcp(host, portText, signal);
    observer?.established();
    socket.once("close", () => observer?.closed());
    return socket;
  } catch (error) {
    observer?.failed(dialFailure((error as Error).message, signal));
    throw error;
  }
}

function dialFailure(text: string, signal: AbortSignal): Parameters<DialObserver["failed"]>[0] {
  if (signal.aborted || text.endsWith("timed out")) return "timeout";
  if (text.startsWith("dial tcp: lookup ")) return "resolution";
  return text.endsWith("connection refused") ? "refused" : "unknown";
}
