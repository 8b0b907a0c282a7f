import { RE2JS } from "re2js";
import { compileRegex, RegexError } from "../../core/model/regex.ts";
import { toRe2js } from "../../core/model/regex-dialect.ts";
import { MAX_OUTPUT, OutputTooLarge } from "../bounds.ts";
import { CallError } from "../exec/execution.ts";
import { canBackquote, quote } from "../fmt/quote.ts";

const MAX_CACHED = 128;

/** Keeps the results of a function for the arguments seen last. */
function cached<T>(make: (pattern: string) => T): (pattern: string) => T {
  const cache = new Map<string, T>();
  return (pattern) => {
    let value = cache.get(pattern);
    if (value === undefined) {
      value = make(pattern);
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(pattern, value);
    }
    return value;
  };
}

const matcherOf = cached(compileRegex);

interface Replacer {
  readonly regex: RE2JS;
  readonly groups: Readonly<Record<string, number>>;
}

const replacerOf = cached((pattern): Replacer => {
  matcherOf(pattern);
  const regex = RE2JS.compile(toRe2js(pattern).pattern);
  return { regex, groups: regex.namedGroups() };
});

/** Alertmanager's `match`. */
export function matchString(pattern: string, text: string): boolean {
  try {
    return matcherOf(pattern).test(text);
  } catch (error) {
    if (error instanceof RegexError) throw new CallError(error.message);
    throw error;
  }
}

/** Part of a replacement: literal text, or a group by number or name. */
type Part = string | { readonly group: number } | { readonly name: string };

/** Go's Regexp.Expand: `$1`, `${1}`, `$name`, `${name}`, `$$`; a name is as long as it can be. */
function parseReplacement(replacement: string): Part[] {
  const parts: Part[] = [];
  let last = 0;
  for (const m of replacement.matchAll(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    parts.push(replacement.slice(last, m.index));
    last = m.index + m[0].length;
    const name = m[1] ?? m[2];
    if (name === undefined) parts.push("$");
    else if (/^(0|[1-9]\d{0,8})$/.test(name)) parts.push({ group: Number(name) });
    else parts.push({ name });
  }
  parts.push(replacement.slice(last));
  return parts;
}

/** Alertmanager's `reReplaceAll`: Go's Regexp.ReplaceAllString. */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const { regex, groups } = replacer(pattern);
  const parts = parseReplacement(replacement);
  const matcher = regex.matcher(text);
  const count = matcher.groupCount();
  let out = "";
  let lastEnd = 0;
  let search = 0;
  while (search <= text.length && matcher.find(search)) {
    const start = matcher.start();
    const end = matcher.end();
    out += text.slice(lastEnd, start);
    // An empty match right after another is not replaced.
    if (end > lastEnd || start === 0) {
      for (const part of parts) {
        if (typeof part === "string") out += part;
        else {
          const group = "group" in part ? part.group : groups[part.name];
          if (group !== undefined && group <= count) out += matcher.group(group) ?? "";
        }
      }
    }
    if (out.length > MAX_OUTPUT) throw new OutputTooLarge();
    lastEnd = end;
    const width = search < text.length && (text.codePointAt(search) as number) > 0xffff ? 2 : 1;
    search = search + width > end ? search + width : end;
  }
  return out + text.slice(lastEnd);
}

function replacer(pattern: string): Replacer {
  try {
    return replacerOf(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const shown = canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern);
    throw new CallError(`regexp: Compile(${shown}): ${error.message}`);
  }
}
