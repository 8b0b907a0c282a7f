import { hostname } from "node:os";

import { goQuote } from "../core/model/goquote.ts";

/**
 * The address people reach this server by, for links in notifications (spec §2.1): the flag's value, else made from the
 * host's name and the port. The path has no slash at its end.
 *
 * @throws Error in upstream's words
 */
export function externalUrl(flag: string, port: number): URL {
  const text = flag === "" ? `http://${hostname()}:${port}/` : flag;
  const url = parse(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) ? url.protocol.slice(0, -1) : "";
    throw new Error(
      `failed to determine external URL: ${goQuote(text)}: invalid ${goQuote(scheme)} scheme, only 'http' and 'https' are supported`,
    );
  }
  return url;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // Go parses what has no scheme as a path; then the scheme is what is wrong.
    return new URL(`none:${text}`);
  }
}

/** A URL as Go prints it: nothing behind the host where the path is empty. */
export function externalUrlText(url: URL): string {
  const path = url.pathname.replace(/\/+$/, "");
  const user = url.username === "" ? "" : `${url.username}${url.password === "" ? "" : `:${url.password}`}@`;
  return `${url.protocol}//${user}${url.host}${path}${url.search}${url.hash}`;
}

/** `/`, or `/am` without a slash at the end: the flag's, else the external URL's path (spec §2.1). */
export function routePrefix(flag: string, external: URL): string {
  const path = flag === "" ? external.pathname : flag;
  return `/${path.replace(/^\/+|\/+$/g, "")}`;
}
