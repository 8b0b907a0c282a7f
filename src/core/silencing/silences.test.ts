import { describe, expect, test } from "bun:test";
import { labelSetFromObject } from "../model/labels.ts";
import { newMatcher, type Matcher } from "../model/matcher.ts";
import type { Silence } from "../model/silence.ts";
import { Timestamp } from "../model/timestamp.ts";
import { Silences } from "./silences.ts";
import { canUpdate, expire, silenceState } from "./state.ts";
import { compileMatcherSet } from "./validate.ts";

const NOW = 1_000_000;

/** Times in seconds from now. */
function silence(over: { id?: string; start?: number; end?: number; matchers?: Matcher[] } = {}): Silence {
  const { id = "a", start = -10, end = 10, matchers = [newMatcher("=", "foo", "bar")] } = over;
  const at = (seconds: number) => new Timestamp(NOW + seconds * 1000);
  const texts = { createdBy: "me", comment: "", annotations: {} };
  return { id, matcherSets: [matchers], startsAt: at(start), endsAt: at(end), updatedAt: at(start), ...texts };
}

test.each([
  ["pending", 1, 10],
  ["active", 0, 10],
  ["active", -10, 10],
  ["expired", -10, 0],
  ["expired", -10, -5],
] as const)("is %s from %d s to %d s", (state, start, end) => {
  expect(silenceState(silence({ start, end }), NOW)).toBe(state);
});

describe("changing in place", () => {
  const other = [newMatcher("=", "foo", "baz")];
  test.each([
    ["an active one's end", silence(), silence({ end: 20 }), true],
    ["an active one's end to now", silence(), silence({ end: 0 }), true],
    ["an active one's end to the past", silence(), silence({ end: -1 }), false],
    ["an active one's start within the second", silence(), silence({ start: -9.5 }), true],
    ["an active one's start", silence(), silence({ start: -8 }), false],
    ["a pending one's start", silence({ start: 5 }), silence({ start: 7 }), true],
    ["a pending one's start to the past", silence({ start: 5 }), silence({ start: -1 }), false],
    ["an expired one", silence({ end: -5 }), silence({ end: 20 }), false],
    ["the matchers", silence(), silence({ matchers: other }), false],
  ] as const)("%s", (_, held, update, allowed) => {
    expect(canUpdate(held, update, NOW)).toBe(allowed);
  });

  test("the order of matchers counts", () => {
    const [a, b] = [newMatcher("=", "a", "1"), newMatcher("=", "b", "1")];
    expect(canUpdate(silence({ matchers: [a, b] }), silence({ matchers: [b, a] }), NOW)).toBe(false);
  });
});

test("expiring ends an active one now, a pending one before it began, and leaves an expired one", () => {
  expect(expire(silence(), NOW)).toMatchObject({ startsAt: { ms: NOW - 10_000 }, endsAt: { ms: NOW } });
  expect(expire(silence({ start: 5 }), NOW)).toMatchObject({ startsAt: { ms: NOW }, endsAt: { ms: NOW } });
  const expired = silence({ end: -5 });
  expect(expire(expired, NOW)).toBe(expired);
});

describe("what mutes an alert", () => {
  const labels = labelSetFromObject({ foo: "bar", x: "1" });
  function silencedBy(silences: Silence[], now = NOW): string[] {
    const all = new Silences();
    for (const s of silences) all.put(s);
    return [...all.silencedBy(labels, now)].sort();
  }

  test("is every active silence all of whose matchers match", () => {
    const both = [newMatcher("=", "foo", "bar"), newMatcher("=~", "x", "1|2")];
    const not = [newMatcher("=", "foo", "bar"), newMatcher("!=", "x", "1")];
    const absent = [newMatcher("=", "none", ""), newMatcher("=~", "foo", "b.*")];
    expect(
      silencedBy([
        silence({ id: "a", matchers: both }),
        silence({ id: "b", matchers: not }),
        silence({ id: "c", matchers: absent }),
        silence({ id: "pending", start: 5 }),
        silence({ id: "expired", end: -5 }),
      ]),
    ).toEqual(["a", "c"]);
  });

  test("is a silence of which one set of several matches", () => {
    const two: Silence = { ...silence(), matcherSets: [[newMatcher("=", "no", "x")], [newMatcher("=", "x", "1")]] };
    expect(silencedBy([two])).toEqual(["a"]);
  });

  test("follows time, edits and garbage", () => {
    const all = new Silences();
    all.put(silence({ start: 5, end: 10 }));
    expect(all.silencedBy(labels, NOW)).toEqual([]);
    expect(all.silencedBy(labels, NOW + 5000)).toEqual(["a"]);
    expect(all.silencedBy(labels, NOW + 10_000)).toEqual([]);
    all.put(silence({ start: 5, end: 20 }));
    expect(all.silencedBy(labels, NOW + 10_000)).toEqual(["a"]);
    expect(all.collectGarbage(NOW + 19_999 + 1000, 1000)).toEqual([]);
    expect(all.collectGarbage(NOW + 20_000 + 1000, 1000)).toEqual(["a"]);
    expect(all.get("a")).toBeUndefined();
  });
});

describe("a posted matcher set", () => {
  const anyName = (name: string) => name !== "";
  test.each([
    [[], "invalid silence: matcher set 0 is empty"],
    [[{ type: "=", name: "", value: "x" }], 'invalid silence: invalid label matcher 0 in set 0: invalid label name ""'],
    [
      [{ type: "=", name: "a", value: "" }],
      "invalid silence: matcher set 0: at least one matcher must not match the empty string",
    ],
    [
      [{ type: "=~", name: "a", value: "x*" }],
      "invalid silence: matcher set 0: at least one matcher must not match the empty string",
    ],
    [
      [{ type: "=~", name: "a", value: "b|" }],
      "invalid silence: matcher set 0: at least one matcher must not match the empty string",
    ],
  ] as const)("%j is refused", (posted, message) => {
    expect(() => compileMatcherSet(posted, anyName)).toThrow(message);
  });

  test.each([
    [[{ type: "=~", name: "a", value: ".+" }]],
    [[{ type: "!=", name: "a", value: "" }]],
    [[{ type: "!~", name: "a", value: "x" }]],
    [
      [
        { type: "=", name: "a", value: "" },
        { type: "=", name: "b", value: "x" },
      ],
    ],
  ] as const)("%j is accepted", (posted) => {
    expect(compileMatcherSet(posted, anyName)).toHaveLength(posted.length);
  });
});
