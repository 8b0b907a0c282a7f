import { isPrint } from "./goprint.ts";

// A JavaScript string cannot hold bytes that are not UTF-8. Where Go would have such a byte, these functions have the lone
// surrogate U+DC00 + byte; `String.isWellFormed` then says whether a text is valid UTF-8.
const BYTE_SURROGATE = 0xdc00;

const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

function hex(n: number, digits: number): string {
  return n.toString(16).padStart(digits, "0");
}

function isByte(c: number): boolean {
  return c >= BYTE_SURROGATE + 0x80 && c <= BYTE_SURROGATE + 0xff;
}

/** Quotes as Go's strconv.Quote: printable characters stay, others become `\n`, `\x01`, `\u00ad`, `\U000e0001`. */
export function goQuote(s: string): string {
  if (/^[ !#-[\]-~]*$/.test(s)) return `"${s}"`;
  let out = '"';
  for (const char of s) {
    const c = char.codePointAt(0) as number;
    const escape = ESCAPES[char];
    if (escape !== undefined) out += escape;
    else if (isByte(c)) out += `\\x${hex(c - BYTE_SURROGATE, 2)}`;
    else if (c >= 0xd800 && c <= 0xdfff) out += "\ufffd";
    else if (isPrint(c)) out += char;
    else if (c < 0x20 || c === 0x7f) out += `\\x${hex(c, 2)}`;
    else if (c < 0x10000) out += `\\u${hex(c, 4)}`;
    else out += `\\U${hex(c, 8)}`;
  }
  return `${out}"`;
}

/** Quotes as Go's time package does in its errors: bytes outside printable ASCII become `\x..`. */
export function goTimeQuote(s: string): string {
  let out = '"';
  for (const char of s) {
    const c = char.codePointAt(0) as number;
    if (char === '"' || char === "\\") out += `\\${char}`;
    else if (c >= 0x20 && c < 0x80) out += char;
    else if (isByte(c)) out += `\\x${hex(c - BYTE_SURROGATE, 2)}`;
    else for (const byte of new TextEncoder().encode(char)) out += `\\x${hex(byte, 2)}`;
  }
  return `${out}"`;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};
// One character or escape inside quotes: octal and hex bytes, code points, or a letter.
const ELEMENT = /\\(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\'"]))|[^\\\n]/uy;

/**
 * Reads a Go string, raw string or character literal as strconv.Unquote does. Bytes written as `\xff` are decoded as
 * UTF-8 together with their neighbours; those that are not UTF-8 come back as lone surrogates U+DC80 to U+DCFF.
 *
 * @returns undefined when it is not a valid literal
 */
export function goUnquote(s: string): string | undefined {
  const quote = s[0];
  if (s.length < 2 || quote !== s.at(-1)) return undefined;
  const body = s.slice(1, -1);
  if (quote === "`") return body.includes("`") ? undefined : body.replaceAll("\r", "");
  if (quote !== '"' && quote !== "'") return undefined;
  if (!body.includes("\\") && !body.includes("\n") && !body.includes(quote)) {
    // Go reads '' as an empty string.
    return quote === '"' || [...body].length <= 1 ? body : undefined;
  }
  const parts = unquoteBody(body, quote);
  if (parts === undefined || (quote === "'" && parts.length !== 1)) return undefined;
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return decodeBytes(parts);
}

/** The elements of a literal: text, or a number for a single byte. */
function unquoteBody(body: string, quote: string): (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  ELEMENT.lastIndex = 0;
  while (ELEMENT.lastIndex < body.length) {
    const m = ELEMENT.exec(body);
    if (m === null) return undefined;
    const [whole, octal, byte, short, long, letter] = m;
    if (octal !== undefined || byte !== undefined) {
      const n = octal === undefined ? Number.parseInt(byte as string, 16) : Number.parseInt(octal, 8);
      if (n > 0xff) return undefined;
      parts.push(n);
    } else if (short !== undefined || long !== undefined) {
      const c = Number.parseInt((short ?? long) as string, 16);
      if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return undefined;
      parts.push(String.fromCodePoint(c));
    } else if (letter === '"' || letter === "'") {
      if (letter !== quote) return undefined;
      parts.push(letter);
    } else if (letter !== undefined) {
      parts.push(SIMPLE[letter] as string);
    } else {
      if (whole === quote) return undefined;
      parts.push(whole);
    }
  }
  return parts;
}

function decodeBytes(parts: readonly (string | number)[]): string {
  const encoder = new TextEncoder();
  const bytes = parts.flatMap((part) => (typeof part === "number" ? [part] : [...encoder.encode(part)]));
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let out = "";
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] as number;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      out += decoder.decode(Uint8Array.from(bytes.slice(i, i + length)));
      i += length;
    } catch {
      out += String.fromCharCode(BYTE_SURROGATE + first);
      i++;
    }
  }
  return out;
}
