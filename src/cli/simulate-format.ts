import { labelSetToString } from "../core/grouping/group-key.ts";
import { formatPromDuration } from "../core/model/duration.ts";
import type { LabelSet } from "../core/model/labels.ts";
import { formatMillis, Timestamp } from "../core/model/timestamp.ts";
import type { Suppression } from "./explain-alert.ts";
import { dateFormat } from "./format/date.ts";
import type { Output } from "./format/output.ts";
import { tableWithLines } from "./format/table.ts";
import { integrationName } from "./integrations.ts";
import type { SimulatedNotification, Simulation } from "./simulate-run.ts";

/** Prints the notifications of a run; `extended` with the alerts of each. */
export function formatSimulation(simulation: Simulation, { form, layout }: Output): string {
  if (form === "json") return `${JSON.stringify(simulationJson(simulation))}\n`;
  const date = dateFormat(layout);
  const extended = form === "extended";
  const head = ["At", "After", "Receiver", "Reason", "Firing", "Resolved", extended ? "Group Key" : "Group"];
  const rows = simulation.notifications.map((sent) => {
    const { at, receiver, reason, firing, resolved, groupKey, groupLabels } = sent;
    const group = extended ? groupKey : labelSetToString(groupLabels);
    const name = `${receiver}/${integrationName(sent)}`;
    const after = formatPromDuration(at - simulation.start);
    return [date(new Timestamp(at)), after, name, reason, `${firing.length}`, `${resolved.length}`, group];
  });
  const below = simulation.notifications.map(({ firing, resolved }) =>
    extended ? [...alertLines("firing", firing), ...alertLines("resolved", resolved)] : [],
  );
  const table = rows.length === 0 ? "No notifications.\n" : tableWithLines([head, ...rows], [[], ...below]);
  return `${table}\n${closing(simulation, date, extended)}`;
}

function alertLines(status: string, alerts: readonly LabelSet[]): string[] {
  return alerts.map((labels) => `  ${status} ${labelSetToString(labels)}`);
}

const SUPPRESSED: Readonly<Record<Suppression, string>> = {
  inhibition: "inhibited",
  active_time_interval: "outside active_time_intervals",
  mute_time_interval: "inside mute_time_intervals",
  silence: "silenced",
};

/** How many alerts the short form lists of those nobody is told of. */
const LISTED_UNTOLD = 10;

function closing(simulation: Simulation, date: ReturnType<typeof dateFormat>, extended: boolean): string {
  const { start, end, isQuiet, notifications, suppressed, untold } = simulation;
  const count = `${notifications.length} notification${notifications.length === 1 ? "" : "s"}`;
  const how = isQuiet ? "then quiet" : "alerts still there at the end";
  const lines = [`${count} in ${formatPromDuration(end - start)} from ${date(new Timestamp(start))}, ${how}.`];
  const kept = Object.entries(suppressed).filter(([, times]) => times > 0);
  if (kept.length > 0) {
    const reasons = kept.map(([reason, times]) => `${times} × ${SUPPRESSED[reason as Suppression]}`);
    lines.push(`Alerts kept back, in all flushes: ${reasons.join(", ")}.`);
  }
  if (untold.length > 0) {
    const listed = extended ? untold : untold.slice(0, LISTED_UNTOLD);
    lines.push("Nobody is told of:", ...listed.map((labels) => `  ${labelSetToString(labels)}`));
    if (listed.length < untold.length) lines.push(`  and ${untold.length - listed.length} more: -o extended has all`);
  }
  return `${lines.join("\n")}\n`;
}

function simulationJson({ start, end, isQuiet, notifications, suppressed, untold }: Simulation): object {
  return {
    startsAt: formatMillis(new Timestamp(start)),
    endsAt: formatMillis(new Timestamp(end)),
    quiet: isQuiet,
    notifications: notifications.map(notificationJson),
    suppressed,
    neverNotified: untold.map((labels) => labels.toObject()),
  };
}

function notificationJson(sent: SimulatedNotification): object {
  const { at, receiver, reason, groupKey, groupLabels, firing, resolved } = sent;
  return {
    at: formatMillis(new Timestamp(at)),
    receiver,
    integration: integrationName(sent),
    reason,
    groupKey,
    groupLabels: groupLabels.toObject(),
    firing: firing.map((labels) => labels.toObject()),
    resolved: resolved.map((labels) => labels.toObject()),
  };
}
