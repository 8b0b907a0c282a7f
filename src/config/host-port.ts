import { ConfigError } from "./error.ts";
import type { HostPort } from "./types.ts";

/**
 * Splits an address as Go's net.SplitHostPort does; the port must be there.
 * @throws ConfigError in Go's words
 */
export function parseHostPort(address: string): HostPort {
  const split = splitHostPort(address);
  if (split.port === "") throw new ConfigError(`address "${address}": port cannot be empty`);
  return split;
}

/** Splits an address; the port may be empty. @throws ConfigError in the words of Go's net.SplitHostPort */
export function splitHostPort(address: string): HostPort {
  const fail = (problem: string) => new ConfigError(`address ${address}: ${problem}`);
  const colon = address.lastIndexOf(":");
  if (colon < 0) throw fail("missing port in address");
  let host = address.slice(0, colon);
  let rest = address;
  let afterHost = address;
  if (address.startsWith("[")) {
    const end = address.indexOf("]");
    if (end < 0) throw fail("missing ']' in address");
    if (end + 1 !== colon) {
      throw fail(address[end + 1] === ":" ? "too many colons in address" : "missing port in address");
    }
    host = address.slice(1, end);
    rest = address.slice(1);
    afterHost = address.slice(end + 1);
  } else if (host.includes(":")) {
    throw fail("too many colons in address");
  }
  if (rest.includes("[")) throw fail("unexpected '[' in address");
  if (afterHost.includes("]")) throw fail("unexpected ']' in address");
  return { host, port: address.slice(colon + 1) };
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
