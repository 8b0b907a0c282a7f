import { expect, test } from "bun:test";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import {
  type DataSource,
  notificationData,
  parseTemplates,
  renderRouteLabels,
  type RouteLabelFailure,
} from "./index.ts";

const set = parseTemplates([]);

function sourceOf(routeLabels: Record<string, string>): DataSource {
  return {
    receiver: "r",
    alerts: [],
    groupLabels: labelSetFromObject({ team: "blue" }),
    routeLabels: labelSetFromObject(routeLabels),
    reason: "unknown",
    externalURL: "http://am",
  };
}

function render(routeLabels: Record<string, string>) {
  const failures: RouteLabelFailure[] = [];
  const labels = renderRouteLabels(set, sourceOf(routeLabels), (failure) => failures.push(failure));
  return { labels: labels.toObject(), failures };
}

test("given labels that are templates, when rendered, then they see the group and each other", () => {
  const { labels, failures } = render({
    a: "{{ .GroupLabels.team }}",
    b: '{{ routeLabels "a" | toUpper }}-{{ routeLabels "none" }}',
    c: "plain",
  });
  expect(labels).toEqual({ a: "blue", b: "BLUE-", c: "plain" });
  expect(failures).toEqual([]);
});

test("given labels that refer to each other in a circle, when rendered, then they are left out and reported", () => {
  const { labels, failures } = render({ a: '{{ routeLabels "b" }}', b: '{{ routeLabels "a" }}', c: "x" });
  expect(labels).toEqual({ c: "x" });
  expect(failures.map((f) => [f.label, f.value])).toEqual([
    ["a", '{{ routeLabels "b" }}'],
    ["b", '{{ routeLabels "a" }}'],
  ]);
  expect(failures[0]?.error).toContain("route label cycle detected: a -> b -> a");
});

test("given a label that fails, when rendered, then only that one is left out", () => {
  const { labels, failures } = render({ bad: "{{ .Nope }}", good: "x" });
  expect(labels).toEqual({ good: "x" });
  expect(failures[0]?.error).toBe(
    `template: :1:3: executing "" at <.Nope>: can't evaluate field Nope in type *template.Data`,
  );
});

test("given rendered labels in a notification, when a template asks for one, then it is not rendered again", () => {
  const data = notificationData({ ...sourceOf({ a: "{{ .Status }}" }), groupLabels: EMPTY_LABELS });
  expect(set.text('{{ routeLabels "a" }} {{ .RouteLabels.a }}', data)).toBe("{{ .Status }} {{ .Status }}");
});
