import { goQuote } from "../core/model/goquote.ts";
import { isValidLabelName } from "../core/model/matcher-parse.ts";
import type { Matcher } from "../core/model/matcher.ts";
import { checkClassicNames, matcherList, matchRegexps, mergeMatchers } from "./matchers.ts";
import { refuse, stringMap, strings } from "./schema/collections.ts";
import { string } from "./schema/scalars.ts";
import { struct } from "./schema/struct.ts";
import type { InhibitRuleConfig, StringMap } from "./types.ts";

/** An inhibition rule as the file has it. */
export interface InhibitRuleFile {
  name: string;
  source_match: StringMap;
  source_match_re: Record<string, string | undefined>;
  source_matchers: Matcher[];
  target_match: StringMap;
  target_match_re: Record<string, string | undefined>;
  target_matchers: Matcher[];
  equal: string[];
}

/** An item of `inhibit_rules` (spec §4.7). */
export const inhibitRule = struct<InhibitRuleFile>({
  name: "common.InhibitRule",
  fields: {
    name: string,
    source_match: stringMap,
    source_match_re: matchRegexps,
    source_matchers: matcherList,
    target_match: stringMap,
    target_match_re: matchRegexps,
    target_matchers: matcherList,
    equal: strings,
  },
  validate(rule, { context }) {
    checkClassicNames(rule.source_match);
    checkClassicNames(rule.target_match);
    for (const name of rule.equal) {
      if (!isValidLabelName(context.matcherMode, name)) refuse(`invalid label name ${goQuote(name)} in equal list`);
    }
  },
});

export function toInhibitRuleConfig(file: InhibitRuleFile): InhibitRuleConfig {
  return {
    name: file.name,
    source_matchers: mergeMatchers(file.source_match, file.source_match_re, file.source_matchers),
    target_matchers: mergeMatchers(file.target_match, file.target_match_re, file.target_matchers),
    equal: file.equal,
  };
}
