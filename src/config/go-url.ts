import { goQuote } from "../core/model/goquote.ts";
import { ConfigError } from "./error.ts";
import { checkAddress } from "./ip-address.ts";

/** A URL as Go's net/url takes it apart. Strings hold bytes, one a character, as escapes need not be UTF-8. */
export interface UrlParts {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: { readonly name: string; readonly password: string | undefined } | undefined;
  readonly host: string;
  readonly omitHost: boolean;
  /** As written. */
  readonly path: string;
  /** Undefined without a `?`. */
  readonly query: string | undefined;
  /** As written. */
  readonly fragment: string;
}

// What each part may hold without being escaped when Go prints it.
const UNRESERVED = "A-Za-z0-9\\-_.~";
const IN_PATH = new RegExp(`[${UNRESERVED}$&+,/:;=@]`);
const IN_USER = new RegExp(`[${UNRESERVED}$&+,;=]`);
const IN_HOST = new RegExp(`[${UNRESERVED}!"$&'()*+,:;<=>[\\]]`);
const IN_FRAGMENT = new RegExp(`[${UNRESERVED}!$&()*+,/:;=?@]`);
// What may stand as it is written because it was escaped enough.
const ENCODED_PATH = new RegExp(`^[${UNRESERVED}$&+,/:;=@!'()*[\\]%]*$`);
const ENCODED_FRAGMENT = new RegExp(`^[${UNRESERVED}$&+,/:;=@!'()*[\\]%?]*$`);

/**
 * Reads a URL and prints it again, as Go's url.Parse and String do.
 * @throws ConfigError in Go's words
 */
export function normalizeUrl(text: string): string {
  return printParts(parseParts(text));
}

/**
 * The same for a URL that something is sent to: http or https, with a host (spec §4.3).
 * @throws ConfigError
 */
export function normalizeHttpUrl(text: string): string {
  const url = parseParts(text);
  if (url.scheme !== "http" && url.scheme !== "https") {
    throw new ConfigError(`unsupported scheme ${goQuote(url.scheme)} for URL`);
  }
  if (url.host === "") throw new ConfigError("missing host for URL");
  return printParts(url);
}

/** Ends the path of a printed URL in a slash. Added to the decoded path, it undoes an encoding of the file's own. */
export function withTrailingSlash(text: string): string {
  const url = parseParts(text);
  const path = unescape(url.path, "path");
  return path.endsWith("/") ? text : printParts({ ...url, path: escape(`${path}/`, IN_PATH) });
}

/** Shows `xxxxx` in place of a password. */
export function redactUrl(text: string): string {
  const url = parseParts(text);
  if (url.user?.password === undefined) return text;
  return printParts({ ...url, user: { name: url.user.name, password: "xxxxx" } });
}

/**
 * Takes a URL apart as Go's url.Parse does.
 * @throws UrlParseError
 */
export function parseParts(text: string): UrlParts {
  const bytes = Buffer.from(text).toString("latin1");
  const hash = bytes.indexOf("#");
  const fragment = hash < 0 ? "" : bytes.slice(hash + 1);
  // Only an error of the fragment shows the fragment.
  const url = named(hash < 0 ? text : text.slice(0, text.indexOf("#")), () =>
    parseBeforeFragment(hash < 0 ? bytes : bytes.slice(0, hash)),
  );
  named(text, () => unescape(fragment, "path"));
  return { ...url, fragment };
}

function named<T>(url: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UrlProblem) throw new UrlParseError(url, error.message);
    throw error;
  }
}

class UrlProblem extends Error {}

/** Go's *url.Error of a URL that cannot be parsed. */
export class UrlParseError extends ConfigError {
  constructor(
    /** As far as it was looked at: without its fragment, unless that is what is wrong. */
    readonly url: string,
    readonly inner: string,
  ) {
    super(`parse ${goQuote(url)}: ${inner}`);
  }
}

function parseBeforeFragment(text: string): Omit<UrlParts, "fragment"> {
  let rest = text;
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(rest)) throw new UrlProblem("net/url: invalid control character in URL");
  if (rest.startsWith(":")) throw new UrlProblem("missing protocol scheme");
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest)?.[1] ?? "";
  if (scheme !== "") rest = rest.slice(scheme.length + 1);
  const mark = rest.indexOf("?");
  const query = mark < 0 ? undefined : rest.slice(mark + 1);
  if (mark >= 0) rest = rest.slice(0, mark);
  const url = { scheme: scheme.toLowerCase(), opaque: "", user: undefined, host: "", omitHost: false, query };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...url, path: "", opaque: rest };
    if ((rest.split("/", 1)[0] as string).includes(":")) {
      throw new UrlProblem("first path segment in URL cannot contain colon");
    }
  }
  if (!rest.startsWith("//") || (scheme === "" && rest.startsWith("///"))) {
    unescape(rest, "path");
    return { ...url, path: rest, omitHost: scheme !== "" && rest.startsWith("/") };
  }
  const slash = rest.indexOf("/", 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const path = slash < 0 ? "" : rest.slice(slash);
  const at = authority.lastIndexOf("@");
  const host = parseHost(url.scheme, authority.slice(at + 1));
  const user = at < 0 ? undefined : parseUser(authority.slice(0, at));
  unescape(path, "path");
  return { ...url, user, host, path };
}

