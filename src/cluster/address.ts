import { isIP } from "node:net";
import { splitHostPort } from "../config/host-port.ts";
import { goQuote } from "../core/model/goquote.ts";

/** Where a member is reached. */
export interface Address {
  /** An IP address as Go prints it. */
  readonly host: string;
  readonly port: number;
}

/** `ip:port`, IPv6 in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An `ip:port` as members tell each other; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]{1,5})$/.exec(text);
  const host = canonicalIP(parts?.[1] ?? parts?.[2] ?? "");
  const port = Number(parts?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** An IP address as Go's net.ParseIP reads and prints it; undefined for what is none. */
export function canonicalIP(text: string): string | undefined {
  const kind = isIP(text);
  if (kind === 4) return text;
  if (kind === 0 || text.includes("%")) return undefined;
  const plain = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain);
  if (mapped === null) return plain;
  const [high, low] = [mapped[1], mapped[2]].map((group) => Number.parseInt(group as string, 16)) as [number, number];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/**
 * Splits a flag's `host:port`. The port is a decimal number of any size.
 *
 * @param what what upstream calls the flag's address in its message
 * @throws Error in upstream's words
 */
export function splitFlag(text: string, what: string): Address {
  let split;
  try {
    split = splitHostPort(text);
  } catch (e) {
    throw new Error(`invalid ${what} address: ${(e as Error).message}`, { cause: e });
  }
  if (!/^[-+]?[0-9]+$/.test(split.port)) {
    throw new Error(`address ${text}: invalid port: strconv.Atoi: parsing ${goQuote(split.port)}: invalid syntax`);
  }
  return { host: split.host, port: Number(split.port) };
}

/** Whether a host is every interface: nothing, 0.0.0.0 or ::. */
export function isAny(host: string): boolean {
  return host === "" || isUnspecified(host);
}

function isUnspecified(host: string): boolean {
  const ip = canonicalIP(host);
  return ip === "0.0.0.0" || ip === "::";
}

function isLoopback(host: string): boolean {
  const ip = canonicalIP(host);
  return ip === "::1" || ip?.startsWith("127.") === true;
}

/** Whether nobody but this machine can reach the host. */
export function isUnroutable(host: string): boolean {
  return isUnspecified(host) || isLoopback(host) || host.toLowerCase() === "localhost";
}

/** Whether one of the peers, given as `host:port`, is on another machine. */
export function hasNonlocal(peers: readonly string[]): boolean {
  return peers.some((peer) => {
    const host = hostOf(peer);
    return canonicalIP(host) === undefined ? host.toLowerCase() !== "localhost" : !isLoopback(host);
  });
}

function hostOf(peer: string): string {
  try {
    return splitHostPort(peer).host;
  } catch {
    return peer;
  }
}
