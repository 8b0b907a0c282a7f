import { CallError } from "../exec/execution.ts";
import { fromBytes, toBytes } from "../gostring.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** URL-safe base64 with padding. */
export function encodeBase64(text: string): string {
  return Buffer.from(toBytes(text)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** Where Go finds the first fault of a text, undefined when there is none. Line ends are skipped. */
function corruptAt(text: string): number | undefined {
  let position = 0; // within a quantum of four
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "\n" || c === "\r") continue;
    if (c === "=") return paddingFault(text, i, position);
    if (!ALPHABET.includes(c)) return i;
    position = (position + 1) % 4;
  }
  return position === 0 ? undefined : text.length - position;
}

function paddingFault(text: string, at: number, position: number): number | undefined {
  const skip = (from: number) => {
    let i = from;
    while (text.charAt(i) === "\n" || text.charAt(i) === "\r") i++;
    return i;
  };
  if (position < 2) return at;
  let next = skip(at + 1);
  if (position === 2) {
    if (next === text.length) return text.length;
    if (text.charAt(next) !== "=") return next - 1;
    next = skip(next + 1);
  }
  return next < text.length ? next : undefined;
}

/** @throws CallError in Go's words */
export function decodeBase64(text: string): string {
  const raw = fromLatin(toBytes(text));
  const fault = corruptAt(raw);
  if (fault !== undefined) throw new CallError(`illegal base64 data at input byte ${fault}`);
  return fromBytes(Buffer.from(raw.replaceAll("-", "+").replaceAll("_", "/"), "base64"));
}

/** One character a byte. */
function fromLatin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
