import type { ReplicatedState } from "../core/interfaces/replication.ts";
import type { DocumentRow, NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Silences } from "../core/silencing/silences.ts";
import type { Clock } from "./clock.ts";
import type { Documents } from "./documents.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Journal } from "./journal.ts";
import type { NotificationLog } from "./notification-log.ts";

/** The silences, the notification log and the documents of this server, as peers see and change them. */
export class Replicated implements ReplicatedState {
  /** @param retention ms a silence is kept after its end */
  constructor(
    private readonly known: Silences,
    private readonly log: NotificationLog,
    private readonly kept: Documents,
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly retention: number,
    private readonly elsewhere: Elsewhere,
  ) {}

  silences(): Iterable<Silence> {
    return this.known.all();
  }

  logEntries(): Iterable<NotificationLogEntry> {
    return this.log.all();
  }

  documents(): Iterable<DocumentRow> {
    return this.kept.rows();
  }

  /** Takes those that were updated later than what is here and whose time is not over (spec §7.5). */
  mergeSilences(silences: readonly Silence[]): readonly Silence[] {
    const now = this.clock.now();
    return silences.filter((silence) => {
      if (silence.endsAt.ms + this.retention <= now) return false;
      const held = this.known.get(silence.id);
      if (held !== undefined && silence.updatedAt.compare(held.updatedAt) <= 0) return false;
      this.elsewhere.silence(silence, held);
      this.known.put(silence);
      this.journal.silence(silence.id);
      return true;
    });
  }

  /** Takes those that are later than what is here and have not expired (spec §6.8). */
  mergeLogEntries(entries: readonly NotificationLogEntry[]): readonly NotificationLogEntry[] {
    const now = this.clock.now();
    return entries.filter((entry) => {
      if (entry.expiresAt <= now) return false;
      const held = this.log.get(entry.key);
      if (held !== undefined && entry.timestamp <= held.timestamp) return false;
      this.elsewhere.notified(entry);
      this.log.put(entry);
      this.journal.logEntry(entry.key);
      return true;
    });
  }

  mergeDocuments(rows: readonly DocumentRow[]): readonly DocumentRow[] {
    return this.kept.merge(rows);
  }
}
