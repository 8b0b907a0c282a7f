import { labelSetToString } from "../core/grouping/group-key.ts";
import type { DiffGroup, Difference, Retimed } from "../core/routing/compare.ts";
import { differs } from "../core/routing/compare.ts";
import type { Timers } from "../core/routing/timers.ts";
import { tableWithLines } from "./format/table.ts";

/** Prints a difference; `extended` with the alerts of each group. */
export function formatDifference(difference: Difference, form: string): string {
  if (form === "json") return `${JSON.stringify(differenceJson(difference))}\n`;
  const compared = `${difference.alerts} alert${difference.alerts === 1 ? "" : "s"} compared`;
  if (!differs(difference)) return `No difference, ${compared}.\n`;
  const { rerouted, disappearing, appearing, retimed } = difference;
  const alertLines = (groups: readonly DiffGroup[]) =>
    groups.map(({ alerts }) => (form === "extended" ? alerts.map((labels) => `    ${labelSetToString(labels)}`) : []));
  const sections = [
    section(
      "Alerts that go to other receivers:",
      rerouted.map((alert) => [labelSetToString(alert.labels), `${alert.old.join(", ")} → ${alert.new.join(", ")}`]),
    ),
    section("Groups that disappear:", disappearing.map(groupRow), alertLines(disappearing)),
    section("Groups that appear:", appearing.map(groupRow), alertLines(appearing)),
    section(
      "Groups with other timers:",
      retimed.map((group) => [group.group.receiver, group.group.key, timersText(group)]),
    ),
  ].filter((text) => text !== "");
  return `${sections.join("\n")}\n${compared}: ${summary(difference)}.\n`;
}

/** @param below lines of their own below each row */
function section(title: string, rows: readonly (readonly string[])[], below?: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const indented = rows.map(([first = "", ...rest]) => [`  ${first}`, ...rest]);
  return `${title}\n${tableWithLines(indented, below)}`;
}

function groupRow({ receiver, key, alerts }: DiffGroup): string[] {
  return [receiver, key, `${alerts.length} alert${alerts.length === 1 ? "" : "s"}`];
}

function timersText({ old, new: now }: Retimed): string {
  const names = Object.keys(old) as (keyof Timers)[];
  const changed = names.filter((name) => old[name] !== now[name]);
  return changed.map((name) => `${name} ${old[name]} → ${now[name]}`).join(", ");
}

function summary({ rerouted, disappearing, appearing, retimed }: Difference): string {
  const to = `${rerouted.length} to other receivers`;
  return `${to}; groups: ${disappearing.length} disappear, ${appearing.length} appear, ${retimed.length} with other timers`;
}

function differenceJson(difference: Difference): object {
  const { alerts, rerouted, disappearing, appearing, retimed } = difference;
  return {
    differ: differs(difference),
    alertsCompared: alerts,
    alerts: rerouted.map(({ labels, old, new: now }) => ({
      labels: labels.toObject(),
      oldReceivers: old,
      newReceivers: now,
    })),
    groupsDisappearing: disappearing.map(groupJson),
    groupsAppearing: appearing.map(groupJson),
    timers: retimed.map(({ group, old, new: now }) => Object.assign(groupName(group), { old, new: now })),
  };
}

function groupJson(group: DiffGroup): object {
  return Object.assign(groupName(group), {
    timers: group.timers,
    alerts: group.alerts.map((labels) => labels.toObject()),
  });
}

function groupName({ receiver, key, labels }: DiffGroup): object {
  return { receiver, groupKey: key, groupLabels: labels.toObject() };
}
