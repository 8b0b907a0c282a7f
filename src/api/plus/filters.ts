import type { Matcher } from "../../core/model/matcher.ts";
import { MatcherParseError, type MatcherParser } from "../../core/model/matcher-parse.ts";
import { RegexError } from "../../core/model/regex.ts";
import { Problem } from "./problem.ts";

/**
 * The matchers of `filter` parameters, each one or several.
 *
 * @throws Problem that says which cannot be read
 */
export function readFilters(parser: MatcherParser, texts: readonly string[] = []): Matcher[] {
  return texts.flatMap((text) => {
    try {
      return parser.parseMatchers(text, "api");
    } catch (error) {
      if (!(error instanceof MatcherParseError || error instanceof RegexError)) throw error;
      const message = `expected matchers, not ${JSON.stringify(text)}: ${error.message}`;
      throw new Problem(400, `filter: ${message}`, [{ path: "filter", message }]);
    }
  });
}
