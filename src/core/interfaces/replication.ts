import type { Silence } from "../model/silence.ts";
import type { DocumentRow, NotificationLogEntry } from "./storage.ts";

/** What servers without a common database tell each other: each can give all it has and takes what others have. */
export interface ReplicatedState {
  silences(): Iterable<Silence>;
  logEntries(): Iterable<NotificationLogEntry>;
  /** Removed ones included. */
  documents(): Iterable<DocumentRow>;
  /** Takes those that are newer than what is there and not past their time (spec §6.8, §7.5), and returns them. */
  mergeSilences(silences: readonly Silence[]): readonly Silence[];
  mergeLogEntries(entries: readonly NotificationLogEntry[]): readonly NotificationLogEntry[];
  mergeDocuments(rows: readonly DocumentRow[]): readonly DocumentRow[];
}

/** The other servers, as the pipeline sees them. */
export interface Peers {
  /** ms to leave to those whose turn comes first; 0 sends at once. */
  turn(): number;
  /** Resolves when the membership has settled, or has had the time to: no notification goes out before. */
  readonly settled: Promise<void>;
  tellSilences(changed: readonly Silence[]): void;
  tellLogEntry(entry: NotificationLogEntry): void;
  tellDocuments(changed: readonly DocumentRow[]): void;
}
