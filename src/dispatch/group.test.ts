import { expect, test } from "bun:test";
import type { Alert } from "../core/model/alert.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import { buildRoutes } from "../core/routing/route.ts";
import { Group, INHIBITED, SILENCED } from "./group.ts";

const route = buildRoutes({
  receiver: "r",
  matchers: [],
  continue: false,
  routes: [],
  mute_time_intervals: [],
  active_time_intervals: [],
  labels: {},
});

function alert(instance: string): Alert {
  const labels = labelSetFromObject({ instance });
  const times = { startsAt: ZERO_TIME, endsAt: ZERO_TIME, updatedAt: ZERO_TIME };
  return { labels, annotations: EMPTY_LABELS, ...times, generatorURL: "", timeout: false };
}

const alerts = ["d", "a", "c", "b", "e"].map(alert);
const [d, a, c, b, e] = alerts as [Alert, Alert, Alert, Alert, Alert];

function groupOf(...members: Alert[]): Group {
  const group = new Group(route, EMPTY_LABELS, 0, () => undefined);
  for (const member of members) group.put(member);
  return group;
}

test("alerts stand in upstream's order, whatever came and went", () => {
  const group = groupOf(d, a, c);
  expect(group.sorted()).toEqual([a, c, d]);
  group.put(b);
  expect(group.sorted()).toEqual([a, b, c, d]);
  group.remove(a);
  group.put(e);
  expect(group.sorted()).toEqual([b, c, d, e]);
  group.remove(e);
  expect([group.sorted(), group.size]).toEqual([[b, c, d], 3]);
});

test("a newer version takes the place of an alert in the same list; others begin another list", () => {
  const group = groupOf(a, b);
  const list = group.sorted();
  const newer = { ...a };
  group.put(newer);
  expect([group.sorted() === list, list[0] === newer, group.get(a.labels) === newer]).toEqual([true, true, true]);
  expect(group.remove(a)).toBe(false);
  group.put(c);
  expect(group.sorted() === list).toBe(false);
});

test("marks stay with their alerts", () => {
  const group = groupOf(d, a);
  group.mark(d.labels, INHIBITED, true);
  group.mark(d.labels, SILENCED, true);
  group.mark(a.labels, SILENCED, false);
  group.mark(e.labels, SILENCED, true);
  group.put(b);
  group.sorted();
  group.mark(d.labels, INHIBITED, false);
  group.remove(a);
  expect([d, a, b, e].map(({ labels }) => group.marksOf(labels))).toEqual([SILENCED, undefined, undefined, undefined]);
});
