import { hex64 } from "./hex.ts";

export { xxhash64Hex } from "./xxhash.ts";

const SEPARATOR = 0xff;

// FNV-1a's 64 bits as two halves. Module variables, because a pair cannot be returned without an allocation.
let high = 0;
let low = 0;

/** One step of FNV-1a: the prime is 2^40 + 435, and 32 by 9 bits are multiplied in limbs that stay small integers. */
function addByte(byte: number): void {
  const x = low ^ byte;
  const carry = ((x >>> 16) * 435 + (((x & 0xffff) * 435) >>> 16)) >>> 16;
  high = (Math.imul(high, 435) + carry + (x << 8)) | 0;
  low = Math.imul(x, 435);
}

function addText(text: string): void {
  let h = high;
  let l = low;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) {
      high = h;
      low = l;
      addUtf8(text, i);
      return;
    }
    const x = l ^ c;
    const carry = ((x >>> 16) * 435 + (((x & 0xffff) * 435) >>> 16)) >>> 16;
    h = (Math.imul(h, 435) + carry + (x << 8)) | 0;
    l = Math.imul(x, 435);
  }
  high = h;
  low = l;
}

/** The rest of a text that is not all ASCII. */
function addUtf8(text: string, from: number): void {
  for (let i = from; i < text.length; i++) {
    const c = codePointAt(text, i);
    if (c > 0xffff) i++;
    if (c < 0x80) {
      addByte(c);
    } else if (c < 0x800) {
      addByte(0xc0 | (c >> 6));
      addByte(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      addByte(0xe0 | (c >> 12));
      addByte(0x80 | ((c >> 6) & 0x3f));
      addByte(0x80 | (c & 0x3f));
    } else {
      addByte(0xf0 | (c >> 18));
      addByte(0x80 | ((c >> 12) & 0x3f));
      addByte(0x80 | ((c >> 6) & 0x3f));
      addByte(0x80 | (c & 0x3f));
    }
  }
}

/** The code point at a place; a surrogate on its own counts as U+FFFD, as in any encoder. */
function codePointAt(text: string, i: number): number {
  const c = text.codePointAt(i) as number;
  return c >= 0xd800 && c <= 0xdfff ? 0xfffd : c;
}

/**
 * The fingerprint of a label set (spec §3.5): FNV-1a 64 over name, 0xFF, value, 0xFF for each label, as UTF-8.
 *
 * @param names sorted bytewise
 * @returns 16 lower-case hex digits
 */
export function fnv1a64Hex(names: readonly string[], values: readonly string[]): string {
  high = 0xcbf29ce4 | 0;
  low = 0x84222325 | 0;
  for (let i = 0; i < names.length; i++) {
    addText(names[i] as string);
    addByte(SEPARATOR);
    addText(values[i] as string);
    addByte(SEPARATOR);
  }
  return hex64(high, low);
}
