import { goQuote } from "../model/goquote.ts";
import { newMatcher, type Matcher } from "../model/matcher.ts";
import { compileRegex } from "../model/regex.ts";
import type { PostableMatcher } from "../model/postable.ts";

/** Why a silence is refused; the message is upstream's (spec §7.2). */
export class InvalidSilence extends Error {}

/**
 * Compiles the one matcher set of a posted silence.
 *
 * @param isLabelName the rule for label names in the configured matcher mode
 * @throws InvalidSilence in upstream's words
 */
export function compileMatcherSet(
  posted: readonly PostableMatcher[],
  isLabelName: (name: string) => boolean,
): readonly Matcher[] {
  if (posted.length === 0) throw new InvalidSilence("invalid silence: matcher set 0 is empty");
  const matchers = posted.map((matcher, i) => compileMatcher(matcher, i, isLabelName));
  if (matchers.every(matchesEmpty)) {
    throw new InvalidSilence("invalid silence: matcher set 0: at least one matcher must not match the empty string");
  }
  return matchers;
}

function compileMatcher(posted: PostableMatcher, at: number, isLabelName: (name: string) => boolean): Matcher {
  const { type, name, value } = posted;
  const refuse = (why: string) => new InvalidSilence(`invalid silence: invalid label matcher ${at} in set 0: ${why}`);
  if (!isLabelName(name)) throw refuse(`invalid label name ${goQuote(name)}`);
  if (!value.isWellFormed()) throw refuse(`invalid label value ${goQuote(value)}`);
  if (type === "=~" || type === "!~") {
    try {
      // Without anchors, as upstream compiles it here: the message shows the pattern as it was posted.
      compileRegex(value);
    } catch (e) {
      throw refuse(`invalid regular expression ${goQuote(value)}: ${(e as Error).message}`);
    }
  }
  return newMatcher(type, name, value);
}

/** As upstream asks it: a regular expression without its anchors, and never for a negative matcher. */
function matchesEmpty(matcher: Matcher): boolean {
  if (matcher.type === "=") return matcher.value === "";
  return matcher.type === "=~" && compileRegex(matcher.value).test("");
}

/** Equal in content and order, which is what updating a silence in place asks for (spec §7.2). */
export function sameMatcherSets(a: readonly (readonly Matcher[])[], b: readonly (readonly Matcher[])[]): boolean {
  return (
    a.length === b.length &&
    a.every((set, i) => {
      const other = b[i] as readonly Matcher[];
      return (
        set.length === other.length &&
        set.every((m, j) => {
          const n = other[j] as Matcher;
          return m.type === n.type && m.name === n.name && m.value === n.value;
        })
      );
    })
  );
}
