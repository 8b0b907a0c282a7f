import { byteLength, toBytes } from "../gostring.ts";
import { type Flags, pad, padding } from "./flags.ts";
import { canBackquote, quote } from "./quote.ts";

function truncate(flags: Flags, s: string): string {
  if (flags.precision === undefined || s.length <= flags.precision) return s;
  return [...s].slice(0, flags.precision).join("");
}

/** `%s` */
export function formatString(flags: Flags, s: string): string {
  return flags.width === undefined && flags.precision === undefined ? s : pad(flags, truncate(flags, s));
}

/** `%q` */
export function formatQuoted(flags: Flags, text: string): string {
  const s = truncate(flags, text);
  if (flags.sharp && canBackquote(s)) return pad(flags, `\`${s}\``);
  return pad(flags, quote(s, flags.plus));
}

/** `%x` of the bytes of a string */
export function formatHex(flags: Flags, s: string, upper: boolean): string {
  const length = Math.min(byteLength(s), flags.precision ?? Number.POSITIVE_INFINITY);
  if (length === 0) return padding(flags, 0);
  const prefix = flags.sharp ? (upper ? "0X" : "0x") : "";
  const bytes = [...toBytes(s).subarray(0, length)].map((byte) => {
    const hex = byte.toString(16).padStart(2, "0");
    return upper ? hex.toUpperCase() : hex;
  });
  const text = prefix + bytes.join(flags.space ? ` ${prefix}` : "");
  const fill = padding(flags, text.length);
  return flags.minus ? text + fill : fill + text;
}