function parseUser(text: string): NonNullable<UrlParts["user"]> {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new UrlProblem("net/url: invalid userinfo");
  const colon = text.indexOf(":");
  if (colon < 0) return { name: unescape(text, "user"), password: undefined };
  return { name: unescape(text.slice(0, colon), "user"), password: unescape(text.slice(colon + 1), "user") };
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) throw new UrlProblem("invalid IP-literal");
  if (open === 0) return parseIpLiteral(host);
  const first = host.indexOf(":");
  if (first >= 0) {
    const strict = scheme === "http" || scheme === "https";
    checkPort(host.slice(strict ? first : host.lastIndexOf(":")));
  }
  return unescape(host, "host");
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new UrlProblem("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const name = host.slice(1, close);
  const zone = name.indexOf("%25");
  const address =
    zone < 0 ? unescape(name, "host") : unescape(name.slice(0, zone), "host") + unescape(name.slice(zone), "zone");
  const kind = checkAddress(address);
  if (kind === "IPv4") throw new UrlProblem("invalid IP-literal");
  if (kind !== "IPv6") throw new UrlProblem(`invalid host: ${kind.problem}`);
  return `[${address}]${port}`;
}

function checkPort(port: string): void {
  if (!/^(?::[0-9]*)?$/.test(port)) throw new UrlProblem(`invalid port ${goQuote(text(port))} after host`);
}

/** Checks what is escaped in a part and decodes it. @throws Error whose message is Go's */
export function unescape(part: string, mode: "path" | "user" | "host" | "zone"): string {
  const inHost = mode === "host" || mode === "zone";
  for (let i = 0; i < part.length; i++) {
    const character = part[i] as string;
    if (character !== "%") {
      if (inHost && character < "\x80" && !IN_HOST.test(character)) {
        throw new UrlProblem(`invalid character ${goQuote(character)} in host name`);
      }
      continue;
    }
    const escape = part.slice(i, i + 3);
    const byte = /^%[0-9A-Fa-f]{2}$/.test(escape) ? Number.parseInt(escape.slice(1), 16) : undefined;
    const allowed =
      byte !== undefined &&
      (escape === "%25" ||
        (mode === "host" ? byte >= 0x80 : mode !== "zone" || byte === 0x20 || IN_HOST.test(String.fromCharCode(byte))));
    if (!allowed) throw new UrlProblem(`invalid URL escape ${quoteBytes(escape)}`);
    i += 2;
  }
  return part.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Prints a URL as Go's String does. */
export function printParts(url: UrlParts): string {
  let out = url.scheme === "" ? "" : `${url.scheme}:`;
  if (url.opaque !== "") {
    out += url.opaque;
  } else {
    const authority = url.scheme !== "" || url.host !== "" || url.user !== undefined;
    const omitted = url.omitHost && url.host === "" && url.user === undefined;
    if (authority && !omitted && (url.host !== "" || url.path !== "" || url.user !== undefined)) out += "//";
    if (url.user !== undefined) out += `${printUser(url.user)}@`;
    out += escape(url.host, IN_HOST) + printPath(url.path);
  }
  if (url.query !== undefined) out += `?${url.query}`;
  if (url.fragment !== "") out += `#${printPart(url.fragment, ENCODED_FRAGMENT, IN_FRAGMENT)}`;
  return text(out);
}

function printUser({ name, password }: NonNullable<UrlParts["user"]>): string {
  const shown = escape(name, IN_USER);
  return password === undefined ? shown : `${shown}:${escape(password, IN_USER)}`;
}

/** A path as it is sent. */
export function printPath(path: string): string {
  return printPart(path, ENCODED_PATH, IN_PATH);
}

/** Encodes a decoded path as Go prints it. */
export function escapePath(path: string): string {
  return escape(path, IN_PATH);
}

/** As written if that is escaped enough, else decoded and escaped anew. */
function printPart(part: string, encoded: RegExp, safe: RegExp): string {
  return encoded.test(part) ? part : escape(unescape(part, "path"), safe);
}

function escape(bytes: string, safe: RegExp): string {
  return bytes.replaceAll(/[\s\S]/g, (byte) =>
    safe.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Quotes what may be cut off within a character. */
function quoteBytes(bytes: string): string {
  if (!text(bytes).includes("\ufffd")) return goQuote(text(bytes));
  const quoted = bytes.replaceAll(/[^\x80-\xff]+/g, (ascii) => goQuote(ascii).slice(1, -1));
  return `"${quoted.replaceAll(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)}"`;
}

function text(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}
