import { Timestamp } from "../../core/model/timestamp.ts";

const ZERO = 0x30;

/**
 * Reads `2006-01-02T15:04:05Z` with up to nine fractional digits, the form Prometheus sends, some ten times faster than
 * the general reader.
 *
 * @returns undefined for any other form, and for a day past the 28th
 */
export function parsePlainTimestamp(text: string): Timestamp | undefined {
  const last = text.length - 1;
  if (last < 19 || last > 29 || text.charCodeAt(last) !== 0x5a) return undefined;
  if (
    text.charCodeAt(4) !== 0x2d ||
    text.charCodeAt(7) !== 0x2d ||
    text.charCodeAt(10) !== 0x54 ||
    text.charCodeAt(13) !== 0x3a ||
    text.charCodeAt(16) !== 0x3a
  ) {
    return undefined;
  }
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  // NaN fails each of these. Years before 1000 are not worth a thought, nor the lengths of months.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  let fraction = 0;
  if (last > 19) {
    if (text.charCodeAt(19) !== 0x2e || last === 20) return undefined;
    for (let i = 20; i < 29; i++) {
      const digit = i < last ? text.charCodeAt(i) - ZERO : 0;
      if (digit < 0 || digit > 9) return undefined;
      fraction = fraction * 10 + digit;
    }
  }
  const ms = Math.floor(fraction / 1e6);
  return new Timestamp(Date.UTC(year, month - 1, day, hour, minute, second, ms), fraction - ms * 1e6);
}

/** Two digits as a number, NaN when they are none. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
