import type { Matcher, MatchType } from "./matcher.ts";
import { newMatcher } from "./matcher.ts";
import { MatcherLexer, MatcherParseError, unquoteToken } from "./matcher-lexer.ts";
import type { Token, TokenKind } from "./matcher-lexer.ts";

const OPERATORS: readonly TokenKind[] = ["=", "!=", "=~", "!~"];
const TEXTS: readonly TokenKind[] = ["quoted", "unquoted"];

/** The input ended where a token was needed. */
class EndOfInput extends MatcherParseError {}

/** The next token, left in place, which has to be of one of the kinds. */
function expectPeek(lexer: MatcherLexer, kinds: readonly TokenKind[]): Token {
  const token = lexer.peek();
  if (token.kind === "end") throw new EndOfInput("end of input");
  if (!kinds.includes(token.kind)) throw new MatcherParseError(`${token.start}:${token.end}: unexpected ${token.text}`);
  return token;
}

/** Says after an error what was expected instead. */
function expecting<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MatcherParseError)) throw error;
    throw new MatcherParseError(`${error.message}: ${what}`);
  }
}

/** As `expecting`, but the end of the input is no error and gives undefined. */
function unlessEnd<T>(what: string, read: () => T): T | undefined {
  return expecting(what, () => {
    try {
      return read();
    } catch (error) {
      if (error instanceof EndOfInput) return undefined;
      throw error;
    }
  });
}

function consume(lexer: MatcherLexer, kinds: readonly TokenKind[]): Token {
  expectPeek(lexer, kinds);
  return lexer.next();
}

function readText(lexer: MatcherLexer, what: string): string {
  const token = expecting(what, () => consume(lexer, TEXTS));
  const text = unquoteToken(token);
  if (text === undefined) throw new MatcherParseError(`${token.start}:${token.end}: ${token.text}: invalid input`);
  return text;
}

function readMatcher(lexer: MatcherLexer): Matcher {
  const name = readText(lexer, "expected label name");
  const operator = expecting("expected an operator such as '=', '!=', '=~' or '!~'", () => consume(lexer, OPERATORS));
  const value = readText(lexer, "expected label value");
  try {
    return newMatcher(operator.kind as MatchType, name, value);
  } catch (error) {
    throw new MatcherParseError(`failed to create matcher: ${(error as Error).message}`);
  }
}

/**
 * Parses zero or more matchers by the UTF-8 grammar (spec §5.4).
 *
 * @throws MatcherParseError with upstream's text, columns counted in characters
 */
export function parseMatchersUtf8(input: string): Matcher[] {
  const lexer = new MatcherLexer(input);
  const matchers: Matcher[] = [];
  const opened = lexer.peek().kind === "{";
  if (opened) lexer.next();
  const first = lexer.peek().kind;
  if (first !== "}" && first !== "end") {
    do matchers.push(readMatcher(lexer));
    while (readSeparator(lexer));
  }
  readCloseBrace(lexer, opened);
  const rest = expecting("expected end of input", () => lexer.next());
  if (rest.kind !== "end") {
    throw new MatcherParseError(`${rest.start}:${rest.end}: ${rest.text}: expected end of input`);
  }
  return matchers;
}

/** Reads the comma behind a matcher, if there is one, and says whether another matcher follows it. */
function readSeparator(lexer: MatcherLexer): boolean {
  const comma = unlessEnd("expected a comma or close brace", () => expectPeek(lexer, [",", "}"]));
  if (comma?.kind !== ",") return false;
  lexer.next();
  const next = unlessEnd("expected a matcher or close brace after comma", () => expectPeek(lexer, ["}", ...TEXTS]));
  return next !== undefined && next.kind !== "}";
}

/** Only called where a close brace or the end of the input comes next. */
function readCloseBrace(lexer: MatcherLexer, opened: boolean): void {
  const found = lexer.peek().kind === "}";
  if (opened && !found) throw new MatcherParseError(`0:${lexer.position}: end of input: expected close brace`);
  if (found) lexer.next();
  if (found && !opened) throw new MatcherParseError(`0:${lexer.position}: }: expected opening brace`);
}

/**
 * Parses exactly one matcher by the UTF-8 grammar.
 *
 * @throws MatcherParseError
 */
export function parseMatcherUtf8(input: string): Matcher {
  const matchers = parseMatchersUtf8(input);
  const [matcher] = matchers;
  if (matcher === undefined) throw new MatcherParseError("no matchers");
  if (matchers.length > 1) throw new MatcherParseError(`expected 1 matcher, found ${matchers.length}`);
  return matcher;
}
