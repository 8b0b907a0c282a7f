import { fromBytes, toBytes } from "../gostring.ts";

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

type Unit = { readonly rune: number } | { readonly byte: number };

/**
 * Reads one character or escape of a Go literal (strconv.UnquoteChar).
 * @returns the unit and the index after it, undefined when it is malformed
 */
function unquoteUnit(s: string, at: number, quote: string): readonly [Unit, number] | undefined {
  const c = s.charAt(at);
  if (c === "" || c === quote) return undefined;
  if (c !== "\\") {
    const rune = s.codePointAt(at) as number;
    return [{ rune }, at + (rune > 0xffff ? 2 : 1)];
  }
  const e = s.charAt(at + 1);
  const simple = SIMPLE[e];
  if (simple !== undefined) return [{ rune: simple }, at + 2];
  if (e === "x" || e === "u" || e === "U") {
    const digits = e === "x" ? 2 : e === "u" ? 4 : 8;
    const text = s.slice(at + 2, at + 2 + digits);
    if (text.length !== digits || !/^[0-9a-fA-F]+$/.test(text)) return undefined;
    const value = Number.parseInt(text, 16);
    if (e === "x") return [{ byte: value }, at + 4];
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
    return [{ rune: value }, at + 2 + digits];
  }
  if (e >= "0" && e <= "7") {
    const text = s.slice(at + 1, at + 4);
    const value = Number.parseInt(text, 8);
    return /^[0-7]{3}$/.test(text) && value <= 255 ? [{ byte: value }, at + 4] : undefined;
  }
  return (e === "'" || e === '"') && e === quote ? [{ rune: e.charCodeAt(0) }, at + 2] : undefined;
}

/**
 * Unquotes a Go string literal, quoted or raw.
 * @returns undefined when it is malformed ("invalid syntax")
 */
export function unquoteString(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`")) return body.replaceAll("\r", "");
  if (!body.includes("\\")) return body;
  const parts: number[] = [];
  let out = "";
  let raw = false;
  for (let at = 0; at < body.length;) {
    const read = unquoteUnit(body, at, '"');
    if (read === undefined) return undefined;
    const [unit, after] = read;
    at = after;
    if ("rune" in unit) {
      const char = String.fromCodePoint(unit.rune);
      out += char;
      parts.push(...toBytes(char));
    } else {
      raw ||= unit.byte >= 0x80;
      out += String.fromCharCode(unit.byte);
      parts.push(unit.byte);
    }
  }
  return raw ? fromBytes(Uint8Array.from(parts)) : out;
}

/**
 * The value of a character constant such as `'a'` or `'\n'`.
 * @returns its code point, or the text of Go's error
 */
export function unquoteCharConstant(literal: string): number | string {
  const read = unquoteUnit(literal, 1, "'");
  if (read === undefined) return "invalid syntax";
  const [unit, after] = read;
  if (literal.slice(after) !== "'") return `malformed character constant: ${literal}`;
  return "rune" in unit ? unit.rune : unit.byte;
}
