import { toBytes } from "../gostring.ts";
import type { Value } from "../value/values.ts";
import { contentOf } from "./content.ts";
import { FAILSAFE } from "./escape-html.ts";

/** Whether a URL is relative, or http, https or mailto. */
function isSafe(url: string): boolean {
  const colon = url.indexOf(":");
  if (colon < 0) return true;
  const scheme = url.slice(0, colon);
  return scheme.includes("/") || /^(https?|mailto)$/i.test(scheme);
}

// One character, or a percent sign with what follows it.
const NOT_UNRESERVED = /%[0-9a-fA-F]{2}|[^a-zA-Z0-9\-._~]/gu;
const RESERVED = "!#$&*+,/:;=?@[]";

function percent(char: string): string {
  let out = "";
  for (const byte of toBytes(char)) out += `%${byte.toString(16).padStart(2, "0")}`;
  return out;
}

/** Encodes for a URL; when normalising, what has a meaning in URLs or is encoded already stays. */
function processURL(url: string, normalise: boolean): string {
  return url.replace(NOT_UNRESERVED, (c) => {
    if (c.length === 3 && c.startsWith("%")) return normalise ? c : `%25${c.slice(1)}`;
    return normalise && RESERVED.includes(c) ? c : percent(c);
  });
}

/** Lets only safe URLs through. */
export function urlFilter(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  return type === "url" || isSafe(text) ? text : `#${FAILSAFE}`;
}

/** For a query. */
export function urlEscaper(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  return processURL(text, type === "url");
}

/** For a URL as a whole. */
export function urlNormalizer(args: readonly Value[]): string {
  return processURL(contentOf(args).text, true);
}

/** For a srcset: URLs with their widths or densities, separated by commas. */
export function srcsetEscaper(args: readonly Value[]): string {
  const { text, type } = contentOf(args);
  if (type === "url") return processURL(text, true).replaceAll(",", "%2c");
  return text.split(",").map(srcsetElement).join(",");
}

function srcsetElement(element: string): string {
  const m = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([^]*)$/.exec(element) as unknown as [string, string, string, string];
  const [, space, url, metadata] = m;
  if (!isSafe(url) || !/^[\t\n\f\r a-zA-Z0-9]*$/.test(metadata)) return `#${FAILSAFE}`;
  return space + processURL(url, true) + metadata;
}
