import { matchersToString } from "../../core/model/matcher.ts";
import type { Route } from "../../core/routing/route.ts";

/** A route by its own matchers. */
export function selectorOf({ matchers }: Route): string {
  return matchers.length === 0 ? "default-route" : matchersToString(matchers);
}
