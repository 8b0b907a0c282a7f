import { Type, type Static } from "@sinclair/typebox";
import { matchTypeOf, type Matcher } from "../../../core/model/matcher.ts";
import { MatcherParseError } from "../../../core/model/matcher-parse.ts";
import { RegexError } from "../../../core/model/regex.ts";
import { compileMatcherSet, InvalidSilence } from "../../../core/silencing/validate.ts";
import { Problem } from "../problem.ts";
import type { SilencesParts } from "./parts.ts";

const MATCHER = Type.Object(
  {
    name: Type.String(),
    value: Type.String(),
    isRegex: Type.Optional(Type.Boolean()),
    isEqual: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const SET = Type.Array(MATCHER, { minItems: 1, maxItems: 1000 });

/** Matchers of a silence: as text in amtool's syntax, one by one, or in sets of which one has to match. */
export const MATCHERS = Type.Union(
  [
    Type.String({ maxLength: 100_000, description: 'In amtool\'s syntax, such as `{alertname="Down", team=~"a|b"}`.' }),
    SET,
    Type.Array(SET, { minItems: 1, maxItems: 100 }),
  ],
  { "x-expected": 'matchers, such as {team="a"} or [{"name": "team", "value": "a"}], or lists of such' },
);

type Posted = Static<typeof MATCHERS>;

/**
 * Matcher sets as somebody posted them, checked as those of a silence are.
 *
 * @throws Problem that says what is wrong
 */
export function readMatcherSets(
  { matchers: parser, isLabelName }: Pick<SilencesParts, "matchers" | "isLabelName">,
  posted: Posted,
): readonly (readonly Matcher[])[] {
  try {
    return setsOf(posted, (text) => parser.parseMatchers(text, "api")).map((set) =>
      compileMatcherSet(set, isLabelName),
    );
  } catch (error) {
    const isTheirs =
      error instanceof MatcherParseError || error instanceof RegexError || error instanceof InvalidSilence;
    if (!isTheirs) throw error;
    const message = error.message;
    throw new Problem(400, `matchers: ${message}`, [{ path: "matchers", message }]);
  }
}

/** The same where there may be one set only. @throws Problem */
export function readMatcherSet(parts: Pick<SilencesParts, "matchers" | "isLabelName">, posted: Posted) {
  const [set, ...more] = readMatcherSets(parts, posted);
  if (set !== undefined && more.length === 0) return set;
  throw new Problem(400, `matchers: expected one set, not ${more.length + 1}`);
}

type OneSet = readonly Pick<Matcher, "type" | "name" | "value">[];

function setsOf(posted: Posted, parse: (text: string) => OneSet): readonly OneSet[] {
  if (typeof posted === "string") return [parse(posted)];
  const sets = posted.every((one) => Array.isArray(one)) ? posted : [posted as Static<typeof SET>];
  return sets.map((set) =>
    set.map(({ name, value, isRegex = false, isEqual = true }) => ({
      type: matchTypeOf(isEqual, isRegex),
      name,
      value,
    })),
  );
}
