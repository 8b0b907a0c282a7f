import { createMatcherParser, type MatcherMode, type MatcherParser } from "../core/model/matcher-parse.ts";
import { goQuote } from "../core/model/goquote.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Labels } from "./api/models.ts";

const READING: Readonly<Record<MatcherMode, string>> = {
  classic: "Parsing with classic matchers parser",
  "utf8-strict": "Parsing with UTF-8 matchers parser",
  fallback: "Parsing with UTF-8 matchers parser, with fallback to classic matchers parser",
};

/** The parser of a mode, telling a logger what it reads and what it warns of. */
export function loggingMatcherParser(mode: MatcherMode, logger: Logger): MatcherParser {
  const parser = createMatcherParser(mode, ({ message, ...attrs }) => logger.warn(message, attrs));
  return {
    parseMatcher(input, origin) {
      logger.debug(READING[mode], { input, origin });
      return parser.parseMatcher(input, origin);
    },
    parseMatchers(input, origin) {
      logger.debug(READING[mode], { input, origin });
      return parser.parseMatchers(input, origin);
    },
  };
}

/** Takes a first argument that is no matcher for the value of alertname. */
export function withAlertname(parser: MatcherParser, args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  if (first === undefined) return args;
  try {
    parser.parseMatcher(first, "cli");
    return args;
  } catch {
    return [`alertname=${goQuote(first)}`, ...rest];
  }
}

/**
 * Reads `name=value` arguments as labels; of one name the last counts.
 *
 * @throws Error the parser's, or `mismatch` for another kind of matcher
 */
export function parseLabels(parser: MatcherParser, args: readonly string[], mismatch: string): Labels {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const arg of args) {
    const { type, name, value } = parser.parseMatcher(arg, "cli");
    if (type !== "=") throw new Error(mismatch);
    labels[name] = value;
  }
  return labels;
}
