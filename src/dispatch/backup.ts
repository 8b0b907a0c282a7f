import {
  newerThan,
  type Circumstances,
  type Counts,
  type Newer,
  type Present,
  type Snapshot,
} from "../core/backup/newer.ts";
import type { ClassificationTable } from "../core/classification/table.ts";
import type { AlertTable } from "../core/ingestion/alert-table.ts";
import type { Inhibitor } from "../core/inhibition/inhibitor.ts";
import type { ReplicatedState } from "../core/interfaces/replication.ts";
import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { GroupRow } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Silences } from "../core/silencing/silences.ts";
import type { Documents } from "./documents.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { groupId } from "./group.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { Journal } from "./journal.ts";
import type { Outbox } from "./outbox.ts";
import { recoverOutbox } from "./recovery.ts";
import type { Lasting, Running } from "./running.ts";
import type { SharedCommits } from "./sharing/commits.ts";

/** Most alerts stored in one transaction. */
const STORED_AT_ONCE = 5000;

/** All that a server has in memory. */
interface Held {
  readonly alerts: AlertTable;
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly outbox: Outbox;
  readonly classifications: ClassificationTable;
  readonly documents: Documents;
}

interface Memory extends Held {
  readonly dispatcher: Dispatcher;
  readonly inhibitor: Inhibitor;
  readonly replicated: ReplicatedState;
  readonly configHash: string;
}

export interface BackupsParts extends Held, Pick<Lasting, "options" | "journal" | "sharing"> {
  readonly replicated: ReplicatedState;
  readonly sharedCommits: SharedCommits;
  readonly running: () => Running | undefined;
  /** @param alerts how many were new, or newer than what was here */
  readonly onTakenIn: (alerts: number) => void;
}

/** Writes down what a running server has, and takes in what a backup has. */
export class Backups {
  readonly #parts: BackupsParts;
  /** ms; the start of a server that began with nothing. */
  emptyUntil: number | undefined;

  constructor(parts: BackupsParts) {
    this.#parts = parts;
  }

