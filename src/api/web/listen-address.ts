import { readFileSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { isIP, isIPv6 } from "node:net";
import { goQuote } from "../../core/model/goquote.ts";

/** A `--web.listen-address` that cannot be listened on; the text is upstream's. */
export class ListenError extends Error {
  override readonly name = "ListenError";

  constructor(address: string, reason: string) {
    super(`alertmanager/app: listen ${goQuote(address)}: ${reason}`);
  }
}

export interface ListenAddress {
  /** As given. */
  readonly text: string;
  /** An IP address; empty for every interface. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/**
 * Reads `host:port` as Go's `net.Listen` does and looks the name up: of its addresses the first of IPv4 counts.
 *
 * @throws ListenError
 */
export async function parseListenAddress(text: string): Promise<ListenAddress> {
  const fail = (reason: string): never => {
    throw new ListenError(text, `listen tcp: ${reason}`);
  };
  if (text === "") return { text, host: "", port: 0 };
  const split = splitHostPort(text);
  if (typeof split === "string") return fail(`address ${text}: ${split}`);
  const port = portOf(split.port);
  if (port === "unknown") return fail(`lookup tcp/${split.port}: unknown port`);
  if (port === "invalid") return fail(`address ${split.port}: invalid port`);
  const host = split.host === "" ? "" : await addressOf(split.host);
  return host === undefined ? fail(`lookup ${split.host}: no such host`) : { text, host, port };
}

/** Whether an address is one of `vsock://`. @throws ListenError for one that upstream refuses */
export function isVsock(text: string): boolean {
  if (!text.startsWith("vsock://")) return false;
  const [authority = ""] = text.slice("vsock://".length).split(/[/?#]/, 1);
  const badPort = /:(?![0-9]*$)[^:\]]*$/.exec(authority)?.[0];
  if (badPort !== undefined) {
    throw new ListenError(text, `parse ${goQuote(text)}: invalid port ${goQuote(badPort)} after host`);
  }
  const split = splitHostPort(authority);
  if (typeof split === "string") throw new ListenError(text, `address ${authority}: ${split}`);
  const reason = split.port === "" ? "invalid syntax" : Number(split.port) > 0xffffffff ? "value out of range" : "";
  if (reason !== "") throw new ListenError(text, `strconv.ParseUint: parsing ${goQuote(split.port)}: ${reason}`);
  return true;
}

/** `host:port` as Go prints an address, IPv6 in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Splits as Go's net.SplitHostPort, or says what is wrong. */
function splitHostPort(text: string): { readonly host: string; readonly port: string } | string {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return "missing port in address";
  const end = text.startsWith("[") ? text.indexOf("]") : -1;
  if (text.startsWith("[")) {
    if (end < 0) return "missing ']' in address";
    if (end + 1 !== colon) return text[end + 1] === ":" ? "too many colons in address" : "missing port in address";
  } else if (text.slice(0, colon).includes(":")) {
    return "too many colons in address";
  }
  if (text.includes("[", end < 0 ? 0 : 1)) return "unexpected '[' in address";
  if (text.includes("]", end + 1)) return "unexpected ']' in address";
  return { host: end < 0 ? text.slice(0, colon) : text.slice(1, end), port: text.slice(colon + 1) };
}

function portOf(service: string): number | "unknown" | "invalid" {
  if (/^[-+]?[0-9]*$/.test(service)) {
    const port = Number(/[0-9]/.test(service) ? service : 0);
    return port >= 0 && port <= 65_535 ? Math.abs(port) : "invalid";
  }
  return servicePort(service) ?? "unknown";
}

function servicePort(service: string): number | undefined {
  let services = "http 80/tcp\nhttps 443/tcp\n";
  try {
    services = readFileSync("/etc/services", "latin1");
  } catch {
    // Images without the file still know the two.
  }
  for (const line of services.split("\n")) {
    const [name, port = "", ...aliases] = (line.split("#", 1)[0] as string).trim().split(/\s+/);
    if (port.endsWith("/tcp") && (name === service || aliases.includes(service))) return Number.parseInt(port, 10);
  }
  return undefined;
}

/** What the C library would take for an address, but Go takes for a name that nobody has. */
const SHORTENED = /^(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*$/i;

const NAME = /^[A-Za-z0-9_.-]+$/;

async function addressOf(host: string): Promise<string | undefined> {
  if (isIPv6(host) && !host.includes("%")) return new URL(`http://[${host}]`).hostname.slice(1, -1);
  if (isIP(host) !== 0) return host;
  if (SHORTENED.test(host) || !NAME.test(host)) return undefined;
  try {
    const found = await lookup(host, { all: true });
    return (found.find(({ family }) => family === 4) ?? found[0])?.address;
  } catch {
    return undefined;
  }
}
