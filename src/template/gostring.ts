import { sequenceLength } from "../core/text/utf8.ts";

/**
 * Go strings are bytes. Here a string is an ordinary JavaScript string in which every byte that is not part of valid
 * UTF-8 stands as the lone surrogate U+DC00 + byte. Valid UTF-8 never decodes to a surrogate, so nothing is ambiguous.
 */

const ESCAPED_BYTE = /[\udc80-\udcff]/;
// Lone only: a low surrogate after a high one is half of an ordinary character.
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Length in bytes, as Go's len. */
export function byteLength(s: string): number {
  let n = s.length;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80) continue;
    if (c < 0x800) n += 1;
    else if (c >= 0xd800 && c <= 0xdbff) {
      n += 2; // a pair: two units, four bytes
      i++;
    } else if (c >= 0xdc80 && c <= 0xdcff)
      continue; // an escaped byte
    else n += 2;
  }
  return n;
}

/** Whether the string holds bytes that are not UTF-8. */
function hasInvalidBytes(s: string): boolean {
  if (!ESCAPED_BYTE.test(s)) return false;
  return s.search(LONE_SURROGATE) >= 0;
}

/** The bytes of a string. */
export function toBytes(s: string): Uint8Array {
  if (!hasInvalidBytes(s)) return encoder.encode(s);
  const bytes: number[] = [];
  for (const char of s) {
    const c = char.codePointAt(0) as number;
    if (c >= 0xdc80 && c <= 0xdcff) bytes.push(c - 0xdc00);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** The string of some bytes. */
export function fromBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeLossless(bytes);
  }
}

function decodeLossless(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length;) {
    const n = sequenceLength(bytes, i);
    if (n === 0) {
      out += String.fromCharCode(0xdc00 + (bytes[i] as number));
      i++;
    } else {
      out += decoder.decode(bytes.subarray(i, i + n));
      i += n;
    }
  }
  return out;
}

/** Joins bytes that became a character only by standing side by side. */
export function rejoin(s: string): string {
  return hasInvalidBytes(s) ? fromBytes(toBytes(s)) : s;
}

/** What leaves the engine: bytes that are no UTF-8 become U+FFFD, as every encoder after us would have it. */
export function toText(s: string): string {
  return hasInvalidBytes(s) ? rejoin(s).toWellFormed() : s;
}

/** The part of a string between two byte offsets, which may cut a character apart. */
export function byteSlice(s: string, start: number, end: number): string {
  if (byteLength(s) === s.length) return s.slice(start, end);
  return fromBytes(toBytes(s).subarray(start, end));
}

/** The code point of a character as Go's range over a string gives it: U+FFFD for an invalid byte. */
export function runeOf(char: string): number {
  const c = char.codePointAt(0) as number;
  return c >= 0xd800 && c <= 0xdfff ? 0xfffd : c;
}

export function runeCount(s: string): number {
  let n = s.length;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c >= 0xd800 && c <= 0xdbff) {
      n--;
      i++;
    }
  }
  return n;
}
