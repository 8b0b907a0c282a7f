import { YamlFloat, type YamlScalar } from "./value.ts";

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/**
 * The order in which yaml.v2 prints the keys of a map: booleans and numbers by value, null, then strings, in which runs
 * of digits compare as numbers and letters come after everything else.
 */
export function compareKeys(a: YamlScalar, b: YamlScalar): number {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== undefined && y !== undefined) {
    if (x !== y) return x - y;
    return kindOf(a) - kindOf(b) || compareExact(a, b);
  }
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  return kindOf(a) - kindOf(b);
}

/** Go's kinds in their order: bool, int, uint64, float64, interface, string. */
function kindOf(key: YamlScalar): number {
  if (key === null) return 5;
  if (typeof key === "boolean") return 1;
  if (typeof key === "number") return 2;
  if (typeof key === "bigint") return BigInt.asIntN(64, key) === key ? 2 : 3;
  return key instanceof YamlFloat ? 4 : 6;
}

function numberOf(key: YamlScalar): number | undefined {
  if (key === null || typeof key === "string") return undefined;
  return key instanceof YamlFloat ? key.value : Number(key);
}

function compareExact(a: YamlScalar, b: YamlScalar): number {
  if (typeof a !== "bigint" || typeof b !== "bigint") return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareStrings(a: string, b: string): number {
  const x = [...a];
  const y = [...b];
  const shared = Math.min(x.length, y.length);
  for (let i = 0; i < shared; i++) {
    const p = x[i] as string;
    const q = y[i] as string;
    if (p !== q) return isLess(x, y, i, p, q) ? -1 : 1;
  }
  return x.length - y.length;
}

/** Whether `x` comes first, given that position `i` is the first at which the two differ. */
function isLess(x: readonly string[], y: readonly string[], i: number, p: string, q: string): boolean {
  const pLetter = LETTER.test(p);
  const qLetter = LETTER.test(q);
  if (pLetter && qLetter) return codeOf(p) < codeOf(q);
  if (pLetter || qLetter) return qLetter;
  const leading = (p === "0" || q === "0") && continuesNumber(x, i) ? 1n : 0n;
  const xNumber = digitsFrom(x, i, leading);
  const yNumber = digitsFrom(y, i, leading);
  if (xNumber.value !== yNumber.value) return xNumber.value < yNumber.value;
  if (xNumber.end !== yNumber.end) return xNumber.end < yNumber.end;
  return codeOf(p) < codeOf(q);
}

/** Whether the digits before `i` hold one that is not zero. */
function continuesNumber(x: readonly string[], i: number): boolean {
  for (let j = i - 1; j >= 0 && DIGIT.test(x[j] as string); j--) {
    if (x[j] !== "0") return true;
  }
  return false;
}

/** The run of digits at `i` as the 64-bit number Go adds it up to. */
function digitsFrom(x: readonly string[], i: number, leading: bigint): { value: bigint; end: number } {
  let value = leading;
  let end = i;
  for (; end < x.length && DIGIT.test(x[end] as string); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(x[end] as string) - 0x30));
  }
  return { value, end };
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}
