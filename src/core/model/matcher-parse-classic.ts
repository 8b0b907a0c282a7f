import type { Matcher, MatchType } from "./matcher.ts";
import { newMatcher } from "./matcher.ts";
import { isSpace, MatcherParseError } from "./matcher-lexer.ts";

// Go's \s is ASCII only. `=~` stands before `=`, or the tilde would be taken for part of the value.
const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*/;

/**
 * Parses one matcher by the classic grammar (spec §5.3).
 *
 * @throws MatcherParseError, or RegexError as it comes from the expression
 */
export function parseMatcherClassic(input: string): Matcher {
  const head = HEAD.exec(input);
  if (head === null) throw new MatcherParseError(`bad matcher format: ${input}`);
  const [whole, name, operator] = head;
  let end = input.length;
  while (end > whole.length && "\t\n\f\r ".includes(input[end - 1] as string)) end--;
  return newMatcher(operator as MatchType, name as string, unescapeValue(input.slice(whole.length, end)));
}

/** Quotes around a value are optional; `\n`, `\"` and `\\` are escapes in either case, any other backslash is itself. */
function unescapeValue(raw: string): string {
  const quoted = raw.startsWith('"');
  const text = quoted ? raw.slice(1) : raw;
  if (!text.isWellFormed()) throw new MatcherParseError(`matcher value not valid UTF-8: ${raw}`);
  let value = "";
  let closed = !quoted;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const last = i === text.length - 1;
    if (char === "\\" && !last) {
      const next = text[++i] as string;
      value += next === "n" ? "\n" : next === '"' || next === "\\" ? next : `\\${next}`;
    } else if (char !== '"') {
      value += char;
    } else if (quoted && last) {
      closed = true;
    } else {
      throw new MatcherParseError(`matcher value contains unescaped double quote: ${raw}`);
    }
  }
  if (!closed) throw new MatcherParseError(`matcher value contains unescaped double quote: ${raw}`);
  return value;
}

/**
 * Parses zero or more matchers separated by commas outside of double quotes, with or without braces.
 *
 * @throws MatcherParseError or RegexError
 */
export function parseMatchersClassic(input: string): Matcher[] {
  let text = input.startsWith("{") ? input.slice(1) : input;
  if (text.endsWith("}")) text = text.slice(0, -1);
  return splitOutsideQuotes(text).map(parseMatcherClassic);
}

/** A blank last piece is dropped and the last one trimmed; all others stay as they are. */
function splitOutsideQuotes(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let inQuotes = false;
  let escaped = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === ",") {
      if (!inQuotes) {
        pieces.push(text.slice(start, i));
        start = i + 1;
      }
    } else if (char === '"') {
      if (!escaped) inQuotes = !inQuotes;
      escaped = false;
    } else {
      escaped = char === "\\" && !escaped;
    }
  }
  const last = trimSpace(text.slice(start));
  if (last !== "") pieces.push(last);
  return pieces;
}

/** Go's strings.TrimSpace. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start] as string)) start++;
  while (end > start && isSpace(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
