import type { Count, Counts } from "../../core/backup/newer.ts";
import type { Header } from "../../backup/format.ts";

/** What is in a backup. */
export interface Contents extends Header {
  history: number;
}

/** One sentence on what is in a backup, without its end. */
export function summary({ counts, history, takenAt }: Contents): string {
  const parts = [
    `${counts.alert} alerts`,
    `${counts.silence} silences`,
    `${counts.logEntry} notification log entries`,
    `${counts.group} groups`,
    `${counts.decision} undelivered notifications`,
    `${counts.classification} classifications`,
    `${counts.document} documents`,
  ];
  return `wrote ${parts.join(", ")} and ${history} lines of history as of ${new Date(takenAt).toISOString()}`;
}

const NAMES: Readonly<Record<keyof Counts | "history", string>> = {
  alerts: "alerts",
  silences: "silences",
  notificationLog: "notification log entries",
  groups: "groups",
  decisions: "undelivered notifications",
  classifications: "classifications",
  documents: "documents",
  history: "lines of history",
};

/** A line for each kind. */
export function countLines(counts: Counts & { readonly history: Count }): string {
  return Object.entries(NAMES)
    .map(([kind, name]) => {
      const { new: taken, older } = counts[kind as keyof typeof NAMES];
      return `${name}: ${taken} new, ${older} older\n`;
    })
    .join("");
}
