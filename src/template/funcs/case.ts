const SPACE = /^\p{White_Space}$/u;

/** Go's strings.TrimSpace: Unicode's White_Space at both ends. Looks at each character once. */
export function trimSpace(s: string): string {
  let start = 0;
  let end = s.length;
  while (start < end && SPACE.test(s.charAt(start))) start++;
  while (end > start && SPACE.test(s.charAt(end - 1))) end--;
  return s.slice(start, end);
}

// Go maps each character to one character: those whose JavaScript mapping has several keep their own.
const MANY_UPPER = /[\u00df\u0149\u01f0\u0390\u03b0\u0587\u1e96-\u1e9a\u1f50-\u1fff\ufb00-\ufb17]/;

/** Go's strings.ToUpper. */
export function goUpper(s: string): string {
  const upper = MANY_UPPER.test(s) ? [...s].map((c) => one(c, c.toUpperCase())).join("") : s.toUpperCase();
  return upper;
}

/** Go's strings.ToLower. */
export function goLower(s: string): string {
  // A final sigma and a dotted capital I are all that JavaScript lowers otherwise.
  if (!/[Σİ]/.test(s)) return s.toLowerCase();
  return [...s].map((c) => (c === "İ" ? "i" : c.toLowerCase())).join("");
}

const IOTA: Readonly<Record<string, string>> = { "\u1fb3": "\u1fbc", "\u1fc3": "\u1fcc", "\u1ff3": "\u1ffc" };

/** The single character a letter becomes in capitals. */
function one(char: string, upper: string): string {
  if ([...upper].length === 1) return upper;
  const c = char.charCodeAt(0);
  // Greek with iota subscript has capitals eight places on.
  if (c >= 0x1f80 && c <= 0x1faf) return String.fromCharCode(c | 8);
  return IOTA[char] ?? char;
}
