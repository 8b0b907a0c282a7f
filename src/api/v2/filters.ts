import type { LabelSet } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { MatcherParseError, type MatcherParser } from "../../core/model/matcher-parse.ts";
import { type Regex, RegexError, compileAnchored } from "../../core/model/regex.ts";
import type { Muting } from "../../core/interfaces/backend.ts";

/** A query parameter that cannot be read: the answer's text, and what the log says (spec §2.6). */
export class FilterError extends Error {
  constructor(
    message: string,
    readonly log: string,
    readonly err: string,
  ) {
    super(message);
  }
}

function refused(e: unknown): string {
  if (e instanceof MatcherParseError || e instanceof RegexError) return e.message;
  throw e;
}

/** @throws FilterError */
export function parseFilter(parser: MatcherParser, texts: readonly string[]): Matcher[] {
  try {
    return texts.map((text) => parser.parseMatcher(text, "api"));
  } catch (e) {
    const err = refused(e);
    throw new FilterError(err, "Failed to parse matchers", err);
  }
}

/** @throws FilterError */
export function parseReceiver(pattern: string | undefined): Regex | undefined {
  if (pattern === undefined || pattern === "") return undefined;
  try {
    return compileAnchored(pattern);
  } catch (e) {
    const err = refused(e);
    throw new FilterError(`failed to parse receiver param: ${err}`, "Failed to compile receiver regex", err);
  }
}

/** @throws FilterError */
export function parseReceiverMatchers(parser: MatcherParser, texts: readonly string[]): Matcher[] {
  try {
    return texts.map((text) => parser.parseMatcher(text, "api"));
  } catch (e) {
    const err = refused(e);
    throw new FilterError(`failed to parse receiver_matchers param: ${err}`, "Failed to parse receiver matchers", err);
  }
}

/** Whether all matchers hold; with an empty value they may only ask whether the label is there (spec §2.6). */
export function matchesFilter(matchers: readonly Matcher[], labels: LabelSet): boolean {
  return matchers.every(({ type, name, value, matches }) => {
    const negative = type === "!=" || type === "!~";
    return (value === "" && labels.has(name) === negative) || matches(labels.get(name));
  });
}

/** Which states are asked for. */
export interface StateFilter {
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
}

export function passesState(wanted: StateFilter, { inhibitedBy, silencedBy }: Muting): boolean {
  if (inhibitedBy.length === 0 && silencedBy.length === 0) return wanted.active;
  return (wanted.silenced || silencedBy.length === 0) && (wanted.inhibited || inhibitedBy.length === 0);
}
