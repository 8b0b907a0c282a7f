const NEEDS_ESCAPE = /[<>&\u2028\u2029]/;
const ESCAPE_ALL = /[<>&\u2028\u2029]/g;

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Turns what JSON.stringify wrote into what Go writes with HTML escaping on (spec §2.3): these characters stand only
 * inside strings, so the whole text may be treated at once.
 */
export function escapeHTML(json: string): string {
  return NEEDS_ESCAPE.test(json) ? json.replace(ESCAPE_ALL, unicodeEscape) : json;
}
