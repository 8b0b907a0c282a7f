import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** A ULID: 26 characters that sort by the time they were made. @param now ms */
export function ulid(now: number): string {
  let time = "";
  for (let rest = now; time.length < TIME_LENGTH; rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  // 256 is a multiple of 32, so every character is as likely.
  return time + Array.from(randomBytes(RANDOM_LENGTH), (byte) => ALPHABET[byte % 32]).join("");
}
