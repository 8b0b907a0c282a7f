import { whyOf, type RouteStep } from "../core/explain/route-trace.ts";
import { labelSetToString } from "../core/grouping/group-key.ts";
import { goQuote } from "../core/model/goquote.ts";
import { matchersToString } from "../core/model/matcher.ts";
import type { Explanation, GroupExplanation, NamedInterval, Suppression } from "./explain-alert.ts";
import type { Explained } from "./explain-format.ts";
import { dateFormat } from "./format/date.ts";
import { timersOf } from "../core/routing/timers.ts";
import { selectorOf } from "./format/route.ts";
import { tableWithLines } from "./format/table.ts";
import { printTree, type Tree } from "./format/tree.ts";
import { integrationName } from "./integrations.ts";

/** An explanation to be read; `extended` has every matcher, integration, interval and alert of the groups. */
export function explainText(explained: Explained, layout: string, extended: boolean): string {
  const { explanation, isFiring } = explained;
  const { alert, routes, groups } = explanation;
  const date = dateFormat(layout);
  const since = isFiring ? `firing since ${date(alert.startsAt)}` : "not firing: taken as if it began now";
  return [
    `Alert ${labelSetToString(alert.labels)}, ${since}\n`,
    `\nRoutes:\n${printTree([routeTree(routes, extended)])}`,
    mutedText(explanation, date),
    ...groups.map((group) => groupText(group, explained, extended)),
  ].join("");
}

function routeTree(step: RouteStep, extended: boolean): Tree {
  const { route, outcome, takesAlert, below } = step;
  const parts = [selectorOf(route), whyOf(step, extended)];
  if (outcome === "matched" && route.continue) parts.push("continue: true");
  if (takesAlert) parts.push(`receiver: ${route.receiver}`);
  return { text: parts.join("  "), children: below.map((child) => routeTree(child, extended)) };
}

function mutedText({ inhibition, silences }: Explanation, date: ReturnType<typeof dateFormat>): string {
  const lines: string[] = [];
  if (inhibition !== undefined) {
    const { rule, source } = inhibition;
    const name = rule.name === "" ? "" : `rule ${rule.name}, `;
    const equal = rule.equal.length === 0 ? "" : `, equal: ${rule.equal.join(", ")}`;
    lines.push(
      `Inhibited by ${labelSetToString(source.labels)}`,
      `  ${name}source ${matchersToString(rule.sourceMatchers)}, target ${matchersToString(rule.targetMatchers)}${equal}`,
    );
  }
  for (const { id, matcherSets, endsAt, createdBy, comment } of silences) {
    lines.push(
      `Silenced by ${id} until ${date(endsAt)}`,
      `  ${matcherSets.map(matchersToString).join(" or ")}, created by ${createdBy}: ${goQuote(comment)}`,
    );
  }
  return lines.length === 0 ? "" : `\n${lines.join("\n")}\n`;
}

const REASONS: Readonly<Record<Suppression, string>> = {
  inhibition: "it is inhibited",
  active_time_interval: "it is outside the route's active_time_intervals",
  mute_time_interval: "it is inside the route's mute_time_intervals",
  silence: "it is silenced",
};

function groupText(group: GroupExplanation, { integrations }: Explained, extended: boolean): string {
  const { route, key, labels, others, suppressedBy } = group;
  const timers = timersOf(route);
  const rows: [string, string][] = [
    ["Route", route.key],
    ["Group", key],
    ["Labels", labelSetToString(labels)],
    ["Alerts", othersText(group)],
    [
      "Timers",
      Object.entries(timers)
        .map((timer) => timer.join(" "))
        .join(", "),
    ],
    ...intervalRows("active_time_intervals", group.activeTimeIntervals),
    ...intervalRows("mute_time_intervals", group.muteTimeIntervals),
  ];
  if (extended) {
    rows.push(["Integrations", integrations(route.receiver).map(integrationName).join(", ") || "none"]);
    rows.push(...others.map((other): [string, string] => ["Other alert", labelSetToString(other)]));
  }
  const outcome =
    suppressedBy === undefined
      ? group.exists
        ? `notified, the group exists and is looked at every ${timers.group_interval} (group_interval)`
        : `notified, ${timers.group_wait} (group_wait) after the group began`
      : `not notified: ${REASONS[suppressedBy]}`;
  return `\nReceiver ${route.receiver}: ${outcome}\n${tableWithLines(rows.map(([name, value]) => [`  ${name}`, value]))}`;
}

function othersText({ exists, others }: GroupExplanation): string {
  if (!exists) return "none, the group would be new";
  return `${others.length} other${others.length === 1 ? "" : "s"} in the group`;
}

function intervalRows(key: string, intervals: readonly NamedInterval[]): [string, string][] {
  if (intervals.length === 0) return [];
  return [[key, intervals.map(({ name, now }) => `${name} (${now ? "now" : "not now"})`).join(", ")]];
}
