import { goQuote } from "../../core/model/goquote.ts";
import { requestError } from "./errors.ts";
import type { RawResponse } from "./response.ts";
import type { Header } from "./transport.ts";
import { formatUrl, hostname, resolveReference, withoutUser, type GoUrl } from "./url.ts";

/** Not sent on to another host (spec §4.6). */
export const SENSITIVE = new Set([
  "authorization",
  "www-authenticate",
  "cookie",
  "cookie2",
  "proxy-authorization",
  "proxy-authenticate",
]);
/** Describe a body: not sent on when a redirect drops it. */
const OF_BODY = new Set(["content-encoding", "content-language", "content-location", "content-type"]);

/** One request of a chain of redirects. */
export interface Hop {
  readonly method: string;
  readonly url: GoUrl;
  /** As the caller gave them, less what redirects have taken off. */
  readonly headers: readonly Header[];
  readonly body: Buffer | undefined;
  /** Whether a redirect has led away from the first host: then it is never given credentials again. */
  readonly left: boolean;
}

/** Where a response sends the client on to, after the rules of Go's client; undefined when it does not. */
export function redirect(
  hop: Hop,
  raw: RawResponse,
  start: string,
  firstMethod: string,
): { hop: Hop; location: string } | undefined {
  const keepsBody = raw.status === 307 || raw.status === 308;
  if (!keepsBody && raw.status !== 301 && raw.status !== 302 && raw.status !== 303) return undefined;
  const location = raw.headers.get("location")?.[0] ?? "";
  if (location === "") return undefined;
  let url: GoUrl;
  try {
    url = resolveReference(hop.url, location);
  } catch (error) {
    raw.body.discard();
    const text = error instanceof Error ? error.message : String(error);
    throw requestError(
      firstMethod,
      hop.url,
      new Error(`failed to parse Location header ${goQuote(location)}: ${text}`),
    );
  }
  const left = hop.left || !isDomainOrSubdomain(hostname(url).toLowerCase(), start);
  const method = keepsBody || hop.method === "GET" || hop.method === "HEAD" ? hop.method : "GET";
  const dropped = (name: string) =>
    name === "referer" || (left && SENSITIVE.has(name)) || (!keepsBody && OF_BODY.has(name));
  const headers = hop.headers.filter(([name]) => !dropped(name.toLowerCase()));
  // From an encrypted page to a plain one nothing is told.
  if (!(hop.url.scheme === "https" && url.scheme === "http")) headers.push(["Referer", withoutUser(hop.url)]);
  return { hop: { method, url, headers, body: keepsBody ? hop.body : undefined, left }, location: formatUrl(url) };
}

/** As Go's net/http decides whether credentials may follow. */
function isDomainOrSubdomain(sub: string, parent: string): boolean {
  if (parent === "") return false;
  if (sub === parent) return true;
  return !/[:%]/.test(sub) && sub.endsWith(`.${parent}`);
}
