import { expect, test } from "bun:test";
import { decide } from "./decide.ts";

const NOW = 100_000;
const REPEAT = 10_000;

function last(firing: string[], resolved: string[] = [], timestamp = NOW) {
  return { firing, resolved, timestamp };
}

// The table of spec §6.6, row by row.
test.each([
  ["1: nothing logged, something fires", undefined, ["a"], [], true, "first notification"],
  ["2: nothing logged, nothing fires", undefined, [], ["a"], true, "none"],
  ["3: fires again after all was resolved", last([], ["a"]), ["a"], [], true, "first notification"],
  ["4: one more fires", last(["a"]), ["a", "b"], [], true, "new alerts added"],
  ["4: another one fires instead", last(["b"]), ["a"], [], true, "new alerts added"],
  ["5: nothing fires any more", last(["a"]), [], ["a"], true, "all alerts resolved"],
  ["5: even with send_resolved off", last(["a"]), [], ["a"], false, "all alerts resolved"],
  ["6: resolved and told", last([], ["a"]), [], ["a"], true, "none"],
  ["7: one of two is resolved", last(["a", "b"]), ["a"], ["b"], true, "some alerts resolved"],
  ["7: but send_resolved is off", last(["a", "b"]), ["a"], ["b"], false, "none"],
  ["7: and it was told", last(["a"], ["b"]), ["a"], ["b"], true, "none"],
  ["8: longer ago than repeat_interval", last(["a"], [], NOW - REPEAT - 1), ["a"], [], true, "repeat interval elapsed"],
  ["9: exactly repeat_interval ago", last(["a"], [], NOW - REPEAT), ["a"], [], true, "none"],
  ["9: a subset still fires", last(["a", "b"]), ["b"], [], true, "none"],
] as const)("%s", (_, entry, firing, resolved, sendResolved, expected) => {
  expect(decide(entry, { firing, resolved }, { sendResolved, repeatInterval: REPEAT, now: NOW })).toBe(expected);
});
