import { CallError } from "../exec/execution.ts";
import { sprint } from "../fmt/sprint.ts";
import { stringerText } from "../fmt/stringer.ts";
import { toJSON } from "../funcs/json.ts";
import { GoPointer, GoTime, type Value } from "../value/values.ts";
import { contentOf } from "./content.ts";

const SHORT: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };

function hex(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What is written as a backslash and itself; all else that has to be escaped is written by its code. */
function escaper(special: RegExp, backslashed: string): (text: string) => string {
  return (text) => text.replace(special, (c) => SHORT[c] ?? (backslashed.includes(c) ? `\\${c}` : hex(c)));
}

/* oxlint-disable no-control-regex */
const escapeString = escaper(/[\0-\x1f"&'`+/<>\\\u2028\u2029]/g, "/\\");
const escapeTemplate = escaper(/[\0-\x1f"&'`+/<>\\${}\u2028\u2029]/g, "/\\");
const escapeRegexp = escaper(/[\0-\x1f"&'+<>\u2028\u2029$()*\-./?[\\\]^{|}]/g, "$()*-./?[\\]^{|}");
/* oxlint-enable no-control-regex */

/** For a string in a script. */
export function jsStrEscaper(args: readonly Value[]): string {
  return escapeString(contentOf(args).text);
}

/** For a template literal in a script. */
export function jsTmplLitEscaper(args: readonly Value[]): string {
  return escapeTemplate(contentOf(args).text);
}

/** For a regular expression in a script, which an empty text must not end. */
export function jsRegexpEscaper(args: readonly Value[]): string {
  return escapeRegexp(contentOf(args).text) || "(?:)";
}

/** What JSON is made of: the text of a value that has one, unless it knows how to write JSON itself. */
function jsonValue(args: readonly Value[]): Value {
  const [first] = args;
  if (args.length !== 1) return sprint(args.map((arg) => (arg instanceof GoPointer ? arg.target : arg)));
  if (first instanceof GoTime) return first;
  return stringerText(first) ?? first;
}

/** For a value in a script. */
export function jsValEscaper(args: readonly Value[]): string {
  let json: string;
  try {
    json = toJSON(jsonValue(args));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return ` /* ${commentText(error.message)} */null `;
  }
  // Words and numbers must not run into the word beside them.
  return /^[\w$]|[\w$]$/.test(json) ? ` ${json} ` : json;
}

/** An error's text that ends neither the comment nor the script. */
function commentText(message: string): string {
  return message
    .replace(/<(\/?)script/gi, "\\x3C$1script")
    .replaceAll("*/", "* /")
    .replaceAll("<!--", "\\x3C!--");
}
