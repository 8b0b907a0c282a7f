import { labelSetToString } from "../core/grouping/group-key.ts";
import { goQuote } from "../core/model/goquote.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { parseTimestamp } from "../core/model/timestamp.ts";
import type { ServerExplanation } from "./explain-server.ts";
import { dateFormat } from "./format/date.ts";
import { tableWithLines } from "./format/table.ts";
import { printTree, type Tree } from "./format/tree.ts";

type Row = ServerExplanation["routes"][number];
type Group = ServerExplanation["groups"][number];
type Integration = Group["integrations"][number];
type Dates = (time: string) => string;

/** What a server said of an alert, to be read; `extended` has every value that matched, decision and attempt. */
export function serverExplanationText(explanation: ServerExplanation, layout: string, extended: boolean): string {
  const { alert, labels, verdict, reasons, routes, groups } = explanation;
  const format = dateFormat(layout);
  const date: Dates = (time) => format(parseTimestamp(time));
  const since = alert === null ? "not known" : `firing since ${date(alert.startsAt)}`;
  const state = alert !== null && verdict.state === "resolved" ? `resolved since ${date(alert.endsAt)}` : since;
  return [
    `Alert ${labelText(labels)}, ${state}\n`,
    `\n${verdict.summary}\n`,
    // The first is what the verdict says.
    ...(reasons.length > 1 ? reasons.map(({ summary }) => `  - ${summary}\n`) : []),
    `\nRoutes:\n${printTree(trees(routes, extended))}`,
    ...groups.map((group) => groupText(group, date, extended)),
  ].join("");
}

/** The rows, which come parents first, as the tree they were. */
function trees(rows: readonly Row[], extended: boolean): Tree[] {
  const roots: Tree[] = [];
  const above: Tree[][] = [roots];
  for (const row of rows) {
    const children: Tree[] = [];
    above[row.depth]?.push({ text: rowText(row, extended), children });
    above[row.depth + 1] = children;
  }
  return roots;
}

function rowText({ matchers, matched, taken, receiver, results, why, ...row }: Row, extended: boolean): string {
  const parts = [matchers.length === 0 ? "default-route" : `{${matchers.join(",")}}`];
  // Values that made it match are more than one wants to read.
  parts.push(extended || !matched || results.length === 0 ? why : "matches");
  if (matched && row.continue) parts.push("continue: true");
  if (taken) parts.push(`receiver: ${receiver}`);
  return parts.join("  ");
}

function groupText(group: Group, date: Dates, extended: boolean): string {
  const { receiver, groupWait, groupInterval, repeatInterval, alerts, nextFlushAt, integrations } = group;
  const { activeIntervals, muteIntervals } = group.mutedBy;
  const rows: [string, string][] = [
    ["Route", group.routeId],
    ["Group", group.groupKey],
    ["Labels", labelText(group.groupLabels)],
    ["Alerts", alerts === 0 ? "none, the group would be new" : `${alerts} in the group`],
    ["Timers", `group_wait ${groupWait}, group_interval ${groupInterval}, repeat_interval ${repeatInterval}`],
  ];
  if (nextFlushAt !== null) rows.push(["Next flush", date(nextFlushAt)]);
  if (activeIntervals.length > 0) rows.push(["Outside", activeIntervals.join(", ")]);
  if (muteIntervals.length > 0) rows.push(["Inside", muteIntervals.join(", ")]);
  rows.push(...integrations.flatMap((one) => integrationRows(one, date, extended)));
  return `\nReceiver ${receiver}:\n${tableWithLines(rows.map(([name, value]) => [`  ${name}`, value]))}`;
}

function integrationRows(one: Integration, date: Dates, extended: boolean): [string, string][] {
  const { lastNotifiedAt, firing, resolved, containsAlert, pending, attempts, decisions } = one;
  const name = `${one.integration}[${one.index}]`;
  const last =
    lastNotifiedAt === null
      ? "told nothing yet"
      : `told at ${date(lastNotifiedAt)} of ${firing} firing, ${resolved} resolved, ${containsAlert ? "this one among them" : "this one not"}`;
  const rows: [string, string][] = [[name, last + (pending ? "; something is on its way" : "")]];
  // Old attempts matter to whoever looks closely; the last one, where it failed, to everybody.
  const shown = extended ? attempts : attempts.slice(0, 1).filter(({ outcome }) => outcome !== "delivered");
  for (const { at, outcome, durationMs, error } of shown) {
    rows.push([name, `${outcome} at ${date(at)} after ${durationMs}ms${error === null ? "" : `: ${goQuote(error)}`}`]);
  }
  if (extended) {
    for (const { at, outcome, reason } of decisions) {
      rows.push([name, `decided at ${date(at)}: ${outcome}${reason === "none" ? "" : `, ${reason}`}`]);
    }
  }
  return rows;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return labelSetToString(labelSetFromObject(labels));
}
