import { describe, expect, test } from "bun:test";
import type { Alert } from "../model/alert.ts";
import { labelSetFromObject, EMPTY_LABELS } from "../model/labels.ts";
import { newMatcher } from "../model/matcher.ts";
import { Timestamp } from "../model/timestamp.ts";
import { effectOf, type Effect, type Routing } from "./effect.ts";
import { buildRoutes, type RouteSpec } from "./route.ts";

const route = (over: Partial<RouteSpec>): RouteSpec => ({
  receiver: undefined,
  matchers: [],
  continue: false,
  routes: [],
  mute_time_intervals: [],
  active_time_intervals: [],
  labels: {},
  ...over,
});

const team = (name: string, over: Partial<RouteSpec> = {}) =>
  route({ matchers: [newMatcher("=", "team", name)], receiver: name, ...over });

/** Everybody is told but whoever is called nobody. */
const routing = (...routes: RouteSpec[]): Routing => ({
  root: buildRoutes(route({ receiver: "all", group_by: ["alertname"], routes })),
  tells: (receiver) => receiver !== "nobody",
});

function alert(labels: Record<string, string>): Alert {
  const at = new Timestamp(0);
  return {
    labels: labelSetFromObject(labels),
    annotations: EMPTY_LABELS,
    startsAt: at,
    endsAt: new Timestamp(1e12),
    updatedAt: at,
    generatorURL: "",
    timeout: false,
  };
}

const ALERTS = [
  alert({ alertname: "A", team: "a" }),
  alert({ alertname: "A", team: "b" }),
  alert({ alertname: "B", team: "b" }),
];

function effect(before: Routing, after: Routing, alerts: readonly Alert[] = ALERTS): Effect {
  const work = effectOf(before, after, alerts);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function changes({ groups }: Effect): string[] {
  return groups.map(
    ({ groupKey, alerts, before, after, change }) =>
      `${change} ${groupKey} ${alerts} ${before?.receivers.join() ?? "-"} > ${after?.receivers.join() ?? "-"}`,
  );
}

describe("what another configuration does with the alerts there are", () => {
  test("the same one: nothing", () => {
    const one = routing(team("a"));
    const { alerts, lost } = effect(one, one);
    expect({ alerts, lost }).toEqual({ alerts: { same: 3, moved: 0, lost: 0, gained: 0 }, lost: [] });
    expect(changes(effect(one, one)).every((line) => line.startsWith("same "))).toBe(true);
  });

  test("alerts that go to another receiver leave their groups, which go on with the others", () => {
    const result = effect(routing(), routing(team("b")));
    expect(result.alerts).toEqual({ same: 1, moved: 2, lost: 0, gained: 0 });
    expect(changes(result)).toEqual([
      'moved {}:{alertname="A"} 2 all > all,b',
      'moved {}:{alertname="B"} 1 all > b',
      'new {}/{team="b"}:{alertname="A"} 1 - > b',
      'new {}/{team="b"}:{alertname="B"} 1 - > b',
    ]);
  });

  test("alerts that only a receiver without integrations gets are lost", () => {
    const result = effect(routing(), routing(team("b", { receiver: "nobody" })));
    expect(result.alerts).toEqual({ same: 1, moved: 0, lost: 2, gained: 0 });
    expect(result.lost).toEqual(ALERTS.slice(1));
    expect(changes(result).slice(0, 2)).toEqual([
      'lost {}:{alertname="A"} 2 all > all,nobody',
      'lost {}:{alertname="B"} 1 all > nobody',
    ]);
    expect(effect(routing(team("b", { receiver: "nobody" })), routing()).alerts).toMatchObject({ gained: 2, lost: 0 });
  });

  test("an alert that somebody else still gets is not lost", () => {
    const both = routing(team("b", { continue: true }), team("b", { receiver: "other" }));
    expect(effect(both, routing(team("b"))).alerts).toEqual({ same: 1, moved: 2, lost: 0, gained: 0 });
  });

  test("a receiver that loses its integrations loses its alerts", () => {
    const before = routing(team("b"));
    const result = effect(before, { ...before, tells: (receiver) => receiver === "all" });
    expect(result.alerts).toMatchObject({ lost: 2 });
    expect(result.groups.filter(({ change }) => change === "lost")).toHaveLength(2);
  });

  test("other timers and time intervals are told", () => {
    const result = effect(routing(team("b")), routing(team("b", { group_wait: 1000, mute_time_intervals: ["night"] })));
    expect(result.groups.map(({ change }) => change)).toEqual(["timers", "timers", "same"]);
    expect(result.groups[0]).toMatchObject({
      before: { timers: { group_wait: "30s" }, muteTimeIntervals: [] },
      after: { timers: { group_wait: "1s" }, muteTimeIntervals: ["night"] },
    });
    expect(result.alerts.same).toBe(3);
  });

  test("10,000 alerts take less than a second, a few milliseconds at a time", () => {
    const teams = Array.from({ length: 50 }, (_, i) => team(`team-${i}`));
    const many = Array.from({ length: 10_000 }, (_, i) =>
      alert({ alertname: `A${i % 40}`, team: `team-${i % 60}`, instance: `host-${i}` }),
    );
    const work = effectOf(routing(...teams), routing(...teams.slice(10)), many);
    const began = performance.now();
    let longest = 0;
    for (;;) {
      const slice = performance.now();
      const { done } = work.next();
      longest = Math.max(longest, performance.now() - slice);
      if (done === true) break;
    }
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(longest).toBeLessThan(1_000);
  });
});
