import { RE2JS } from "re2js";
import { toRe2js } from "./regex-dialect.ts";
import { fastTest } from "./regex-fast.ts";

/** A compiled regular expression in Go's RE2 syntax; a test takes time linear in the text. */
export interface Regex {
  /** The pattern as written, without the anchors. */
  readonly source: string;
  test(s: string): boolean;
}

/** A pattern Go would refuse, in Go's words: `` error parsing regexp: missing closing ): `(` ``. */
export class RegexError extends Error {}

// Messages after which Go shows the whole pattern, or nothing in quotes, and re2js neither.
const WHOLE_PATTERN = /(?:expression nests too deeply|expression too large)$/;
const NOTHING = /trailing backslash at end of expression$/;

function compile(pattern: string): RE2JS {
  if (!pattern.isWellFormed()) throw new RegexError(`error parsing regexp: invalid UTF-8: \`${pattern}\``);
  const dialect = toRe2js(pattern);
  try {
    return RE2JS.compile(dialect.pattern);
  } catch (error) {
    const message = dialect.restore((error as Error).message);
    if (WHOLE_PATTERN.test(message)) throw new RegexError(`${message}: \`${pattern}\``);
    throw new RegexError(NOTHING.test(message) ? `${message}: \`\`` : message);
  }
}

/**
 * Compiles a pattern that may match anywhere in the text.
 *
 * @throws RegexError
 */
export function compileRegex(pattern: string): Regex {
  const compiled = compile(pattern);
  return { source: pattern, test: (s) => compiled.test(s) };
}

/**
 * Compiles a pattern that has to match the whole text: `^(?:pattern)$`, which is what error messages show (spec §5.1).
 *
 * @throws RegexError
 */
export function compileAnchored(pattern: string): Regex {
  const fast = fastTest(pattern);
  if (fast !== undefined) return { source: pattern, test: fast };
  const compiled = compile(`^(?:${pattern})$`);
  return { source: pattern, test: (s) => compiled.test(s) };
}
