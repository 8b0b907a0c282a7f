import { hex64 } from "./hex.ts";

// A 64-bit number is two 32-bit halves here: [high, low] in module variables where a function has to give one back.
let outHigh = 0;
let outLow = 0;

const PRIME_1 = [0x9e3779b1, 0x85ebca87] as const;
const PRIME_2 = [0xc2b2ae3d, 0x27d4eb4f] as const;
const PRIME_3 = [0x165667b1, 0x9e3779f9] as const;
const PRIME_4 = [0x85ebca77, 0xc2b2ae63] as const;
const PRIME_5 = [0x27d4eb2f, 0x165667c5] as const;

/** out = a * b modulo 2^64. */
function multiply(ah: number, al: number, bh: number, bl: number): void {
  const a0 = al & 0xffff;
  const a1 = al >>> 16;
  const b0 = bl & 0xffff;
  const b1 = bl >>> 16;
  const low = a0 * b0;
  const cross = a1 * b0 + (low >>> 16);
  const middle = a0 * b1 + (cross & 0xffff);
  // The upper half of al * bl: both carries stay below 2^53.
  const carry = a1 * b1 + Math.floor(cross / 0x10000) + Math.floor(middle / 0x10000);
  outHigh = (Math.imul(ah, bl) + Math.imul(al, bh) + carry) | 0;
  outLow = Math.imul(al, bl);
}

/** out = a + b. */
function add(ah: number, al: number, bh: number, bl: number): void {
  const low = (al >>> 0) + (bl >>> 0);
  outHigh = (ah + bh + (low > 0xffffffff ? 1 : 0)) | 0;
  outLow = low | 0;
}

/** out = a rotated left by 0 < n < 32 bits. */
function rotateLeft(h: number, l: number, n: number): void {
  outHigh = (h << n) | (l >>> (32 - n));
  outLow = (l << n) | (h >>> (32 - n));
}

/** out = one round: rotate(accumulator + word * PRIME_2, 31) * PRIME_1. */
function round(accHigh: number, accLow: number, wordHigh: number, wordLow: number): void {
  multiply(wordHigh, wordLow, PRIME_2[0], PRIME_2[1]);
  add(outHigh, outLow, accHigh, accLow);
  rotateLeft(outHigh, outLow, 31);
  multiply(outHigh, outLow, PRIME_1[0], PRIME_1[1]);
}

/** out = a lane folded into the hash: (hash ^ round(0, lane)) * PRIME_1 + PRIME_4. */
function mergeLane(hashHigh: number, hashLow: number, laneHigh: number, laneLow: number): void {
  round(0, 0, laneHigh, laneLow);
  multiply(hashHigh ^ outHigh, hashLow ^ outLow, PRIME_1[0], PRIME_1[1]);
  add(outHigh, outLow, PRIME_4[0], PRIME_4[1]);
}

function word32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

// The four lanes, high and low halves in turn.
const lanes = new Int32Array(8);

/** Runs all whole 32-byte stripes; out = the lanes folded together. Gives the place behind the last stripe. */
function stripes(bytes: Uint8Array, length: number): number {
  add(PRIME_1[0], PRIME_1[1], PRIME_2[0], PRIME_2[1]);
  lanes[0] = outHigh;
  lanes[1] = outLow;
  lanes[2] = PRIME_2[0];
  lanes[3] = PRIME_2[1];
  lanes[4] = 0;
  lanes[5] = 0;
  add(0, 0, ~PRIME_1[0], -PRIME_1[1]);
  lanes[6] = outHigh;
  lanes[7] = outLow;
  let at = 0;
  for (; at + 32 <= length; at += 32) {
    for (let lane = 0; lane < 4; lane++) {
      const word = at + lane * 8;
      round(lanes[lane * 2] as number, lanes[lane * 2 + 1] as number, word32(bytes, word + 4), word32(bytes, word));
      lanes[lane * 2] = outHigh;
      lanes[lane * 2 + 1] = outLow;
    }
  }
  let high = 0;
  let low = 0;
  const rotations = [1, 7, 12, 18];
  for (let lane = 0; lane < 4; lane++) {
    rotateLeft(lanes[lane * 2] as number, lanes[lane * 2 + 1] as number, rotations[lane] as number);
    add(high, low, outHigh, outLow);
    high = outHigh;
    low = outLow;
  }
  for (let lane = 0; lane < 4; lane++) {
    mergeLane(high, low, lanes[lane * 2] as number, lanes[lane * 2 + 1] as number);
    high = outHigh;
    low = outLow;
  }
  outHigh = high;
  outLow = low;
  return at;
}

