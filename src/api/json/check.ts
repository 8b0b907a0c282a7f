import { JSONSyntaxError, scanFirstValue } from "./scan.ts";
import { lengthOfValue, skipSpace } from "./length.ts";

/** Checks that a text is one JSON value. @throws Error in the words of Go's json.Unmarshal */
export function checkJson(text: string): void {
  const bytes = new TextEncoder().encode(text);
  const scanned = scan(bytes);
  const end = scanned ? skipSpace(bytes, lengthOfValue(bytes)) : bytes.length;
  const extra = bytes[end];
  if (extra !== undefined) throw new Error(`invalid character ${quoteByte(extra)} after top-level value`);
}

/** Whether there is a value at the start. */
function scan(bytes: Uint8Array): boolean {
  try {
    if (scanFirstValue(bytes) !== undefined) return true;
  } catch (error) {
    if (!(error instanceof JSONSyntaxError)) throw error;
    if (error.message !== "unexpected EOF") throw error;
  }
  throw new Error("unexpected end of JSON input");
}

function quoteByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return char === "'" ? `'\\''` : `'${char}'`;
}
