import type { Snapshot } from "../core/backup/newer.ts";
import type { DocumentRow, HistoryRow, NotificationLogEntry, OutboxRow, GroupRow } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import type { Silence } from "../core/model/silence.ts";

/**
 * A backup is a gzip'd file of lines, each one JSON object with one member that says what it is (docs/backup.md): the
 * header, then the entries, kind by kind in the order of `KINDS`, then the end.
 */
export const FORMAT = "alertmanager++ backup";
export const VERSION = 1;

/** What a line can be about. The log comes before the alerts, so that whoever knows an alert knows who was told of it. */
export const KINDS = [
  "silence",
  "logEntry",
  "group",
  "decision",
  "alert",
  "classification",
  "document",
  "history",
] as const;

export type Kind = (typeof KINDS)[number];

/** What an entry of each kind holds. */
export interface Values {
  readonly silence: Silence;
  readonly logEntry: NotificationLogEntry;
  readonly group: GroupRow;
  readonly decision: OutboxRow;
  readonly alert: Alert;
  readonly classification: Classification;
  readonly document: DocumentRow;
  readonly history: HistoryRow;
}

/** One entry that could be read, or one that says what this server cannot understand, such as a matcher. */
export type Entry =
  | { readonly [K in Kind]: { readonly kind: K; readonly value: Values[K] } }[Kind]
  | { readonly kind: "unreadable"; readonly of: Kind; readonly line: number; readonly why: string };

/** Which database a backup was taken of. */
export type Source = "sqlite" | "postgres";

/** How many entries of each kind there are; history is counted at the end only. */
export type Counted = Readonly<Record<Exclude<Kind, "history">, number>>;

export interface Header {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** ms */
  readonly takenAt: number;
  readonly source: Source;
  readonly counts: Counted;
}

/** The last line: by it a file that was cut off or changed is known. */
export interface End {
  /** How many lines come before it. */
  readonly lines: number;
  /** SHA-256 of all bytes before it, as hex digits. */
  readonly sha256: string;
}

/** A file that is no backup, or one that cannot be trusted or understood. Nothing has been done with it. */
export class BackupError extends Error {
  constructor(
    message: string,
    /** `too large` for the way it came; another way may do. */
    readonly code: "invalid" | "too large" = "invalid",
  ) {
    super(message);
  }
}

export function countOf(snapshot: Omit<Snapshot, "takenAt">): Counted {
  const { silences, notificationLog, groups, outbox, alerts, classifications, documents } = snapshot;
  return {
    silence: silences.length,
    logEntry: notificationLog.length,
    group: groups.length,
    decision: outbox.length,
    alert: alerts.length,
    classification: classifications.length,
    document: documents.length,
  };
}
