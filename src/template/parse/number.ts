import { quote } from "../fmt/quote.ts";
import type { NumberNode } from "./nodes.ts";
import { unquoteCharConstant } from "./unquote.ts";

type NumberValue = Pick<NumberNode, "int" | "uint" | "float" | "complex">;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;
const PREFIX = /^0[xXoObB]/;

/** Underscores may only separate digits, or follow a base prefix. */
function underscoresFit(text: string): boolean {
  if (!text.includes("_")) return true;
  const digits = text.replace(/^[+-]/, "").replace(/^0[xXoObB]_?/, "0");
  return !/(^|[^0-9a-fA-F])_|_($|[^0-9a-fA-F])/.test(digits);
}

/** strconv.ParseInt and ParseUint with base 0, without the range check. */
function parseInteger(text: string): bigint | undefined {
  const negative = text.startsWith("-");
  const body = text.replace(/^[+-]/, "");
  if (!underscoresFit(body)) return undefined;
  let digits = body.replaceAll("_", "").toLowerCase();
  if (/^0[0-9]/.test(digits)) digits = digits.replace(/^0+(?=.)/, "0o");
  if (digits.startsWith("0o") && digits.length === 2) return undefined;
  if (!/^([0-9]+|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/.test(digits)) return undefined;
  const value = BigInt(digits);
  return negative ? -value : value;
}

/** strconv.ParseFloat: undefined for bad syntax or a value out of range. */
export function parseFloat64(text: string): number | undefined {
  const special = /^[+-]?(inf(inity)?)$|^nan$/i.exec(text);
  if (special !== null) {
    if (special[1] === undefined) return Number.NaN;
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!underscoresFit(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const value = PREFIX.test(plain.replace(/^[+-]/, "")) ? parseHexFloat(plain) : parseDecimal(plain);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function parseDecimal(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function parseHexFloat(text: string): number | undefined {
  const m = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)$/i.exec(text);
  if (m === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent] = m;
  if (whole + fraction === "") return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

function ofFloat(float: number): Pick<NumberValue, "int" | "uint"> {
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  return {
    int: whole !== undefined && whole >= MIN_INT64 && whole <= MAX_INT64 ? whole : undefined,
    uint: whole !== undefined && whole >= 0n && whole <= MAX_UINT64 ? whole : undefined,
  };
}

function ofComplex(re: number, im: number): NumberValue {
  const real = im === 0 ? { float: re, ...ofFloat(re) } : { float: undefined, int: undefined, uint: undefined };
  return { complex: [re, im], ...real };
}

/**
 * The values a numeric literal stands for, by Go's rules for ideal constants.
 * @returns the values, or the text of Go's error
 */
export function parseNumber(text: string, type: "number" | "complex" | "charConstant"): NumberValue | string {
  if (type === "charConstant") {
    const rune = unquoteCharConstant(text);
    if (typeof rune === "string") return rune;
    return { int: BigInt(rune), uint: BigInt(rune), float: rune, complex: undefined };
  }
  if (type === "complex") {
    // Both parts were scanned as numbers: the second begins with the last sign that is not an exponent's.
    const m = /^(.*[^eEpP])([+-].*)i$/.exec(text);
    const re = parseFloat64(m?.[1] ?? "");
    const im = parseFloat64(m?.[2] ?? "");
    return re === undefined || im === undefined ? "syntax error scanning complex number" : ofComplex(re, im);
  }
  if (text.endsWith("i")) {
    const im = parseFloat64(text.slice(0, -1));
    if (im !== undefined) return ofComplex(0, im);
  }
  const whole = parseInteger(text);
  const int = whole !== undefined && whole >= MIN_INT64 && whole <= MAX_INT64 ? whole : undefined;
  // ParseUint takes no sign, but a signed zero is taken as one.
  const unsigned = whole !== undefined && whole >= 0n && whole <= MAX_UINT64 && !/^[+-]/.test(text);
  const uint = unsigned || int === 0n ? whole : undefined;
  const exact = int ?? uint;
  if (exact !== undefined) return { int, uint, float: Number(exact), complex: undefined };
  const float = parseFloat64(text);
  if (float === undefined) return `illegal number syntax: ${quote(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quote(text)}`;
  return { float, ...ofFloat(float), complex: undefined };
}
