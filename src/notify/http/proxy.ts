import { isIP } from "node:net";
import type { ProxyConfig } from "../../config/types.ts";
import { asciiHost, hostname, parseUrl, port, splitHostPort, type GoUrl } from "./url.ts";

/** The proxy a request to a URL goes through, if any. */
export type ProxyFor = (url: GoUrl) => GoUrl | undefined;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How `proxy_url`, `no_proxy` and `proxy_from_environment` choose (spec §4.6). A bare `proxy_url` is used for every
 * address; with `no_proxy`, or from the environment, this machine's own addresses are always called directly, as in Go.
 *
 * @param environment read once, when the client is built
 */
export function proxyFor(config: ProxyConfig, environment: Environment): ProxyFor {
  if (config.proxy_from_environment) {
    const get = (name: string) => environment[name.toUpperCase()] || environment[name] || "";
    const cgi = environment.REQUEST_METHOD !== undefined && environment.REQUEST_METHOD !== "";
    const http = cgi ? "" : get("http_proxy");
    return withExceptions(parseProxy(http), parseProxy(get("https_proxy")), get("no_proxy"));
  }
  const text = config.proxy_url?.reveal() ?? "";
  if (text === "") return () => undefined;
  const proxy = parseUrl(text);
  return config.no_proxy === "" ? () => proxy : withExceptions(parseProxy(text), parseProxy(text), config.no_proxy);
}

/** A value without a scheme means HTTP. */
function parseProxy(text: string): GoUrl | undefined {
  if (text === "") return undefined;
  try {
    const url = parseUrl(text);
    if (["http", "https", "socks5", "socks5h"].includes(url.scheme)) return url;
  } catch {
    // Tried again below, as Go does.
  }
  return parseUrl(`http://${text}`);
}

function withExceptions(http: GoUrl | undefined, https: GoUrl | undefined, noProxy: string): ProxyFor {
  const exceptions = parseNoProxy(noProxy);
  return (url) => {
    const proxy = url.scheme === "https" ? https : url.scheme === "http" ? http : undefined;
    return proxy !== undefined && goesThroughProxy(asciiHost(hostname(url)), port(url), exceptions) ? proxy : undefined;
  };
}

type Exception = (host: string, port: string) => boolean;

function goesThroughProxy(host: string, portText: string, exceptions: readonly Exception[]): boolean {
  if (host === "") return true;
  const name = host.toLowerCase().trim();
  if (name === "localhost") return false;
  const ip = ipBits(name);
  if (ip !== undefined && ((ip.v4 && ip.bits >> 24n === 127n) || (!ip.v4 && ip.bits === 1n))) return false;
  return !exceptions.some((excepted) => excepted(name, portText));
}

function parseNoProxy(text: string): Exception[] {
  const exceptions: Exception[] = [];
  for (const part of text.split(",")) {
    const entry = part.toLowerCase().trim();
    if (entry === "") continue;
    if (entry === "*") return [() => true];
    const cidr = cidrException(entry);
    if (cidr !== undefined) {
      exceptions.push(cidr);
      continue;
    }
    const [host, wantedPort] = isIP(entry) === 0 ? splitHostPort(entry) : [entry, ""];
    const samePort = (p: string) => wantedPort === "" || wantedPort === p;
    if (host === "") continue;
    const ip = ipBits(host);
    if (ip !== undefined) {
      exceptions.push((h, p) => samePort(p) && ipBits(h)?.bits === ip.bits && ipBits(h)?.v4 === ip.v4);
      continue;
    }
    const bare = host.startsWith("*.") ? host.slice(1) : host;
    // A leading dot leaves out the domain itself.
    const exact = bare.startsWith(".") ? undefined : bare;
    const suffix = bare.startsWith(".") ? bare : `.${bare}`;
    exceptions.push((h, p) => samePort(p) && (h === exact || h.endsWith(suffix)));
  }
  return exceptions;
}

function cidrException(entry: string): Exception | undefined {
  const [base = "", length] = entry.split("/");
  const net = ipBits(base);
  if (net === undefined || length === undefined || !/^\d{1,3}$/.test(length)) return undefined;
  const shift = BigInt((net.v4 ? 32 : 128) - Number(length));
  if (shift < 0n) return undefined;
  return (host) => {
    const ip = ipBits(host);
    return ip !== undefined && ip.v4 === net.v4 && ip.bits >> shift === net.bits >> shift;
  };
}

function ipBits(text: string): { v4: boolean; bits: bigint } | undefined {
  const kind = isIP(text);
  if (kind === 4) return { v4: true, bits: text.split(".").reduce((bits, part) => (bits << 8n) | BigInt(part), 0n) };
  if (kind !== 6) return undefined;
  const full = new URL(`http://[${text.split("%", 1)[0]}]`).hostname.slice(1, -1);
  const [head = "", tail] = full.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return { v4: false, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n) };
}
