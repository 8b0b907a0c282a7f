import { goQuote } from "./goquote.ts";
import { compareBytes } from "./labels.ts";
import type { LabelSet } from "./labels.ts";
import { compileAnchored, compileRegex } from "./regex.ts";
import { isReserved } from "./matcher-lexer.ts";

export type MatchType = "=" | "!=" | "=~" | "!~";

const TYPE_ORDER: readonly MatchType[] = ["=", "!=", "=~", "!~"];

/** A condition on the value of one label (spec §5.1). Made by `newMatcher`. */
export class Matcher {
  /** Whether a value satisfies the condition; an absent label has the value "". */
  readonly matches: (value: string) => boolean;

  constructor(
    readonly type: MatchType,
    readonly name: string,
    readonly value: string,
  ) {
    this.matches = tester(type, value);
  }

  /** `name="value"`; both quoted as Go does when the name has a character that is reserved in matchers. */
  toString(): string {
    if ([...this.name].some(isReserved)) return goQuote(this.name) + this.type + goQuote(this.value);
    return `${this.name}${this.type}"${escapeOpenMetrics(this.value)}"`;
  }

  /** The API's form. */
  toJSON(): { isEqual: boolean; isRegex: boolean; name: string; value: string } {
    return {
      isEqual: this.type === "=" || this.type === "=~",
      isRegex: this.type === "=~" || this.type === "!~",
      name: this.name,
      value: this.value,
    };
  }
}

function tester(type: MatchType, expected: string): (value: string) => boolean {
  if (type === "=") return (value) => value === expected;
  if (type === "!=") return (value) => value !== expected;
  const regex = compileAnchored(expected);
  return type === "=~" ? regex.test : (value) => !regex.test(value);
}

function escapeOpenMetrics(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

/** @throws RegexError when the type asks for a regular expression and `value` is none. */
export function newMatcher(type: MatchType, name: string, value: string): Matcher {
  return new Matcher(type, name, value);
}

/** The type the API's two flags stand for. */
export function matchTypeOf(isEqual: boolean, isRegex: boolean): MatchType {
  if (isRegex) return isEqual ? "=~" : "!~";
  return isEqual ? "=" : "!=";
}

/** By name, value, then type in the order = != =~ !~. */
export function compareMatchers(a: Matcher, b: Matcher): number {
  return (
    compareBytes(a.name, b.name) ||
    compareBytes(a.value, b.value) ||
    TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type)
  );
}

/** `{a="b",c=~"d"}`, `{}` for none. */
export function matchersToString(matchers: readonly Matcher[]): string {
  return `{${matchers.join(",")}}`;
}

/** Whether all matchers match; none match everything. */
export function matchesAll(matchers: readonly Matcher[], labels: LabelSet): boolean {
  for (const matcher of matchers) {
    if (!matcher.matches(labels.get(matcher.name))) return false;
  }
  return true;
}

/**
 * Whether a silence's validation counts the matcher as matching the empty string (spec §7.2): `=` with "", and `=~` with
 * an expression that finds a match in "" without being anchored. Negative ones never count.
 *
 * @throws RegexError
 */
export function matchesEmpty(matcher: Pick<Matcher, "type" | "value">): boolean {
  if (matcher.type === "=") return matcher.value === "";
  return matcher.type === "=~" && compileRegex(matcher.value).test("");
}
