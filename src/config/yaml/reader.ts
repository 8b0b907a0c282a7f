/** Decoded text, and where it stops being readable. */
export interface SourceText {
  readonly text: string;
  /** What is wrong with the input after `text`, if anything. */
  readonly problem: string | undefined;
}

/** Upstream reads this many bytes at a time and checks all of them before it looks at the first. */
const CHUNK = 512;

const FORBIDDEN = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Decodes UTF-8, or UTF-16 with a byte order mark, and checks for characters YAML does not allow. A problem counts
 * only when scanning gets as far as its chunk, so the text before it is returned with it.
 */
export function readSource(source: string | Uint8Array): SourceText {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes.subarray(2), true);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes.subarray(2), false);
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = tryDecode(bytes.subarray(start));
  if (text !== undefined && !FORBIDDEN.test(text)) return { text, problem: undefined };
  return readInChunks(bytes, start);
}

function tryDecode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Walks byte by byte to the first problem, keeping the text of the whole chunks before it. */
function readInChunks(bytes: Uint8Array, start: number): SourceText {
  let position = start;
  let chunkEnd = Math.min(CHUNK, bytes.length);
  let good = start;
  const upTo = (problem: string): SourceText => ({
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, good)),
    problem,
  });
  while (position < bytes.length) {
    const lead = bytes[position] as number;
    const width =
      lead < 0x80 ? 1 : (lead & 0xe0) === 0xc0 ? 2 : (lead & 0xf0) === 0xe0 ? 3 : (lead & 0xf8) === 0xf0 ? 4 : 0;
    if (width === 0) return upTo("invalid leading UTF-8 octet");
    if (position + width > chunkEnd) {
      good = position;
      if (chunkEnd === bytes.length) return upTo("incomplete UTF-8 octet sequence");
      chunkEnd = Math.min(position + CHUNK, bytes.length);
      continue;
    }
    const problem = problemOf(bytes, position, width);
    if (problem !== undefined) return upTo(problem);
    position += width;
  }
  throw new Error("a source without a problem was read in chunks");
}

function problemOf(bytes: Uint8Array, position: number, width: number): string | undefined {
  let value = (bytes[position] as number) & (width === 1 ? 0x7f : 0xff >> (width + 1));
  for (let k = 1; k < width; k++) {
    const octet = bytes[position + k] as number;
    if ((octet & 0xc0) !== 0x80) return "invalid trailing UTF-8 octet";
    value = value * 64 + (octet & 0x3f);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][width] as number;
  if (value < least) return "invalid length of a UTF-8 sequence";
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return "invalid Unicode character";
  return FORBIDDEN.test(String.fromCodePoint(value)) ? "control characters are not allowed" : undefined;
}

function decodeUtf16(bytes: Uint8Array, little: boolean): SourceText {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) {
    if (i + 1 >= bytes.length) return { text, problem: "incomplete UTF-16 character" };
    const unit = view.getUint16(i, little);
    if (unit >= 0xdc00 && unit <= 0xdfff) return { text, problem: "unexpected low surrogate area" };
    let character = String.fromCharCode(unit);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      if (i + 3 >= bytes.length) return { text, problem: "incomplete UTF-16 surrogate pair" };
      const low = view.getUint16(i + 2, little);
      if (low < 0xdc00 || low > 0xdfff) return { text, problem: "expected low surrogate area" };
      character += String.fromCharCode(low);
      i += 2;
    }
    if (FORBIDDEN.test(character)) return { text, problem: "control characters are not allowed" };
    text += character;
  }
  return { text, problem: undefined };
}
