import { domainToASCII } from "node:url";
import {
  escapePath as escapeBytes,
  parseParts,
  printParts,
  printPath,
  unescape,
  type UrlParts,
} from "../../config/go-url.ts";

export { UrlParseError } from "../../config/go-url.ts";

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
  /** As it was taken apart, for printing what stands above again. */
  readonly parts: UrlParts;
}

/** @throws UrlParseError in Go's words */
export function parseUrl(text: string): GoUrl {
  return urlOf(parseParts(text));
}

function urlOf(parts: UrlParts): GoUrl {
  const { scheme, user, host, path, query } = parts;
  return {
    scheme,
    user: user && {
      name: toText(user.name),
      password: user.password === undefined ? undefined : toText(user.password),
    },
    host: toText(host),
    path: printPath(path),
    query: query === undefined ? undefined : toText(query),
    parts,
  };
}

function toText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}

function toBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** What stands in the request line. */
export function requestUri(url: GoUrl): string {
  return (url.path === "" ? "/" : url.path) + (url.query === undefined ? "" : `?${url.query}`);
}

/** Prints a URL as Go does, userinfo and fragment included. */
export function formatUrl({ parts, scheme, host, path, query }: GoUrl): string {
  return printParts({
    ...parts,
    scheme,
    host: toBytes(host),
    path,
    query: query === undefined ? undefined : toBytes(query),
  });
}

/** For messages: a password becomes `***`, as in Go's URL errors. */
export function withoutPassword({ parts }: GoUrl): string {
  if (parts.user?.password === undefined) return printParts(parts);
  // Go would escape the stars if it printed them as a password.
  return printParts({ ...parts, user: { ...parts.user, password: HIDDEN } }).replace(`:${HIDDEN}@`, ":***@");
}

const HIDDEN = "password";

/** For the Referer header. */
export function withoutUser({ parts }: GoUrl): string {
  return printParts({ ...parts, user: undefined });
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

/**
 * Resolves a reference, such as a Location header, against the URL it came from (RFC 3986).
 *
 * @throws UrlParseError
 */
export function resolveReference(base: GoUrl, reference: string): GoUrl {
  const ref = parseParts(reference);
  const from = base.parts;
  const scheme = ref.scheme || from.scheme;
  if (ref.scheme !== "" || ref.host !== "" || ref.user !== undefined) {
    return urlOf({ ...ref, scheme, path: resolvePath(printPath(ref.path), "") });
  }
  if (ref.opaque !== "") return urlOf({ ...ref, scheme });
  if (ref.path === "" && ref.query === undefined) return urlOf({ ...from, fragment: ref.fragment || from.fragment });
  const path = ref.path === "" ? from.path : resolvePath(base.path, printPath(ref.path));
  return urlOf({ ...from, path, query: ref.query, fragment: ref.fragment });
}

function resolvePath(base: string, ref: string): string {
  const full = ref === "" ? base : ref.startsWith("/") ? ref : base.slice(0, base.lastIndexOf("/") + 1) + ref;
  if (full === "") return "";
  let out = "";
  // Whether the next element is the first, and so without a slash before it.
  let first = true;
  const elements = full.split("/");
  for (const element of elements) {
    if (element === "..") {
      const slash = out.lastIndexOf("/");
      first = slash < 0;
      out = out.slice(0, Math.max(slash, 0));
    } else {
      if (element !== ".") out += `${first ? "" : "/"}${element}`;
      first = false;
    }
  }
  const last = elements.at(-1);
  if (last === "." || last === "..") out += "/";
  return out.startsWith("/") ? out : `/${out}`;
}

/** Go's JoinPath: appends path elements, cleaning dot segments and doubled slashes; a trailing slash of the last stays. */
export function joinPath(base: string, ...elements: readonly string[]): string {
  const url = parseUrl(base);
  const all = [url.path, ...elements.map(toBytes)];
  const out: string[] = [];
  for (const part of all.join("/").split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  const slash = all.at(-1)?.endsWith("/") && out.length > 0 ? "/" : "";
  const path = out.length === 0 && url.path === "" ? "" : `/${out.join("/")}${slash}`;
  try {
    unescape(path, "path");
  } catch {
    // As Go has it: elements that cannot be decoded are left out.
    return formatUrl(url);
  }
  return printParts({ ...url.parts, path });
}

/** Appends to the decoded path, as upstream builds the addresses of an API: an encoding of the URL's own is undone. */
export function appendToPath(base: string, text: string): GoUrl {
  const { parts } = parseUrl(base);
  const path = escapeBytes(unescape(parts.path, "path") + toBytes(text));
  return urlOf({ ...parts, path: path !== "" && !path.startsWith("/") ? `/${path}` : path });
}

/** Encodes a decoded path as Go prints it. */
export function escapePath(path: string): string {
  return escapeBytes(toBytes(path));
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

const encoder = new TextEncoder();

function percentEncode(text: string): string {
  return Array.from(encoder.encode(text), escapeByte).join("");
}
