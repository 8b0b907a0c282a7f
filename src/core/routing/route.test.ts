import { expect, test } from "bun:test";
import { groupKey, groupLabels } from "../grouping/group-key.ts";
import { labelSet, labelSetFromObject } from "../model/labels.ts";
import { compareMatchers, newMatcher, type Matcher } from "../model/matcher.ts";
import { buildRoutes, matchRoutes, walkRoutes, type RouteSpec } from "./route.ts";

function spec(over: Partial<RouteSpec>): RouteSpec {
  const none = { routes: [], mute_time_intervals: [], active_time_intervals: [], labels: {} };
  return { receiver: "", matchers: [], continue: false, ...none, ...over };
}

function matchers(...list: [Matcher["type"], string, string][]): Matcher[] {
  return list.map(([type, name, value]) => newMatcher(type, name, value)).sort(compareMatchers);
}

function receiversOf(root: RouteSpec, labels: Record<string, string>): string[] {
  return matchRoutes(buildRoutes(root), labelSetFromObject(labels)).map((route) => route.receiver);
}

test("an alert goes to the deepest match, to the node itself where no child matches, and past a match only by continue", () => {
  const root = spec({
    receiver: "root",
    routes: [
      spec({
        receiver: "team",
        matchers: matchers(["=", "team", "a"]),
        routes: [spec({ receiver: "team-pager", matchers: matchers(["=", "severity", "critical"]) })],
        continue: true,
      }),
      spec({ receiver: "all-critical", matchers: matchers(["=", "severity", "critical"]) }),
      spec({ receiver: "never", matchers: matchers(["=", "severity", "critical"]) }),
      spec({ receiver: "without-owner", matchers: matchers(["=", "owner", ""], ["=", "kind", "x"]) }),
    ],
  });
  expect(receiversOf(root, { team: "a" })).toEqual(["team"]);
  expect(receiversOf(root, { team: "a", severity: "critical" })).toEqual(["team-pager", "all-critical"]);
  expect(receiversOf(root, { severity: "critical" })).toEqual(["all-critical"]);
  expect(receiversOf(root, { kind: "x" })).toEqual(["without-owner"]);
  expect(receiversOf(root, { other: "x" })).toEqual(["root"]);
});

test("children inherit receiver, grouping, durations and labels, but neither matchers nor intervals", () => {
  const root = buildRoutes(
    spec({
      receiver: "r",
      group_by: ["b", "a"],
      group_wait: 1,
      labels: { team: "x", tier: "1" },
      routes: [
        spec({ labels: { tier: "2" }, mute_time_intervals: ["m"], routes: [spec({})] }),
        spec({ group_by: ["..."], routes: [spec({}), spec({ group_by: [] }), spec({ group_by: ["c"] })] }),
      ],
    }),
  );
  const [first, second] = root.routes;
  expect(first).toMatchObject({ receiver: "r", groupBy: ["a", "b"], groupWait: 1, labels: { team: "x", tier: "2" } });
  expect(first?.routes[0]).toMatchObject({ muteTimeIntervals: [], labels: { team: "x", tier: "2" } });
  expect(root).toMatchObject({ groupInterval: 300_000, repeatInterval: 14_400_000 });
  expect(second?.routes.map((r) => [r.groupByAll, r.groupBy])).toEqual([
    [true, []],
    [false, []],
    [false, ["c"]],
  ]);
});

test("keys, ids and positions are upstream's", () => {
  const root = buildRoutes(
    spec({
      receiver: "r",
      routes: [
        spec({
          matchers: matchers(["=", "a", "d"], ["=~", "z", "^(?:x.*)$"], ["!=", "x", "y"], ["=~", "foo", 'b"ar']),
          routes: [spec({ matchers: matchers(["=", "foo bar", "x\ny"]) })],
        }),
        spec({ matchers: matchers(["=", "a", "b"]) }),
      ],
    }),
  );
  const all = [...walkRoutes(root)];
  expect(all.map((route) => route.key)).toEqual([
    "{}",
    '{}/{a="d",foo=~"b\\"ar",x!="y",z=~"^(?:x.*)$"}',
    '{}/{a="d",foo=~"b\\"ar",x!="y",z=~"^(?:x.*)$"}/{"foo bar"="x\\ny"}',
    '{}/{a="b"}',
  ]);
  expect(all[3]?.id).toBe('{}/{a="b"}/1');
  // Children before their parent, the root last.
  expect(all.map((route) => route.index)).toEqual([3, 1, 0, 2]);
});

test("a group key is the route's key and the labels grouped by", () => {
  const by = (group_by: string[]) => buildRoutes(spec({ receiver: "r", group_by }));
  const labels = labelSet([
    ["job", 'j"\n'],
    ["alertname", "X"],
    ["z", "1"],
  ]);
  const key = (group_by: string[]) => groupKey(by(group_by), groupLabels(by(group_by), labels));
  expect(key([])).toBe("{}:{}");
  expect(key(["alertname", "missing"])).toBe('{}:{alertname="X"}');
  expect(key(["job", "alertname"])).toBe('{}:{alertname="X", job="j\\"\\n"}');
  expect(key(["..."])).toBe('{}:{alertname="X", job="j\\"\\n", z="1"}');
});
