const ESCAPE = /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|([^]|$))/gu;

/** Resolves CSS3 escapes such as `\26 ` and `\"`. A backslash at the end goes. */
export function decodeCSS(s: string): string {
  if (!s.includes("\\")) return s;
  return s.replace(ESCAPE, (_all: string, hex: string | undefined, char: string | undefined) => {
    if (hex === undefined) return char ?? "";
    const rune = Number.parseInt(hex, 16);
    if (rune > 0x10ffff) return String.fromCodePoint(Math.floor(rune / 16)) + hex.slice(-1);
    return rune >= 0xd800 && rune <= 0xdfff ? "\ufffd" : String.fromCodePoint(rune);
  });
}
