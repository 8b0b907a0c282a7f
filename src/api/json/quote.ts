export { escapeHTML } from "../../core/model/json.ts";

const SEPARATORS = /[\u2028\u2029]/g;

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** As Go writes with HTML escaping off: U+2028 and U+2029 are escaped all the same. */
export function escapeSeparators(json: string): string {
  return json.replace(SEPARATORS, unicodeEscape);
}

/** A value as Go's encoder writes it with HTML escaping off. */
export function plainJSON(value: unknown): string {
  return escapeSeparators(JSON.stringify(value));
}
