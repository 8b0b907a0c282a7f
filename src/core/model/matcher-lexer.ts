import { goUnquote } from "./goquote.ts";

export class MatcherParseError extends Error {}

export type TokenKind = "{" | "}" | "," | "=" | "!=" | "=~" | "!~" | "quoted" | "unquoted" | "end";

/** A token with its place, counted in characters. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Go's unicode.IsSpace. */
export function isSpace(char: string): boolean {
  return /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(char);
}

/** Whether a character ends an unquoted name or value, and makes a name need quotes. */
export function isReserved(char: string): boolean {
  return "{}!=~,\\\"'`".includes(char) || isSpace(char);
}

/**
 * Splits a matcher expression into tokens (spec §5.4). Reading past the end gives the token `end`; after an error every
 * further read throws the same error.
 */
export class MatcherLexer {
  readonly #chars: readonly string[];
  #error: MatcherParseError | undefined;
  /** Characters consumed so far. */
  #at = 0;

  constructor(input: string) {
    this.#chars = [...input];
  }

  get position(): number {
    return this.#at;
  }

  /** The next token, left in place. */
  peek(): Token {
    const at = this.#at;
    try {
      return this.next();
    } finally {
      this.#at = at;
    }
  }

  /** The next token, consumed. */
  next(): Token {
    if (this.#error !== undefined) throw this.#error;
    while (this.#at < this.#chars.length && isSpace(this.#chars[this.#at] as string)) this.#at++;
    const start = this.#at;
    const char = this.#chars[start];
    if (char === undefined) return { kind: "end", text: "", start, end: start };
    if (char === "{" || char === "}" || char === ",") return this.#token(char, start, start + 1);
    if (char === "=")
      return this.#chars[start + 1] === "~" ? this.#token("=~", start, start + 2) : this.#token("=", start, start + 1);
    if (char === "!") return this.#negative(start);
    if (char === '"') return this.#quoted(start);
    if (isReserved(char)) return this.#fail(start, start + 1, `${char}: invalid input`);
    let end = start;
    while (end < this.#chars.length && !isReserved(this.#chars[end] as string)) end++;
    return this.#token("unquoted", start, end);
  }

  #negative(start: number): Token {
    const second = this.#chars[start + 1];
    if (second === "=") return this.#token("!=", start, start + 2);
    if (second === "~") return this.#token("!~", start, start + 2);
    const found = second === undefined ? "unexpected end of input," : "!:";
    return this.#fail(start, start + 1, `${found} expected one of '=~'`);
  }

  #quoted(start: number): Token {
    let end = start + 1;
    while (end < this.#chars.length && this.#chars[end] !== '"') end += this.#chars[end] === "\\" ? 2 : 1;
    if (end < this.#chars.length) return this.#token("quoted", start, end + 1);
    const text = this.#chars.slice(start).join("");
    return this.#fail(start, this.#chars.length, `${text}: missing end "`);
  }

  #token(kind: TokenKind, start: number, end: number): Token {
    this.#at = end;
    return { kind, text: this.#chars.slice(start, end).join(""), start, end };
  }

  #fail(start: number, end: number, problem: string): never {
    this.#error = new MatcherParseError(`${start}:${end}: ${problem}`);
    throw this.#error;
  }
}

/** What a quoted or unquoted token stands for; undefined when its quotes hold what Go would not read or is not UTF-8. */
export function unquoteToken(token: Token): string | undefined {
  if (token.kind !== "quoted") return token.text;
  const text = goUnquote(token.text);
  return text?.isWellFormed() ? text : undefined;
}
