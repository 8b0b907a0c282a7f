import { closeSync, openSync, statSync } from "node:fs";
import { basename } from "node:path";

import { goQuote } from "../core/model/goquote.ts";
import { parseUrl, UrlParseError } from "../notify/http/url.ts";
import { openError } from "../core/text/errno.ts";

/** How the text of a flag or argument becomes a value. */
export interface ValueType<T> {
  readonly zero: T;
  /** Throws ValueError with the text the user sees. */
  parse(text: string): T;
  /** A flag that takes no value and has a `--no-` form. */
  readonly isBool?: boolean;
  /** May be given more than once; as an argument takes all that remain. `parse` gives a list of one. */
  readonly isCumulative?: boolean;
  /** The help shows the default in quotes. */
  readonly quotesDefault?: boolean;
  /** What completion offers. */
  readonly hints?: readonly string[];
}

/** A value a flag does not take; its message is what the program says before `, try --help`. */
export class ValueError extends Error {}

export const stringValue: ValueType<string> = { zero: "", parse: (text) => text, quotesDefault: true };

export const stringsValue: ValueType<readonly string[]> = { zero: [], parse: (text) => [text], isCumulative: true };

export const boolValue: ValueType<boolean> = { zero: false, parse: parseBool, isBool: true };

export const floatValue: ValueType<number> = { zero: 0, parse: parseFloat64 };

/** A whole number, read as a float first (`1e3` is 1000, `1.9` is 1), as kingpin reads it. */
export const intValue: ValueType<number> = { zero: 0, parse: parseInteger };

/** A Go duration with days and weeks, in ms. */
export const durationValue: ValueType<number> = { zero: 0, parse: parseDuration };

/** A duration, or whole seconds without a unit (written so by the Prometheus operator, refused by upstream), in ms. */
export const durationOrSecondsValue: ValueType<number> = {
  zero: 0,
  parse: (text) => (/^[0-9]+$/.test(text) ? Number(text) * 1000 : parseDuration(text)),
};

/** A file that exists and is not a directory. */
export const existingFileValue: ValueType<string> = { zero: "", parse: parseExistingFile };

export const existingFilesValue: ValueType<readonly string[]> = {
  zero: [],
  parse: (text) => [parseExistingFile(text)],
  isCumulative: true,
};

/** A file that can be opened. */
export const readableFileValue: ValueType<string> = { zero: "", parse: parseReadableFile };

/** A URL as it was written, once Go's parser takes it; undefined if not given. */
export const urlValue: ValueType<string | undefined> = { zero: undefined, parse: parseUrlText };

export function enumValue(options: readonly string[]): ValueType<string> {
  return {
    zero: "",
    hints: options,
    parse(text) {
      if (options.includes(text)) return text;
      throw new ValueError(`enum value must be one of ${options.join(",")}, got '${text}'`);
    },
  };
}

/** One of the options, refused as `unrecognized WHAT x`; the help shows its default without quotes. */
export function choiceValue<T extends string>(
  what: string,
  options: readonly [T, ...T[]],
  anyCase: boolean,
): ValueType<T> {
  return {
    zero: options[0],
    hints: options,
    parse(text) {
      const option = options.find((option) => option === (anyCase ? text.toLowerCase() : text));
      if (option !== undefined) return option;
      throw new ValueError(`unrecognized ${what} ${text}`);
    },
  };
}

function parseBool(text: string): boolean {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  throw new ValueError(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;
const UNDERSCORE = /(?<=^[+-]?0[xX]|[0-9a-fA-F])_(?=[0-9a-fA-F])/g;
const NAMED = /^[+-]?(?:inf|infinity|nan)$/i;

function parseFloat64(text: string): number {
  const value = floatOf(text);
  if (value === undefined) throw new ValueError(`strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`);
  if (!Number.isFinite(value) && !NAMED.test(text)) {
    throw new ValueError(`strconv.ParseFloat: parsing ${goQuote(text)}: value out of range`);
  }
  return value;
}

function floatOf(given: string): number | undefined {
  const text = given.replace(UNDERSCORE, "");
  if (DECIMAL.test(text)) return Number(text);
  if (NAMED.test(text)) {
    if (/nan/i.test(text)) return NaN;
    return text.startsWith("-") ? -Infinity : Infinity;
  }
  const [, sign, whole, fraction, exponent] = HEXADECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction === undefined || whole + fraction === "") return undefined;
  const value = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

// What does not fit 64 bits becomes the smallest number there, as on amd64; it reads as "no limit" wherever it is used.
const MIN_INT64 = -(2 ** 63);

function parseInteger(text: string): number {
  const value = parseFloat64(text);
  return Number.isNaN(value) || Math.abs(value) >= 2 ** 63 ? MIN_INT64 : Math.trunc(value) + 0;
}

const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};
const MAX_INT64 = 2n ** 63n - 1n;
const DURATION_PART = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/;

/** Reads a duration as kingpin does: Go's syntax and error texts, `d` and `w` besides. In ms, parts of one as a fraction. */
function parseDuration(text: string): number {
  const invalid = new ValueError(`time: invalid duration "${text}"`);
  const negative = text.startsWith("-");
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0;
  if (rest === "") throw invalid;
  let total = 0n;
  while (rest !== "") {
    const [part = "", whole = "", fraction = "", unit = ""] = DURATION_PART.exec(rest) ?? [];
    if (whole === "" && fraction === "") throw invalid;
    if (unit === "") throw new ValueError(`time: missing unit in duration "${text}"`);
    const scale = UNIT_NS[unit];
    if (scale === undefined) throw new ValueError(`time: unknown unit "${unit}" in duration "${text}"`);
    total += BigInt(whole) * scale + (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
    if (total > MAX_INT64) throw invalid;
    rest = rest.slice(part.length);
  }
  const ms = Number(total) / 1e6;
  return negative ? -ms : ms;
}

function parseExistingFile(text: string): string {
  const stat = statSync(text, { throwIfNoEntry: false });
  if (stat === undefined) throw new ValueError(`path '${text}' does not exist`);
  if (stat.isDirectory()) throw new ValueError(`'${basename(text)}' is a directory`);
  return text;
}

function parseReadableFile(text: string): string {
  try {
    closeSync(openSync(text, "r"));
    return text;
  } catch (error) {
    throw new ValueError(openError(text, error));
  }
}

function parseUrlText(text: string): string {
  try {
    parseUrl(text);
    return text;
  } catch (error) {
    if (error instanceof UrlParseError) throw new ValueError(`invalid URL: ${error.message}`);
    throw error;
  }
}
