import type { Matcher } from "./matcher.ts";
import { MatcherParseError } from "./matcher-lexer.ts";
import { parseMatcherClassic, parseMatchersClassic } from "./matcher-parse-classic.ts";
import { parseMatcherUtf8, parseMatchersUtf8 } from "./matcher-parse-utf8.ts";

export { MatcherParseError } from "./matcher-lexer.ts";

/** Which grammar matchers are written in (spec §5.2): `fallback` tries both. */
export type MatcherMode = "fallback" | "classic" | "utf8-strict";

/** Where an input came from, as warnings name it. */
export type MatcherOrigin = "api" | "cli" | "config";

/** A warning to log; `err` and `suggestion` are there when only the classic grammar could read the input. */
export interface ParseWarning {
  readonly message: string;
  readonly input: string;
  readonly origin: MatcherOrigin;
  readonly err?: string;
  readonly suggestion?: string;
}

export interface MatcherParser {
  /** Parses exactly one matcher. @throws MatcherParseError or RegexError */
  parseMatcher(input: string, origin: MatcherOrigin): Matcher;
  /** Parses zero or more matchers, with or without braces. @throws MatcherParseError or RegexError */
  parseMatchers(input: string, origin: MatcherOrigin): Matcher[];
}

const INCOMPATIBLE =
  "Alertmanager is moving to a new parser for labels and matchers, and this input is incompatible. Alertmanager has " +
  "instead parsed the input using the classic matchers parser as a fallback. To make this input compatible with the " +
  "UTF-8 matchers parser please make sure all regular expressions and values are double-quoted and backslashes are " +
  "escaped. If you are still seeing this message please open an issue.";
const DISAGREEMENT = "Matchers input has disagreement";

/** The parser of a mode; `warn` is told where the two grammars part (fallback mode only). */
export function createMatcherParser(mode: MatcherMode, warn: (warning: ParseWarning) => void): MatcherParser {
  if (mode === "classic") return { parseMatcher: parseMatcherClassic, parseMatchers: parseMatchersClassic };
  if (mode === "utf8-strict") {
    return {
      parseMatcher(input) {
        refuseBraces(input);
        return parseMatcherUtf8(input);
      },
      parseMatchers: parseMatchersUtf8,
    };
  }
  return {
    parseMatcher(input, origin) {
      refuseBraces(input);
      const one = withBoth(
        input,
        origin,
        (i) => [parseMatcherUtf8(i)],
        (i) => [parseMatcherClassic(i)],
        warn,
      );
      return one[0] as Matcher;
    },
    parseMatchers: (input, origin) => withBoth(input, origin, parseMatchersUtf8, parseMatchersClassic, warn),
  };
}

function refuseBraces(input: string): void {
  if (input.startsWith("{") || input.endsWith("}")) {
    throw new MatcherParseError(`unexpected open or close brace: ${input}`);
  }
}

type Parse = (input: string) => Matcher[];

/** The rule of spec §5.2: the classic reading wins wherever there is one and the two differ. */
function withBoth(
  input: string,
  origin: MatcherOrigin,
  utf8: Parse,
  classic: Parse,
  warn: (warning: ParseWarning) => void,
): Matcher[] {
  const read = attempt(utf8, input);
  const classicRead = attempt(classic, input);
  if ("error" in read) {
    if ("error" in classicRead) throw classicRead.error;
    const suggestion = classicRead.matchers.join(",");
    warn({ message: INCOMPATIBLE, input, origin, err: read.error.message, suggestion });
    return classicRead.matchers;
  }
  if ("error" in classicRead || agree(read.matchers, classicRead.matchers)) return read.matchers;
  warn({ message: DISAGREEMENT, input, origin });
  return classicRead.matchers;
}

function attempt(parse: Parse, input: string): { matchers: Matcher[] } | { error: Error } {
  try {
    return { matchers: parse(input) };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Two empty lists count as different: upstream compares a nil one with an empty one. */
function agree(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  return a.every((m, i) => m.type === b[i]?.type && m.name === b[i]?.name && m.value === b[i]?.value);
}

/** Whether a name is allowed for an alert's label (spec §5.6). */
export function isValidLabelName(mode: MatcherMode, name: string): boolean {
  return mode === "classic" ? isClassicLabelName(name) : name !== "" && name.isWellFormed();
}

export function isClassicLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}
