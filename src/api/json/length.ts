const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the blanks from there on end. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while ([0x20, 0x09, 0x0a, 0x0d].includes(bytes[at] ?? -1)) at++;
  return at;
}

/** Length in bytes of the JSON value at the start, which is known to be well formed, and of the blanks before it. */
export function lengthOfValue(bytes: Uint8Array): number {
  let at = skipSpace(bytes, 0);
  let depth = 0;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at++;
      while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    at++;
  } while (depth > 0 || isInsideScalar(bytes, at));
  return at;
}

/** Whether the byte goes on with a number or a word. */
function isInsideScalar(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 1] ?? 0;
  return isScalarByte(before) && isScalarByte(bytes[at] ?? 0);
}

function isScalarByte(byte: number): boolean {
  return /[-+.0-9A-Za-z]/.test(String.fromCharCode(byte));
}
