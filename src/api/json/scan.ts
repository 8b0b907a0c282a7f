import { sequenceLength } from "../../core/text/utf8.ts";

/** A JSON text that Go's encoding/json refuses, in its words. */
export class JSONSyntaxError extends Error {}

/** A decoded JSON value that keeps what JSON.parse loses: the order and the repeats of keys. */
export type JSONValue =
  | { readonly kind: "object"; readonly members: readonly (readonly [key: string, value: JSONValue])[] }
  | { readonly kind: "array"; readonly items: readonly JSONValue[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "null" };

/** Go's limit on how deep values may stand in each other. */
const MAX_DEPTH = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

// These say all there is to say, so there need be only one of each.
const NUMBER: JSONValue = { kind: "number" };
const NULL: JSONValue = { kind: "null" };
const TRUE: JSONValue = { kind: "bool", value: true };
const FALSE: JSONValue = { kind: "bool", value: false };

/**
 * Decodes the first JSON value of a text as Go's `json.Decoder` does: byte by byte, so that errors name the same
 * character; whatever follows the value is not looked at. Without recursion, so that depth is no danger.
 *
 * @returns undefined when there is no value at all (empty or blank)
 * @throws JSONSyntaxError in Go's words
 */
export function scanFirstValue(bytes: Uint8Array): JSONValue | undefined {
  let at = 0;

  function skipSpace(): void {
    while (at < bytes.length) {
      const c = bytes[at];
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      at++;
    }
  }
  function refuse(context: string): never {
    const c = bytes[at];
    throw new JSONSyntaxError(c === undefined ? "unexpected EOF" : `invalid character ${quoteByte(c)} ${context}`);
  }
  function literal(word: string): void {
    for (let i = 1; i < word.length; i++) {
      at++;
      if (bytes[at] !== word.charCodeAt(i)) refuse(`in literal ${word} (expecting ${quoteByte(word.charCodeAt(i))})`);
    }
    at++;
  }
  function digits(): void {
    while (isDigit(bytes[at])) at++;
  }
  function number(): void {
    if (bytes[at] === 0x2d) {
      at++;
      if (!isDigit(bytes[at])) refuse("in numeric literal");
    }
    if (bytes[at] === 0x30) at++;
    else digits();
    if (bytes[at] === 0x2e) {
      at++;
      if (!isDigit(bytes[at])) refuse("after decimal point in numeric literal");
      digits();
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++;
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
      if (!isDigit(bytes[at])) refuse("in exponent of numeric literal");
      digits();
    }
  }
  function string(): string {
    const start = ++at;
    let escaped = false;
    for (;;) {
      const c = bytes[at];
      if (c === QUOTE) break;
      if (c === undefined || c < 0x20) refuse("in string literal");
      at++;
      if (c !== BACKSLASH) continue;
      escaped = true;
      if (bytes[at] === 0x75) {
        for (let i = 0; i < 4; i++) {
          at++;
          if (!isHex(bytes[at])) refuse("in \\u hexadecimal character escape");
        }
      } else if (!`"\\/bfnrt`.includes(String.fromCharCode(bytes[at] ?? 0))) refuse("in string escape code");
      at++;
    }
    const text = decodeUTF8(bytes.subarray(start, at));
    at++;
    return escaped ? unescapeString(text) : text;
  }

  /** The containers being filled, innermost last. */
  const open: (OpenObject | OpenArray)[] = [];
  skipSpace();
  if (at === bytes.length) return undefined;
  for (;;) {
    // At the first byte of a value.
    skipSpace();
    let value: JSONValue;
    const c = bytes[at];
    if (c === 0x7b || c === 0x5b) {
      if (open.length === MAX_DEPTH) refuse("exceeded max depth");
      at++;
      skipSpace();
      const container: OpenObject | OpenArray =
        c === 0x7b ? { kind: "object", members: [], key: "" } : { kind: "array", items: [] };
      if (bytes[at] !== (c === 0x7b ? 0x7d : 0x5d)) {
        open.push(container);
        if (container.kind === "object") key(container);
        continue;
      }
      at++;
      value = container;
    } else if (c === QUOTE) value = { kind: "string", text: string() };
    else if (c === 0x2d || isDigit(c)) {
      number();
      value = NUMBER;
    } else if (c === 0x74) {
      literal("true");
      value = TRUE;
    } else if (c === 0x66) {
      literal("false");
      value = FALSE;
    } else if (c === 0x6e) {
      literal("null");
      value = NULL;
    } else refuse("looking for beginning of value");

    // After a value: it belongs to the innermost container, which may end here, and so may the one around it.
    for (;;) {
      const container = open.at(-1);
      if (container === undefined) return value;
      if (container.kind === "object") container.members.push([container.key, value]);
      else container.items.push(value);
      skipSpace();
      const next = bytes[at];
      if (next === 0x2c) {
        at++;
        if (container.kind === "object") {
          skipSpace();
          key(container);
        }
        break;
      }
      if (next !== (container.kind === "object" ? 0x7d : 0x5d)) {
        refuse(container.kind === "object" ? "after object key:value pair" : "after array element");
      }
      at++;
      open.pop();
      value = container;
    }
  }

  function key(object: OpenObject): void {
    if (bytes[at] !== QUOTE) refuse("looking for beginning of object key string");
    object.key = string();
    skipSpace();
    if (bytes[at] !== 0x3a) refuse("after object key");
    at++;
  }
}

/** How much a JSON text would take to hold, worked out without holding it. Means nothing for what is not JSON. */
export interface Measure {
  /** Whether values stand deeper in each other than Go allows. */
  readonly deep: boolean;
  /** Roughly how many values there are; all of them only where not `deep`. */
  readonly values: number;
}

export function measure(bytes: Uint8Array): Measure {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const c = bytes[at];
    if (c === QUOTE) {
      // To the end of the string, over whatever is escaped.
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH) return { deep: true, values };
      values++;
    } else if (c === 0x5d || c === 0x7d) depth--;
    else if (c === 0x2c) values++;
  }
  return { deep: false, values };
}

