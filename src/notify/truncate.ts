const MARK = "…";

/** Cuts a text to `n` runes, the last of them `…` (spec §10.1). */
export function truncateInRunes(text: string, n: number): { readonly text: string; readonly truncated: boolean } {
  // No text has more runes than UTF-16 units.
  if (text.length <= n) return { text, truncated: false };
  const runes = Array.from(text);
  if (runes.length <= n) return { text, truncated: false };
  const cut = n <= 3 ? runes.slice(0, n).join("") : runes.slice(0, n - 1).join("") + MARK;
  return { text: cut, truncated: true };
}

/** Cuts a text to `n` bytes between two runes, the last three of them `…` (spec §10.1). */
export function truncateInBytes(text: string, n: number): { readonly text: string; readonly truncated: boolean } {
  if (Buffer.byteLength(text) <= n) return { text, truncated: false };
  if (n <= 3) return { text: n === 3 ? MARK : ".".repeat(n), truncated: true };
  let kept = "";
  let size = 0;
  for (const rune of text) {
    size += Buffer.byteLength(rune);
    if (size > n - 3) break;
    kept += rune;
  }
  return { text: kept + MARK, truncated: true };
}
