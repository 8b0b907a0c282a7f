import { expect, test } from "bun:test";
import { newMatcher } from "../model/matcher.ts";
import { maySilence, permissionRefusal } from "./permission.ts";

const TEAM_A = newMatcher("=", "team", "a");
const TEAM_B = newMatcher("=", "team", "b");
const PAGE = newMatcher("=", "severity", "page");

test.each([
  ["anything without a limit", null, [[PAGE]], true],
  ["nothing with an empty list", [], [[TEAM_A]], false],
  ["just what is permitted", [[TEAM_A]], [[TEAM_A]], true],
  ["what is narrower", [[TEAM_A]], [[PAGE, TEAM_A]], true],
  ["nothing without the matcher", [[TEAM_A]], [[PAGE]], false],
  ["not the same value by a regular expression", [[TEAM_A]], [[newMatcher("=~", "team", "a")]], false],
  ["not another value", [[TEAM_A]], [[TEAM_B]], false],
  ["all of one permission, not half of each", [[TEAM_A, PAGE], [TEAM_B]], [[TEAM_A]], false],
  ["one of several permissions", [[TEAM_A, PAGE], [TEAM_B]], [[TEAM_B]], true],
  ["only silences all of whose sets are permitted", [[TEAM_A]], [[TEAM_A], [TEAM_B]], false],
  ["sets by different permissions", [[TEAM_A], [TEAM_B]], [[TEAM_A], [TEAM_B]], true],
])("a permission allows %s", (_, permissions, sets, allowed) => {
  expect(maySilence(permissions, sets)).toBe(allowed);
});

test("a refusal says what was expected", () => {
  expect(permissionRefusal([[TEAM_A, PAGE], [TEAM_B]])).toBe(
    'the silence is wider than you may: expected matchers that include all of {team="a",severity="page"} or {team="b"}',
  );
});
