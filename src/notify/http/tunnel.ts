import { isIP, type Socket } from "node:net";
import { goQuote } from "../../core/model/goquote.ts";
import { contextError } from "./errors.ts";
import { readError } from "./dial.ts";
import type { GoUrl } from "./url.ts";

/** Go's name for itself where nobody gave another. */
export const GO_USER_AGENT = "Go-http-client/1.1";

/** `Basic …` for a proxy that wants a name and a password. */
export function proxyAuthorization(proxy: GoUrl): string | undefined {
  if (proxy.user === undefined) return undefined;
  return `Basic ${Buffer.from(`${proxy.user.name}:${proxy.user.password ?? ""}`).toString("base64")}`;
}

/**
 * Asks an HTTP proxy for a tunnel.
 *
 * @param target `host:port`
 * @throws Error with the proxy's reason phrase, as Go's
 */
export async function connectTunnel(
  socket: Socket,
  target: string,
  headers: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<void> {
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, `User-Agent: ${GO_USER_AGENT}`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  const head = await converse(socket, signal, async (read) => {
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    return read((buffer) => {
      const end = buffer.indexOf("\r\n\r\n");
      return end < 0 ? 0 : end + 4;
    });
  });
  const line = head.toString("latin1").split("\r\n", 1)[0] ?? "";
  const m = /^HTTP\/\d\.\d (\d{3})(?: (.*))?$/.exec(line);
  if (m?.[1] === "200") return;
  socket.destroy();
  if (m === null) throw new Error(`malformed HTTP response ${goQuote(line)}`);
  throw new Error(m[2] ?? "unknown status code");
}

const SOCKS_ERRORS: readonly string[] = [
  "succeeded",
  "general SOCKS server failure",
  "connection not allowed by ruleset",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "TTL expired",
  "command not supported",
  "address type not supported",
];

/**
 * Asks a SOCKS5 proxy for a connection (RFC 1928, RFC 1929).
 *
 * @throws Error worded as Go's
 */
export async function socksConnect(
  socket: Socket,
  proxy: GoUrl,
  host: string,
  port: string,
  signal: AbortSignal,
): Promise<void> {
  const fail = (text: string) => {
    socket.destroy();
    return new Error(`socks connect tcp ${proxy.host}->${host}:${port}: ${text}`);
  };
  await converse(socket, signal, async (read) => {
    socket.write(Buffer.from(proxy.user === undefined ? [5, 1, 0] : [5, 2, 0, 2]));
    const choice = await read(() => 2);
    if (choice[0] !== 5) throw fail(`unexpected protocol version ${choice[0]}`);
    if (choice[1] === 2 && proxy.user !== undefined) {
      const name = Buffer.from(proxy.user.name);
      const password = Buffer.from(proxy.user.password ?? "");
      socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]));
      if ((await read(() => 2))[1] !== 0) throw fail("username/password authentication failed");
    } else if (choice[1] !== 0) {
      throw fail("no acceptable authentication methods");
    }
    const portBytes = Buffer.from([Number(port) >> 8, Number(port) & 255]);
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksAddress(host), portBytes]));
    const reply = await read((buffer) => {
      const lengths: Readonly<Record<number, number>> = { 1: 10, 3: 7 + (buffer[4] ?? 0), 4: 22 };
      return buffer.length < 5 ? 0 : (lengths[buffer[3] ?? 0] ?? 5);
    });
    if (reply[1] !== 0) throw fail(`unknown error ${SOCKS_ERRORS[reply[1] ?? 0] ?? `unknown code: ${reply[1]}`}`);
    return reply;
  });
}

function socksAddress(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split(".").map(Number)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

/** Reads as many bytes as `need` says are wanted (0: more than there are). */
type Read = (need: (buffer: Buffer) => number) => Promise<Buffer>;

/** Runs a short dialogue on a connection that afterwards belongs to somebody else. */
async function converse<T>(socket: Socket, signal: AbortSignal, dialogue: (read: Read) => Promise<T>): Promise<T> {
  let buffer: Buffer = Buffer.alloc(0);
  let wake: () => void = () => {};
  let failure: Error | undefined;
  const end = (error: Error) => {
    failure ??= error;
    wake();
  };
  const onData = (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    wake();
  };
  const onError = (error: Error) => end(new Error(readError(socket, error)));
  const onClose = () => end(new Error("EOF"));
  const onAbort = () => end(contextError(signal));
  socket.on("data", onData);
  socket.on("error", onError);
  socket.on("close", onClose);
  signal.addEventListener("abort", onAbort, { once: true });
  const read: Read = async (need) => {
    for (;;) {
      if (failure !== undefined) throw failure;
      const n = need(buffer);
      if (n > 0 && buffer.length >= n) {
        const taken = buffer.subarray(0, n);
        buffer = buffer.subarray(n);
        return taken;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  try {
    return await dialogue(read);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    socket.off("data", onData);
    socket.off("error", onError);
    socket.off("close", onClose);
    signal.removeEventListener("abort", onAbort);
  }
}
