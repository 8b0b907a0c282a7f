import { domainToASCII } from "node:url";
import { goQuote } from "../../core/model/goquote.ts";

/*
 * URLs as Go's net/url reads and prints them. The platform's URL class rewrites what it reads (dot segments, default ports,
 * quotes in paths); what goes over the wire has to be what the configuration says.
 */

export interface GoUrl {
  /** Lower case. */
  readonly scheme: string;
  /** Decoded; undefined where the URL has no userinfo. */
  readonly user: { readonly name: string; readonly password: string | undefined } | undefined;
  /** With its port, if one is given; an IPv6 address in brackets. */
  readonly host: string;
  /** Escaped, as it is sent. */
  readonly path: string;
  /** Undefined without a `?`; sent as it is. */
  readonly query: string | undefined;
  readonly fragment: string;
}

export class UrlParseError extends Error {
  constructor(
    readonly url: string,
    readonly inner: string,
  ) {
    super(`parse ${goQuote(url)}: ${inner}`);
  }
}

// What encoding a path leaves alone, and what a path that is already encoded may hold besides.
const PATH_SAFE = /[A-Za-z0-9\-_.~$&+,/:;=@]/;
const PATH_VALID = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9A-Fa-f]{2})*$/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const encoder = new TextEncoder();

/** @throws UrlParseError in Go's words */
export function parseUrl(text: string): GoUrl {
  const fail = (inner: string) => new UrlParseError(text, inner);
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) throw fail("net/url: invalid control character in URL");
  if (text.startsWith(":")) throw fail("missing protocol scheme");
  const hash = text.indexOf("#");
  let rest = hash < 0 ? text : text.slice(0, hash);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest)?.[1] ?? "";
  if (scheme !== "") rest = rest.slice(scheme.length + 1);
  const mark = rest.indexOf("?");
  const query = mark < 0 ? undefined : rest.slice(mark + 1);
  if (mark >= 0) rest = rest.slice(0, mark);
  if (scheme === "" && !rest.startsWith("/") && (rest.split("/", 1)[0] ?? "").includes(":")) {
    throw fail("first path segment in URL cannot contain colon");
  }
  let user: GoUrl["user"];
  let host = "";
  if (rest.startsWith("//")) {
    const slash = rest.indexOf("/", 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? "" : rest.slice(slash);
    const at = authority.lastIndexOf("@");
    if (at >= 0) user = parseUser(authority.slice(0, at), fail);
    host = parseHost(authority.slice(at + 1), fail);
  }
  return {
    scheme: scheme.toLowerCase(),
    user,
    host,
    path: escapedPath(rest, fail),
    query,
    fragment: hash < 0 ? "" : text.slice(hash + 1),
  };
}

function parseUser(text: string, fail: (inner: string) => UrlParseError): NonNullable<GoUrl["user"]> {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw fail("net/url: invalid userinfo");
  const colon = text.indexOf(":");
  const name = unescape(colon < 0 ? text : text.slice(0, colon), fail);
  return { name, password: colon < 0 ? undefined : unescape(text.slice(colon + 1), fail) };
}