interface OpenObject {
  readonly kind: "object";
  readonly members: [string, JSONValue][];
  key: string;
}

interface OpenArray {
  readonly kind: "array";
  readonly items: JSONValue[];
}

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= 0x30 && c <= 0x39;
}

function isHex(c: number | undefined): boolean {
  return isDigit(c) || (c !== undefined && ((c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66)));
}

/** A byte as Go's syntax errors show it: taken for a Latin-1 character and quoted. */
function quoteByte(c: number): string {
  if (c === 0x27) return "'\\''";
  if (c === QUOTE) return `'"'`;
  if (c === BACKSLASH) return "'\\\\'";
  const short = "\x07\b\f\n\r\t\v".indexOf(String.fromCharCode(c));
  if (short >= 0) return `'\\${"abfnrtv"[short]}'`;
  if (c < 0x20 || c === 0x7f) return `'\\x${c.toString(16).padStart(2, "0")}'`;
  // U+0080 to U+00A0 and the soft hyphen are not printable.
  if ((c >= 0x80 && c <= 0xa0) || c === 0xad) return `'\\u00${c.toString(16)}'`;
  return `'${String.fromCharCode(c)}'`;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Each byte that is no UTF-8 becomes one U+FFFD, where TextDecoder would put one for several (spec §2.3). */
export function decodeUTF8(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  let out = "";
  let at = 0;
  while (at < bytes.length) {
    const size = sequenceLength(bytes, at);
    out += size === 0 ? "\ufffd" : utf8.decode(bytes.subarray(at, at + size));
    at += Math.max(size, 1);
  }
  return out;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Resolves escapes; half a surrogate pair becomes U+FFFD. */
function unescapeString(text: string): string {
  return text
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, char: string) =>
      hex === undefined ? (SHORT_ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .toWellFormed();
}
