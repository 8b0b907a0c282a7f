import { matchersToString, type Matcher } from "../model/matcher.ts";

/**
 * Whether somebody may have a silence: each of its matcher sets has, for one of their permissions, every matcher of it. So
 * whoever may silence `team="a"` may silence `team="a", severity="page"`, and nothing that could reach another team.
 *
 * @param permissions null: any silence
 */
export function maySilence(
  permissions: readonly (readonly Matcher[])[] | null,
  matcherSets: readonly (readonly Matcher[])[],
): boolean {
  if (permissions === null) return true;
  return matcherSets.every((set) => permissions.some((permission) => permission.every((wanted) => has(set, wanted))));
}

function has(set: readonly Matcher[], { name, type, value }: Matcher): boolean {
  return set.some((one) => one.name === name && one.type === type && one.value === value);
}

/** What is said to somebody who may not have a silence. */
export function permissionRefusal(permissions: readonly (readonly Matcher[])[]): string {
  if (permissions.length === 0) return "you may not create, change or expire silences";
  const allowed = permissions.map((permission) => matchersToString(permission)).join(" or ");
  return `the silence is wider than you may: expected matchers that include all of ${allowed}`;
}