function parseHost(host: string, fail: (inner: string) => UrlParseError): string {
  if (host.startsWith("[")) {
    const end = host.lastIndexOf("]");
    if (end < 0) throw fail("missing ']' in host");
    checkPort(host.slice(end + 1), fail);
    return host;
  }
  const colon = host.lastIndexOf(":");
  if (colon >= 0) checkPort(host.slice(colon), fail);
  const bad = /[\s"<>\\^`{|}]/.exec(host);
  if (bad !== null) throw fail(`invalid character ${goQuote(bad[0])} in host name`);
  return unescape(host, fail);
}

function checkPort(port: string, fail: (inner: string) => UrlParseError): void {
  if (!/^(?::[0-9]*)?$/.test(port)) throw fail(`invalid port ${goQuote(port)} after host`);
}

function unescape(text: string, fail: (inner: string) => UrlParseError): string {
  const bad = BAD_ESCAPE.exec(text);
  if (bad !== null) throw fail(`invalid URL escape ${goQuote(text.slice(bad.index, bad.index + 3))}`);
  if (!text.includes("%")) return text;
  const parts = text.match(/%..|[^%]+/g) ?? [];
  return Buffer.concat(
    parts.map((part) => (part.startsWith("%") ? Buffer.from(part.slice(1), "hex") : Buffer.from(part))),
  ).toString();
}

function percentEncode(text: string): string {
  return Array.from(encoder.encode(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** A path that is validly encoded stays as it is written; any other is encoded anew. */
function escapedPath(path: string, fail: (inner: string) => UrlParseError): string {
  if (PATH_VALID.test(path)) return path;
  return escapePath(unescape(path, fail));
}

/** Encodes a decoded path as Go prints it. */
export function escapePath(path: string): string {
  return Array.from(path, (char) => (PATH_SAFE.test(char) ? char : percentEncode(char))).join("");
}

/** What stands in the request line. */
export function requestUri(url: GoUrl): string {
  return (url.path === "" ? "/" : url.path) + (url.query === undefined ? "" : `?${url.query}`);
}

/** Prints a URL as Go does, userinfo and fragment included. */
export function formatUrl(url: GoUrl): string {
  return printWith(
    url,
    formatUser(url.user, (password) => password),
  );
}

/** For messages: a password becomes `***`, as in Go's URL errors. */
export function withoutPassword(url: GoUrl): string {
  return printWith(
    url,
    formatUser(url.user, () => "***"),
  );
}

/** For the Referer header: no userinfo, no fragment. */
export function withoutUser(url: GoUrl): string {
  return printWith({ ...url, fragment: "" }, "");
}

function printWith(url: GoUrl, user: string): string {
  const scheme = url.scheme === "" ? "" : `${url.scheme}:`;
  const authority = url.scheme !== "" || url.host !== "" || user !== "" ? `//${user}${url.host}` : "";
  const query = url.query === undefined ? "" : `?${url.query}`;
  return `${scheme}${authority}${url.path}${query}${url.fragment === "" ? "" : `#${url.fragment}`}`;
}

function formatUser(user: GoUrl["user"], show: (password: string) => string): string {
  if (user === undefined) return "";
  const escape = (text: string) =>
    Array.from(text, (c) => (/[A-Za-z0-9\-_.~$&+,;=]/.test(c) ? c : percentEncode(c))).join("");
  if (user.password === undefined) return `${escape(user.name)}@`;
  const shown = show(user.password);
  return `${escape(user.name)}:${shown === "***" ? shown : escape(shown)}@`;
}

/** The host without port and brackets, in the form names are looked up in. */
export function hostname(url: GoUrl): string {
  return splitHostPort(url.host)[0];
}

/** The port given, or the scheme's own. */
export function port(url: GoUrl): string {
  return (
    splitHostPort(url.host)[1] || (url.scheme === "https" ? "443" : url.scheme.startsWith("socks5") ? "1080" : "80")
  );
}

/** Splits `host:port`; brackets are taken off, the port may be "". */
export function splitHostPort(host: string): [host: string, port: string] {
  const m = /^\[([^\]]*)\](?::(\d*))?$/.exec(host) ?? /^([^:]*)(?::(\d*))?$/.exec(host);
  return m === null ? [host, ""] : [m[1] ?? "", m[2] ?? ""];
}

/** A host name with letters outside ASCII in the form DNS and headers use. */
export function asciiHost(host: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(host) ? host : domainToASCII(host) || host;
}

/** Resolves a reference, such as a Location header, against the URL it came from (RFC 3986). */
export function resolveReference(base: GoUrl, reference: string): GoUrl {
  const ref = parseUrl(reference);
  if (ref.scheme !== "") return { ...ref, path: resolvePath(ref.path, "") };
  if (ref.host !== "") return { ...ref, scheme: base.scheme, path: resolvePath(ref.path, "") };
  if (ref.path === "") return { ...base, query: ref.query ?? base.query, fragment: ref.fragment };
  return { ...base, path: resolvePath(base.path, ref.path), query: ref.query, fragment: ref.fragment };
}

function resolvePath(base: string, ref: string): string {
  const full = ref === "" ? base : ref.startsWith("/") ? ref : base.slice(0, base.lastIndexOf("/") + 1) + ref;
  if (full === "") return "";
  const out: string[] = [];
  const parts = full.split("/");
  for (const part of parts) {
    if (part === "..") out.pop();
    else if (part !== ".") out.push(part);
  }
  const last = parts.at(-1);
  const joined = out.join("/") + (last === "." || last === ".." ? "/" : "");
  return `/${joined.replace(/^\/+/, "")}`;
}

/** Go's JoinPath: appends path elements, cleaning dot segments and doubled slashes; a trailing slash of the last stays. */
export function joinPath(base: string, ...elements: readonly string[]): string {
  const url = parseUrl(base);
  const joined = [url.path, ...elements].join("/");
  const out: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  const path = `/${out.join("/")}${joined.endsWith("/") && out.length > 0 ? "/" : ""}`;
  return formatUrl({ ...url, path: escapedPath(path, (inner) => new UrlParseError(base, inner)) });
}

/** Appends to the decoded path, as upstream builds the addresses of an API: an encoding of the URL's own is undone. */
export function appendToPath(base: string, text: string): GoUrl {
  const url = parseUrl(base);
  const decoded = unescape(url.path, (inner) => new UrlParseError(base, inner));
  return { ...url, path: escapePath(decoded + text) };
}

/** Go's url.QueryEscape: a space becomes `+`; bytes need not be UTF-8. */
export function queryEscape(value: string | Uint8Array): string {
  if (typeof value !== "string") return Array.from(value, escapeByte).join("");
  return Array.from(value, (c) => (QUERY_SAFE.test(c) ? c : c === " " ? "+" : percentEncode(c))).join("");
}

const QUERY_SAFE = /[A-Za-z0-9\-_.~]/;

function escapeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return QUERY_SAFE.test(char) ? char : char === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Go's url.Values.Encode: sorted by key bytewise, values of one key in their order. */
export function encodeValues(values: Iterable<readonly [name: string, value: string]>): string {
  return [...values]
    .map(([name, value]) => [queryEscape(name), queryEscape(value), Buffer.from(name)] as const)
    .sort((a, b) => Buffer.compare(a[2], b[2]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
