import { createHash } from "node:crypto";

/** The same UUID for the same text, wherever it is made (version 8 of RFC 9562). */
export function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex[16] as string, 16) & 0x3) | 0x8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20)];
  return `${parts.join("-")}-${hex.slice(20, 32)}`;
}
