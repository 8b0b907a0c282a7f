import { isPrint } from "../../core/model/goprint.ts";
import { runeOf } from "../gostring.ts";

const SHORT: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  12: "\\f",
  10: "\\n",
  13: "\\r",
  9: "\\t",
  11: "\\v",
};
// The quick way through: printable ASCII without quote or backslash.
const PLAIN = /^[ !#-[\]-~]*$/;

function hex(n: number, width: number): string {
  return n.toString(16).padStart(width, "0");
}

function escapeRune(rune: number, quote: string, asciiOnly: boolean): string {
  const char = String.fromCodePoint(rune);
  if (char === quote || rune === 0x5c) return `\\${char}`;
  if (asciiOnly ? rune >= 0x20 && rune < 0x7f : isPrint(rune)) return char;
  const short = SHORT[rune];
  if (short !== undefined) return short;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

/** Go's strconv.Quote (or QuoteToASCII) of a string that may hold invalid bytes. */
export function quote(s: string, asciiOnly = false): string {
  if (PLAIN.test(s)) return `"${s}"`;
  let out = '"';
  for (const char of s) {
    const c = char.codePointAt(0) as number;
    if (c >= 0xdc80 && c <= 0xdcff) out += `\\x${hex(c - 0xdc00, 2)}`;
    else out += escapeRune(runeOf(char), '"', asciiOnly);
  }
  return `${out}"`;
}

/** At most so many characters of a string, quoted: `%.10q`. */
export function quoteStart(s: string, count: number): string {
  return quote([...s].slice(0, count).join(""));
}

/** Go's strconv.QuoteRune (or QuoteRuneToASCII); what is no character is quoted as U+FFFD. */
export function quoteRune(rune: number, asciiOnly = false): string {
  const valid = rune >= 0 && rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff);
  return `'${escapeRune(valid ? rune : 0xfffd, "'", asciiOnly)}'`;
}

/** Whether a string can stand between back-quotes unchanged (strconv.CanBackquote). */
export function canBackquote(s: string): boolean {
  for (const char of s) {
    const c = char.codePointAt(0) as number;
    if ((c < 0x20 && c !== 9) || c === 0x60 || c === 0x7f || c === 0xfeff || (c >= 0xd800 && c <= 0xdfff)) return false;
  }
  return true;
}

/** Go's `%#U`: `U+0023 '#'`, without the character where it does not print. */
export function unicodePoint(rune: number, withChar: boolean): string {
  const code = `U+${rune.toString(16).toUpperCase().padStart(4, "0")}`;
  return withChar && isPrint(rune) ? `${code} '${String.fromCodePoint(rune)}'` : code;
}
