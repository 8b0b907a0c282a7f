import { Secret } from "../secret.ts";

export interface Server {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** The parts of `scheme://[user[:password]@]host[:port][,host[:port]…][/path][?name=value…]`. */
export interface UrlParts {
  readonly scheme: string;
  /** "" for none. */
  readonly user: string;
  readonly password: Secret | undefined;
  readonly servers: readonly Server[];
  /** What the slashes of the path part. */
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

const FORM = /^([a-z+]+):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/;

/**
 * Takes a URL apart that may name several servers, which the URL class cannot read. Errors show nothing of it: a character
 * that is not percent-encoded puts the rest of a password in any part.
 *
 * @param port of servers without one, by the scheme; schemes it does not know are refused
 * @throws Error saying what is wrong, to be followed by what was expected
 */
export function parseServersUrl(text: string, port: Readonly<Record<string, number>>): UrlParts {
  const [, scheme = "", userInfo = "", servers = "", path = "", query = ""] = FORM.exec(text) ?? [];
  if (scheme === "") throw new Error("is not a URL");
  const defaultPort = port[scheme];
  if (defaultPort === undefined) throw new Error("has another scheme");
  const colon = userInfo.indexOf(":");
  const user = decode(colon < 0 ? userInfo : userInfo.slice(0, colon));
  const password = colon < 0 ? "" : decode(userInfo.slice(colon + 1));
  return {
    scheme,
    user,
    password: password === "" ? undefined : new Secret(password),
    servers: servers.split(",").map((server) => parseServer(server, defaultPort)),
    path: path
      .split("/")
      .slice(1)
      .map(decode)
      .filter((part) => part !== ""),
    query: new Map(new URLSearchParams(query)),
  };
}

/** Reads `host`, `host:port` or `[IPv6]:port`. @throws Error that shows nothing of the text */
export function parseServer(text: string, defaultPort: number): Server {
  const [, v6, name, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const host = v6 ?? name;
  const number = port === undefined ? defaultPort : Number(port);
  if (host === undefined || number < 1 || number > 65_535) throw new Error("names a server that is not host:port");
  return { host, port: number };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("holds a % that begins no percent-encoded character");
  }
}
