import type { MatcherMode } from "../../src/core/model/matcher-parse.ts";

/** What was made of an input: name, type and value of one matcher, or the printed, sorted list; or the error. */
export type Reading = ({ matchers: string[] } | { error: string }) & {
  /** Empty, or the logged message, error and suggestion. */
  warning: string[];
};

/** An input read as one matcher and as a list. */
export interface Readings {
  single: Reading;
  list: Reading;
}

/** A line of matchers.json. */
export type Row = { input: string } & Record<MatcherMode, Readings>;
