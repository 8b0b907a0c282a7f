import { YamlError } from "./error.ts";
import { YamlFloat } from "./value.ts";

const PREFIX = "tag:yaml.org,2002:";
export const STR_TAG = `${PREFIX}str`;
export const SEQ_TAG = `${PREFIX}seq`;
export const MAP_TAG = `${PREFIX}map`;
export const NULL_TAG = `${PREFIX}null`;
export const BINARY_TAG = `${PREFIX}binary`;
export const MERGE_TAG = `${PREFIX}merge`;
const BOOL_TAG = `${PREFIX}bool`;
const INT_TAG = `${PREFIX}int`;
const FLOAT_TAG = `${PREFIX}float`;
const TIMESTAMP_TAG = `${PREFIX}timestamp`;

/** A scalar with its type worked out. Integers are bigints whatever their size; a timestamp stays its text. */
export interface Resolved {
  readonly tag: string;
  readonly value: null | boolean | bigint | YamlFloat | string;
}

const RESOLVABLE = new Set(["", STR_TAG, BOOL_TAG, INT_TAG, FLOAT_TAG, NULL_TAG, TIMESTAMP_TAG]);

const WORDS: ReadonlyMap<string, Resolved> = new Map([
  ...words(BOOL_TAG, true, "y Y yes Yes YES true True TRUE on On ON"),
  ...words(BOOL_TAG, false, "n N no No NO false False FALSE off Off OFF"),
  ...words(NULL_TAG, null, "~ null Null NULL"),
  ["", { tag: NULL_TAG, value: null }],
  ...words(FLOAT_TAG, new YamlFloat(Number.NaN), ".nan .NaN .NAN"),
  ...words(FLOAT_TAG, new YamlFloat(Number.POSITIVE_INFINITY), ".inf .Inf .INF +.inf +.Inf +.INF"),
  ...words(FLOAT_TAG, new YamlFloat(Number.NEGATIVE_INFINITY), "-.inf -.Inf -.INF"),
]);

function words(tag: string, value: Resolved["value"], list: string): [string, Resolved][] {
  return list.split(" ").map((word) => [word, { tag, value }]);
}

/** `!!str` for `tag:yaml.org,2002:str`. */
export function shortTag(tag: string): string {
  return tag.startsWith(PREFIX) ? `!!${tag.slice(PREFIX.length)}` : tag;
}

/**
 * Works out what a scalar without quotes, or with a tag, stands for (YAML 1.1 as yaml.v2 reads it).
 * @param tag "" where none was written
 * @throws YamlError where the tag and the text contradict each other
 */
export function resolveScalar(tag: string, text: string): Resolved {
  if (!RESOLVABLE.has(tag)) return { tag, value: text };
  if (tag === STR_TAG) return { tag, value: text };
  const resolved = resolveText(tag, text);
  if (tag === "" || tag === resolved.tag) return resolved;
  if (tag === FLOAT_TAG && typeof resolved.value === "bigint" && isInt64(resolved.value)) {
    return { tag: FLOAT_TAG, value: new YamlFloat(Number(resolved.value)) };
  }
  throw new YamlError(`cannot decode ${shortTag(resolved.tag)} \`${text}\` as a ${shortTag(tag)}`);
}

function resolveText(tag: string, text: string): Resolved {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.startsWith(".")) return decimal(POINT_FIRST, text) ?? { tag: STR_TAG, value: text };
  if (!/^[-+0-9]/.test(text)) return { tag: STR_TAG, value: text };
  if ((tag === "" || tag === TIMESTAMP_TAG) && isTimestamp(text)) return { tag: TIMESTAMP_TAG, value: text };
  const plain = text.replaceAll("_", "");
  const integer = parseInteger(plain);
  if (integer !== undefined) return { tag: INT_TAG, value: integer };
  return decimal(/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/, plain) ?? { tag: STR_TAG, value: text };
}

/** Underscores may stand between digits: unlike where a digit comes first, they are not taken out before the check. */
const POINT_FIRST = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/;

function decimal(shape: RegExp, text: string): Resolved | undefined {
  if (!shape.test(text)) return undefined;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? { tag: FLOAT_TAG, value: new YamlFloat(value) } : undefined;
}

/** Go's ParseInt with base 0: `0x`, `0o`, `0b` and a leading zero for octal; int64, or uint64 without a sign. */
function parseInteger(text: string): bigint | undefined {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  let literal: string;
  if (/^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(digits)) literal = digits.toLowerCase();
  else if (/^0[0-7]+$/.test(digits)) literal = `0o${digits.slice(1)}`;
  else if (/^(0|[1-9][0-9]*)$/.test(digits)) literal = digits;
  else return undefined;
  const magnitude = BigInt(literal);
  const value = sign === "-" ? -magnitude : magnitude;
  if (isInt64(value)) return value;
  return sign === "" && value < 1n << 64n ? value : undefined;
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

const DATE = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(.*)$/s;
const ZONED = /^[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+]([0-9]{2}):([0-9]{2}))$/;
const UNZONED = /^ +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?$/;

/** A date, or a date and time in one of the two forms yaml.v2 knows. */
function isTimestamp(text: string): boolean {
  const [, year, month = "0", day = "0", rest = ""] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return false;
  if (rest === "") return true;
  const [, hour, minute, second, zoneHour = "0", zoneMinute = "0"] = ZONED.exec(rest) ?? UNZONED.exec(rest) ?? [];
  if (hour === undefined) return false;
  return (
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneHour) <= 24 &&
    Number(zoneMinute) <= 60
  );
}
