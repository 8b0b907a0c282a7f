import { type Flags, pad, padBlank, padding } from "./flags.ts";
import { formatFloat } from "./float.ts";
import { quoteRune, unicodePoint } from "./quote.ts";

const MAX_RUNE = 0x10ffff;

function digitsOf(abs: number | bigint, base: number, upper: boolean): string {
  const text = abs.toString(base);
  return upper ? text.toUpperCase() : text;
}

/** An integer in a base. */
export function formatInteger(flags: Flags, value: number | bigint, base: number, verb: string): string {
  const negative = value < 0;
  const zero = value === 0 || value === 0n;
  const signed = negative || flags.plus || flags.space;
  let precision = 0;
  if (flags.precision !== undefined) {
    precision = flags.precision;
    if (precision === 0 && zero) return " ".repeat(flags.width ?? 0);
  } else if (flags.zero && !flags.minus && flags.width !== undefined) {
    precision = flags.width - (signed ? 1 : 0);
  }
  const upper = verb === "X";
  let text = digitsOf(negative ? -value : value, base, upper).padStart(precision, "0");
  if (flags.sharp) {
    if (base === 2) text = `0b${text}`;
    else if (base === 8 && !text.startsWith("0")) text = `0${text}`;
    else if (base === 16) text = (upper ? "0X" : "0x") + text;
  }
  if (verb === "O") text = `0o${text}`;
  if (negative) text = `-${text}`;
  else if (flags.plus) text = `+${text}`;
  else if (flags.space) text = ` ${text}`;
  return padBlank(flags, text);
}

function runeOfInteger(value: number | bigint): number {
  return value < 0 || value > MAX_RUNE ? 0xfffd : Number(value);
}

/** `%c` */
export function formatRune(flags: Flags, value: number | bigint): string {
  const rune = runeOfInteger(value);
  return pad(flags, rune >= 0xd800 && rune <= 0xdfff ? "\ufffd" : String.fromCodePoint(rune));
}

/** `%q` of an integer */
export function formatQuotedRune(flags: Flags, value: number | bigint): string {
  return pad(flags, quoteRune(runeOfInteger(value), flags.plus));
}

/** `%U` */
export function formatUnicode(flags: Flags, value: number | bigint): string {
  const unsigned = BigInt.asUintN(64, BigInt(value));
  if (unsigned <= BigInt(MAX_RUNE) && (flags.precision ?? 0) <= 4) {
    return padBlank(flags, unicodePoint(Number(unsigned), flags.sharp));
  }
  const digits = unsigned
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 4, 4), "0");
  const char =
    flags.sharp && unsigned <= BigInt(MAX_RUNE) ? unicodePoint(Number(unsigned), true).replace(/^\S+/, "") : "";
  return padBlank(flags, `U+${digits}${char}`);
}

/**
 * A float by a strconv verb.
 *
 * @param precision where the flags give none; -1 for the shortest
 */
export function formatFloatVerb(flags: Flags, value: number, verb: string, precision: number): string {
  const wanted = flags.precision ?? precision;
  let text = formatFloat(value, verb, wanted);
  let sign = "+";
  if (text.startsWith("-") || text.startsWith("+")) {
    sign = text.charAt(0);
    text = text.slice(1);
  }
  if (flags.space && sign === "+" && !flags.plus) sign = " ";
  if (text.startsWith("I") || text.startsWith("N")) {
    const bare = (text.startsWith("N") && !flags.space && !flags.plus) || (sign === "+" && !flags.plus);
    return padBlank(flags, bare ? text : sign + text);
  }
  if (flags.sharp && verb !== "b") text = keepPoint(text, verb, wanted);
  if (!flags.plus && sign === "+") return pad(flags, text);
  if (flags.zero && !flags.minus) return sign + padding(flags, text.length + 1) + text;
  return pad(flags, sign + text);
}

/** The sharp flag: there is always a point, and %g keeps its trailing zeros. */
function keepPoint(text: string, verb: string, precision: number): string {
  const m = (verb === "x" || verb === "X" ? /^(.*?)([pP].*)?$/ : /^(.*?)([eE].*)?$/).exec(text) as RegExpExecArray;
  let body = m[1] as string;
  let digits = 0;
  if ("vgGx".includes(verb)) digits = precision < 0 ? 6 : precision;
  let seen = false;
  for (const c of body) {
    if (c === ".") continue;
    seen ||= c !== "0";
    if (seen) digits--;
  }
  if (!body.includes(".")) {
    if (body === "0") digits--;
    body += ".";
  }
  return body + "0".repeat(Math.max(digits, 0)) + (m[2] ?? "");
}