/** xxHash64 with seed 0 of the first `length` bytes, as 16 lower-case hex digits. */
function hash(bytes: Uint8Array, length: number): string {
  let at = 0;
  if (length >= 32) {
    at = stripes(bytes, length);
  } else {
    outHigh = PRIME_5[0];
    outLow = PRIME_5[1];
  }
  add(outHigh, outLow, 0, length);
  let high = outHigh;
  let low = outLow;
  for (; at + 8 <= length; at += 8) {
    round(0, 0, word32(bytes, at + 4), word32(bytes, at));
    rotateLeft(high ^ outHigh, low ^ outLow, 27);
    multiply(outHigh, outLow, PRIME_1[0], PRIME_1[1]);
    add(outHigh, outLow, PRIME_4[0], PRIME_4[1]);
    high = outHigh;
    low = outLow;
  }
  if (at + 4 <= length) {
    multiply(0, word32(bytes, at), PRIME_1[0], PRIME_1[1]);
    rotateLeft(high ^ outHigh, low ^ outLow, 23);
    multiply(outHigh, outLow, PRIME_2[0], PRIME_2[1]);
    add(outHigh, outLow, PRIME_3[0], PRIME_3[1]);
    high = outHigh;
    low = outLow;
    at += 4;
  }
  for (; at < length; at++) {
    multiply(0, bytes[at] as number, PRIME_5[0], PRIME_5[1]);
    rotateLeft(high ^ outHigh, low ^ outLow, 11);
    multiply(outHigh, outLow, PRIME_1[0], PRIME_1[1]);
    high = outHigh;
    low = outLow;
  }
  // The avalanche: h ^= h >>> 33, times a prime, h ^= h >>> 29, times a prime, h ^= h >>> 32.
  multiply(high, low ^ (high >>> 1), PRIME_2[0], PRIME_2[1]);
  multiply(outHigh ^ (outHigh >>> 29), outLow ^ ((outHigh << 3) | (outLow >>> 29)), PRIME_3[0], PRIME_3[1]);
  low = outLow ^ outHigh;
  return hex64(outHigh, low);
}

const encoder = new TextEncoder();
let buffer = new Uint8Array(1024);

/**
 * The hash the notification log keeps of an alert (spec §3.5): xxHash64, seed 0, over name, 0xFF, value, 0xFF for each
 * label, as UTF-8.
 *
 * @param names sorted bytewise
 * @returns 16 lower-case hex digits
 */
export function xxhash64Hex(names: readonly string[], values: readonly string[]): string {
  let needed = 0;
  // A UTF-16 unit takes at most 3 bytes.
  for (let i = 0; i < names.length; i++) {
    needed += 3 * ((names[i] as string).length + (values[i] as string).length) + 2;
  }
  if (needed > buffer.length) buffer = new Uint8Array(needed * 2);
  let length = 0;
  for (let i = 0; i < names.length; i++) {
    length = append(names[i] as string, length);
    buffer[length++] = 0xff;
    length = append(values[i] as string, length);
    buffer[length++] = 0xff;
  }
  return hash(buffer, length);
}

function append(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) return at + i + encoder.encodeInto(text.slice(i), buffer.subarray(at + i)).written;
    buffer[at + i] = c;
  }
  return at + text.length;
}