  /** Everything as of this moment. */
  async take(): Promise<Snapshot> {
    await this.#parts.sharing()?.catchUp();
    return snapshot(this.#memory(), this.#parts.options.clock.now());
  }

  /**
   * Takes in what a backup has that is newer than what is here, and resolves when that is stored.
   *
   * @throws StorageError when it is not, or not all of it: it is in force all the same, and doing it again is safe
   */
  async takeIn(backup: Snapshot): Promise<Counts> {
    const { options, sharing, sharedCommits, outbox, journal, onTakenIn } = this.#parts;
    await sharing()?.catchUp();
    const { clock, peers, retention } = options;
    const memory = this.#memory();
    const shared = sharing()?.isActive === true ? options.sharing?.store.shared : undefined;
    const taken = takeIn(memory, backup, { now: clock.now(), retention, deafUntil: this.emptyUntil });
    onTakenIn(taken.alerts.length);
    if (shared === undefined) {
      for (const row of taken.outbox) outbox.abandon(row);
      recoverOutbox(this.#parts, memory);
    }
    if (taken.silences.length > 0) peers?.tellSilences(taken.silences);
    for (const entry of taken.notificationLog) peers?.tellLogEntry(entry);
    if (taken.documents.length > 0) peers?.tellDocuments(taken.documents);
    await storeTakenIn(taken, journal, shared && { storage: shared, commits: sharedCommits });
    return taken.counts;
  }

  #memory(): Memory & Running {
    const running = this.#parts.running();
    if (running === undefined) throw new Error("no configuration is loaded yet");
    return { ...this.#parts, ...running, configHash: running.config.hash };
  }
}

/** Everything as of this moment. What is in it never changes, so that it can be written down bit by bit. */
function snapshot(memory: Memory, takenAt: number): Snapshot {
  const { alerts, silences, notificationLog, outbox, classifications, documents, dispatcher, configHash } = memory;
  const all = [...alerts.all()];
  const groups: GroupRow[] = [];
  for (const group of dispatcher.groups()) {
    groups.push(group.row(configHash));
    // Resolved, collected, and still to be told.
    for (const alert of group.sorted()) if (alerts.get(alert.labels) === undefined) all.push(alert);
  }
  return {
    takenAt,
    alerts: all,
    silences: [...silences.all()],
    groups,
    notificationLog: [...notificationLog.all()],
    outbox: [...outbox.all()],
    classifications: [...classifications.all()],
    documents: [...documents.rows()],
  };
}

/** What was taken into memory, and has to be stored. */
interface TakenIn extends Omit<Newer, "groups"> {
  /** Groups that were made for the alerts. */
  readonly groups: readonly GroupRow[];
}

/**
 * Takes what is newer of a backup into memory, all in one turn: the log says who was told of an alert before there is a group
 * that could tell. Decisions are left to the caller.
 */
function takeIn(memory: Memory, backup: Snapshot, circumstances: Circumstances): TakenIn {
  const { alerts, classifications, documents, dispatcher, inhibitor, replicated, configHash } = memory;
  const newer = newerThan(presentIn(memory), backup, circumstances);
  replicated.mergeLogEntries(newer.notificationLog);
  replicated.mergeSilences(newer.silences);
  const kept = newer.alerts.map((alert): Alert => {
    const one = alerts.replace(alert);
    inhibitor.observe(one);
    return one;
  });
  for (const one of newer.classifications) classifications.put(one);
  documents.take(newer.documents);
  const made = dispatcher.insertAll(kept, newer.groups).map((group) => group.row(configHash));
  for (const { labels, annotations } of kept) {
    labels.release();
    annotations.release();
  }
  const timers = new Set(newer.groups.map(groupId));
  const used = made.filter((row) => timers.has(groupId(row))).length;
  const counts = { ...newer.counts, groups: { new: used, older: backup.groups.length - used } };
  return { ...newer, alerts: kept, groups: made, counts };
}

/**
 * Stores what was taken into memory. Where it fails, what it could not store goes with what is stored next.
 *
 * @param shared undefined for a server that has its store for itself
 * @throws StorageError
 */
async function storeTakenIn(
  taken: TakenIn,
  journal: Journal,
  shared: { readonly storage: SharedStorage; readonly commits: SharedCommits } | undefined,
): Promise<void> {
  const { silences, notificationLog, outbox, alerts, classifications, documents, groups } = taken;
  try {
    await journal.commit({ silences, notificationLog, documents, outbox: shared === undefined ? outbox : [] });
    // Decisions are the claims' there, and have to be there before there is a group to claim.
    await shared?.storage.commit({ outbox });
    for (let i = 0; i < alerts.length; i += STORED_AT_ONCE) {
      const some = alerts.slice(i, i + STORED_AT_ONCE);
      if (shared === undefined) await journal.commit({ alerts: some, groups: i === 0 ? groups : [] });
      else await shared.commits.store(some, []);
    }
    await journal.commit({ classifications });
  } catch (error) {
    for (const { labels } of alerts) journal.alert(labels);
    for (const row of groups) journal.group(row);
    for (const { fingerprint } of classifications) journal.classification(fingerprint);
    throw error;
  }
}

function presentIn(memory: Memory): Present {
  const { alerts, silences, notificationLog, outbox, classifications, documents, dispatcher, configHash } = memory;
  return {
    alert: (labels) => alerts.get(labels) ?? dispatcher.held(labels),
    silence: (id) => silences.get(id),
    logEntry: (key) => notificationLog.get(key),
    logEntries: () => notificationLog.all(),
    wantsTimer: (row) => row.configHash === configHash && dispatcher.find(row) === undefined,
    hasDecision: (key) => outbox.get(key) !== undefined,
    classification: (fingerprint) => classifications.get(fingerprint),
    document: (id) => documents.row(id),
    fingerprints: () => new Set(Array.from(alerts.all(), ({ labels }) => labels.fingerprint)),
  };
}
