import { goQuote } from "../core/model/goquote.ts";
import { isClassicLabelName } from "../core/model/matcher-parse.ts";
import { compareMatchers, newMatcher, type Matcher } from "../core/model/matcher.ts";
import { converted, map, refuse, strings } from "./schema/collections.ts";
import { regexpText } from "./schema/go-types.ts";
import type { Type } from "./schema/type.ts";
import type { StringMap } from "./types.ts";
import { encodeString } from "./yaml/encode.ts";

/** `matchers`: each entry may hold several; the whole is sorted (spec §4.4). */
export const matcherList: Type<Matcher[]> = converted(strings, {
  goName: "common.Matchers",
  zero: () => [],
  convert: (lines, { context }) =>
    lines.flatMap((line) => context.parser.parseMatchers(line, "config")).sort(compareMatchers),
  isZero: (value) => value.length === 0,
  encode: (value, encoder) => ({
    kind: "sequence",
    items: value.map((matcher) => encodeString(matcher.toString())),
    flow: encoder.takeFlow(),
  }),
});

const regexps = map(regexpText, "common.plain");

/** `match_re` and its like: patterns by label name. */
export const matchRegexps: Type<Record<string, string | undefined>> = {
  ...converted(regexps, {
    goName: "common.MatchRegexps",
    zero: regexps.zero,
    convert(value) {
      for (const [name, pattern] of Object.entries(value)) {
        checkClassicName(name);
        if (pattern === undefined) refuse(`invalid regexp value for ${goQuote(name)}`);
      }
      return value;
    },
    isZero: regexps.isZero,
    encode: regexps.encode,
  }),
};

/** Labels of the deprecated `match` keys. */
export function checkClassicNames(labels: StringMap): void {
  for (const name of Object.keys(labels)) checkClassicName(name);
}

function checkClassicName(name: string): void {
  if (!isClassicLabelName(name)) refuse(`invalid label name ${goQuote(name)}`);
}

/**
 * The matchers of the deprecated keys and of the current one as one sorted list. The pattern of a deprecated key is
 * anchored in the matcher's value, which group keys show (spec §3.8).
 */
export function mergeMatchers(
  match: StringMap,
  matchRe: Readonly<Record<string, string | undefined>>,
  matchers: readonly Matcher[],
): Matcher[] {
  const equal = Object.entries(match).map(([name, value]) => newMatcher("=", name, value));
  const regexp = Object.entries(matchRe).map(([name, value]) => newMatcher("=~", name, `^(?:${value ?? ""})$`));
  return [...equal, ...regexp, ...matchers].sort(compareMatchers);
}
