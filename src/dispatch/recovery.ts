import type { AlertTable } from "../core/ingestion/alert-table.ts";
import type { OutboxRow } from "../core/interfaces/storage.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Group } from "./group.ts";
import type { Lasting, Running } from "./running.ts";

/** Hands over alerts that only groups still held, because they are resolved and collected but not yet notified. */
export function carryOver(alerts: AlertTable, from: Dispatcher, to: Dispatcher): void {
  for (const group of from.groups()) {
    for (const alert of group.sorted()) if (alerts.get(alert.labels) === undefined) to.insert(alert);
  }
}

/** Sees to it that decisions without an outcome are made good first thing, and drops those nobody can make good. */
export function recoverOutbox(
  { outbox, journal, options }: Pick<Lasting, "outbox" | "journal" | "options">,
  { dispatcher, config }: Pick<Running, "dispatcher" | "config">,
): void {
  if (!outbox.hasAbandoned) return;
  const byKey = new Map<string, Group>();
  for (const group of dispatcher.groups()) byKey.set(`${group.key}:${group.route.receiver}`, group);
  for (const row of outbox.abandoned()) {
    const group = byKey.get(`${row.groupKey}:${row.receiver}`) ?? classGroup(row, dispatcher, config);
    // What went to the fallback is decided again when the receiver refuses again.
    if (group !== undefined) {
      dispatcher.hurry(group);
      continue;
    }
    options.log.warn("A notification of unknown outcome has no group any more and is dropped", { key: row.key });
    outbox.delete(row.key);
    journal.outboxRow(row.key);
  }
}

/** The group of a decision to tell a receiver of a class. */
function classGroup(row: OutboxRow, dispatcher: Dispatcher, { classReceivers }: Running["config"]): Group | undefined {
  if (classReceivers?.names.includes(row.receiver) !== true) return undefined;
  const group = dispatcher.find(row);
  return group?.key === row.groupKey ? group : undefined;
}
