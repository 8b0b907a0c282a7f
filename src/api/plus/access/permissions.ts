import type { Matcher } from "../../../core/model/matcher.ts";

/** The matchers of one permission as they are written. */
export function matchersText(matchers: readonly Matcher[]): string {
  return matchers.map(String).join(",");
}
