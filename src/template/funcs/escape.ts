import { isPrint } from "../../core/model/goprint.ts";
import { sprint } from "../fmt/sprint.ts";
import { fromBytes, runeOf, toBytes } from "../gostring.ts";
import { GoPointer, type Value } from "../value/values.ts";

/** The text of arguments, as the escaping functions take it. */
export function argumentText(args: readonly Value[]): string {
  return sprint(args.map((arg) => (arg === undefined ? "<no value>" : arg instanceof GoPointer ? arg.target : arg)));
}

const HTML: Readonly<Record<string, string>> = {
  "\0": "\ufffd",
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

/** Go's template.HTMLEscapeString. */
export function escapeHTML(s: string): string {
  // oxlint-disable-next-line no-control-regex
  return s.replace(/[\0"'&<>]/g, (c) => HTML[c] as string);
}

const JS: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};

/** Go's template.JSEscapeString. */
export function escapeJS(s: string): string {
  // oxlint-disable-next-line no-control-regex
  return s.replace(/[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu, (c) => {
    const special = JS[c];
    if (special !== undefined) return special;
    const rune = runeOf(c);
    if (rune < 0x20) return `\\u00${rune.toString(16).toUpperCase().padStart(2, "0")}`;
    return isPrint(rune) ? c : `\\u${rune.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

const QUERY_SAFE = /^[A-Za-z0-9\-_.~]$/;

/** Go's url.QueryEscape. */
export function queryEscape(s: string): string {
  let out = "";
  for (const byte of toBytes(s)) {
    const c = String.fromCharCode(byte);
    if (QUERY_SAFE.test(c)) out += c;
    else out += c === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/**
 * Go's url.QueryUnescape.
 *
 * @returns the text, or what was wrong
 */
export function queryUnescape(s: string): { readonly text: string } | { readonly bad: string } {
  const bad = /%(?![0-9a-fA-F]{2})/.exec(s);
  if (bad !== null) {
    return { bad: fromBytes(toBytes(s.slice(bad.index)).subarray(0, 3)) };
  }
  if (!/[%+]/.test(s)) return { text: s };
  const bytes = toBytes(s.replaceAll("+", " "));
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte !== 0x25) out.push(byte);
    else {
      out.push(Number.parseInt(String.fromCharCode(bytes[i + 1] as number, bytes[i + 2] as number), 16));
      i += 2;
    }
  }
  return { text: fromBytes(Uint8Array.from(out)) };
}
