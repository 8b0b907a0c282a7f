import type { Value } from "../value/values.ts";
import { contentOf } from "./content.ts";
import { decodeCSS } from "./css-text.ts";
import { FAILSAFE } from "./escape-html.ts";

/** For a string in CSS: a hexadecimal escape, ended by a blank where it would take in what follows. */
export function cssEscaper(args: readonly Value[]): string {
  const { text } = contentOf(args);
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "\\") out += "\\\\";
    else if (isSpecial(c)) {
      out += `\\${c.charCodeAt(0).toString(16)}`;
      if (i + 1 === text.length || /[0-9a-fA-F\t\n\f\r ]/.test(text.charAt(i + 1))) out += " ";
    } else out += c;
  }
  return out;
}

function isSpecial(c: string): boolean {
  return "\0\t\n\f\r\"&'()+/:;<>{}".includes(c);
}

/** Lets through what can be one value in CSS: a word, a number, a colour. */
export function cssValueFilter(args: readonly Value[]): string {
  const text = decodeCSS(contentOf(args).text);
  // oxlint-disable-next-line no-control-regex
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(text)) return FAILSAFE;
  const letters = text.replace(/[^-\w]/g, "").toLowerCase();
  return letters.includes("expression") || letters.includes("mozbinding") ? FAILSAFE : text;
}
