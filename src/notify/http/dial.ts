import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { connect as netConnect, isIP, type Socket } from "node:net";
import { connect as tlsConnect, type TLSSocket } from "node:tls";
import { errnoText, errorCode } from "../../core/text/errno.ts";
import { contextError, tlsErrorText } from "./errors.ts";
import type { TlsSettings } from "./tls.ts";
import { peerFault } from "./verify-peer.ts";

/** Go starts on the next address when one has not answered in this time, ms. */
const FALLBACK_DELAY = 300;
const KEEP_ALIVE = 15_000;
const TLS_HANDSHAKE_TIMEOUT = 10_000;

/**
 * Opens a TCP connection to the first of a name's addresses that answers.
 *
 * @throws Error worded as Go's dialer (`dial tcp 127.0.0.1:1: connect: connection refused`), or the context's
 */
export async function dialTcp(host: string, port: string, signal: AbortSignal): Promise<Socket> {
  if (signal.aborted) throw contextError(signal);
  if (Number(port) > 65_535) throw new Error(`dial tcp: address ${port}: invalid port`);
  const addresses = isIP(host) === 0 ? await untilAborted(resolve(host), signal) : [host];
  return connectFirst(addresses, port, signal);
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map((entry) => entry.address);
  } catch (error) {
    const code = errorCode(error);
    const text = code === "ENOTFOUND" ? "no such host" : code === "EAI_AGAIN" ? "server misbehaving" : errnoText(error);
    throw new Error(`dial tcp: lookup ${host}${nameServer()}: ${text}`, { cause: error });
  }
}

/** Go names the server it asked. */
function nameServer(): string {
  try {
    const server = /^nameserver\s+(\S+)/m.exec(readFileSync("/etc/resolv.conf", "utf8"))?.[1];
    return server === undefined ? "" : ` on ${isIP(server) === 6 ? `[${server}]` : server}:53`;
  } catch {
    return "";
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolvePromise, reject) => {
    const stop = () => reject(contextError(signal));
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolvePromise, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Both ends of each connection, as messages name them: a closed one has forgotten. */
const endpoints = new WeakMap<Socket, string>();

function endpoint(host: string | undefined, port: number | string | undefined): string {
  return isIP(host ?? "") === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

function connectFirst(addresses: readonly string[], port: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolvePromise, reject) => {
    const open = new Set<Socket>();
    let next = 0;
    let failed = 0;
    let firstError: Error | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = (winner: Socket | undefined) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      for (const socket of open) if (socket !== winner) socket.destroy();
    };
    const onAbort = () => {
      settle(undefined);
      reject(contextError(signal));
    };
    const tryNext = () => {
      clearTimeout(timer);
      const address = addresses[next++];
      if (address === undefined) return;
      const socket = netConnect({ host: address, port: Number(port) });
      open.add(socket);
      socket.once("connect", () => {
        endpoints.set(socket, `${endpoint(socket.localAddress, socket.localPort)}->${endpoint(address, port)}`);
        socket.removeAllListeners("error");
        // Whoever takes the connection over hears of errors; nobody else has to.
        socket.on("error", () => {});
        socket.setNoDelay(true);
        socket.setKeepAlive(true, KEEP_ALIVE);
        settle(socket);
        resolvePromise(socket);
      });
      socket.on("error", (error) => {
        open.delete(socket);
        firstError ??= new Error(`dial tcp ${endpoint(address, port)}: connect: ${errnoText(error)}`);
        failed++;
        if (failed < addresses.length) return tryNext();
        settle(undefined);
        reject(firstError);
      });
      if (next < addresses.length) timer = setTimeout(tryNext, FALLBACK_DELAY);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    tryNext();
  });
}

/**
 * Performs a TLS handshake over a connection.
 *
 * @param protocols for ALPN, in order of preference
 * @throws Error worded as Go's; the connection is closed then
 */
export function startTls(
  socket: Socket,
  host: string,
  settings: TlsSettings,
  protocols: readonly string[],
  signal: AbortSignal,
): Promise<TLSSocket> {
  const serverName = settings.serverName || host;
  return new Promise((resolvePromise, reject) => {
    const secure = tlsConnect({
      socket,
      secureContext: settings.context,
      ALPNProtocols: [...protocols],
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      // Judged below, in Go's way and words.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    endpoints.set(secure, endpoints.get(socket) ?? "");
    const fail = (error: Error) => {
      finish();
      secure.on("error", () => {});
      secure.destroy();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error("net/http: TLS handshake timeout")), TLS_HANDSHAKE_TIMEOUT);
    const onAbort = () => fail(contextError(signal));
    const onError = (error: Error) => fail(new Error(tlsErrorText(error) ?? readError(socket, error)));
    const onClose = () => fail(new Error("EOF"));
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      secure.off("error", onError);
      secure.off("close", onClose);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    secure.on("error", onError);
    secure.on("close", onClose);
    secure.once("secureConnect", () => {
      const unauthorized = secure.authorized ? undefined : String(secure.authorizationError);
      const fault = settings.verify
        ? peerFault(secure.getPeerCertificate(), serverName, unauthorized, Date.now())
        : undefined;
      if (fault !== undefined) return fail(new Error(fault));
      finish();
      resolvePromise(secure);
    });
    if (signal.aborted) onAbort();
  });
}

/** A failure while reading, as Go words it; the end of the stream is `EOF`. */
export function readError(socket: Socket, error: Error): string {
  const tls = tlsErrorText(error);
  if (tls !== undefined) return tls;
  return `read tcp ${endpoints.get(socket) ?? ""}: read: ${errnoText(error)}`;
}
