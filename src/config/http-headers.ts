import { goQuote } from "../core/model/goquote.ts";
import { list, map, optional, refuse, strings } from "./schema/collections.ts";
import { secretItem } from "./schema/go-types.ts";
import { struct } from "./schema/struct.ts";
import type { Type } from "./schema/type.ts";
import type { HttpHeader, HttpHeaders } from "./types.ts";

const header = struct<HttpHeader>({
  name: "config.Header",
  fields: { values: strings, secrets: list(secretItem, "config.Secret"), files: strings },
});

const headers = map(header, "config.Headers", { inline: true });

/** Headers by name. Upstream prints the map as part of a struct, hence `{}` where it is empty. */
export const httpHeaders: Type<HttpHeaders | undefined> = optional(headers);

/** What the client sets itself or what changes the connection. */
const RESERVED = new Set([
  "Authorization",
  "Host",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "User-Agent",
  "Connection",
  "Keep-Alive",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "Www-Authenticate",
  "Accept-Encoding",
  "X-Prometheus-Remote-Write-Version",
  "X-Prometheus-Remote-Read-Version",
  "X-Prometheus-Scrape-Timeout-Seconds",
  "X-Amz-Date",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
]);

export function checkHeaders(given: HttpHeaders): void {
  for (const name of Object.keys(given)) {
    const canonical = canonicalHeaderName(name);
    if (RESERVED.has(canonical)) refuse(`setting header ${goQuote(canonical)} is not allowed`);
  }
}

/** Go's canonical form, `Content-Type`; a name that is no header's stays as it is. */
export function canonicalHeaderName(name: string): string {
  if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]*$/.test(name)) return name;
  return name
    .toLowerCase()
    .replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
