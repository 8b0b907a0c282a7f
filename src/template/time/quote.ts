import { toBytes } from "../gostring.ts";

/** The quoting package time uses in its errors: every byte of what is not ASCII as `\x..`. */
export function quoteTimeText(s: string): string {
  let out = '"';
  for (const char of s) {
    const c = char.codePointAt(0) as number;
    if (c >= 0x80 || c < 0x20) for (const byte of toBytes(char)) out += `\\x${byte.toString(16).padStart(2, "0")}`;
    else out += c === 0x22 || c === 0x5c ? `\\${char}` : char;
  }
  return `${out}"`;
}
