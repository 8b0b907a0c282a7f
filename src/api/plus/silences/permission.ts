import type { Actor } from "../../../core/interfaces/observing.ts";
import type { Matcher } from "../../../core/model/matcher.ts";
import { maySilence, permissionRefusal } from "../../../core/silencing/permission.ts";
import type { Caller } from "../caller.ts";
import { Problem } from "../problem.ts";

/** Why somebody may not have silences with these matchers; undefined when they may. */
export function refusal(caller: Caller, matcherSets: readonly (readonly Matcher[])[]): string | undefined {
  const { silenceMatchers } = caller;
  if (silenceMatchers === null || maySilence(silenceMatchers, matcherSets)) return undefined;
  return permissionRefusal(silenceMatchers);
}

/** @throws Problem 403 where somebody may not have silences with these matchers */
export function permit(caller: Caller, matcherSets: readonly (readonly Matcher[])[]): void {
  const refused = refusal(caller, matcherSets);
  if (refused !== undefined) throw new Problem(403, refused);
}

export function actorOf({ name, via }: Caller): Actor {
  return { name, via };
}
