import { withDeafTime } from "../core/backup/deaf-time.ts";
import { documentKey } from "../core/documents/document.ts";
import { newerThan, type Counts, type Newer, type Present, type Snapshot } from "../core/backup/newer.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Batch, GroupRow, HistoryStorage, Stored } from "../core/interfaces/storage.ts";
import type { Destination } from "./restore.ts";

/** Most of a kind stored in one transaction: a database far away has to take them in its time. */
const AT_ONCE = 2000;

export interface StoredDestinationOptions {
  readonly storage: HistoryStorage;
  /** What is in it. */
  readonly stored: Stored;
  /** ms */
  readonly now: number;
  /** ms; see `Circumstances.deafUntil`. */
  readonly deafUntil: number | undefined;
  /** What is stored before anything of the backup. */
  readonly first: (takenAt: number) => Batch;
}

/** A database that no server uses through us: what is in it was read before and is merged here. */
export class StoredDestination implements Destination {
  readonly storage: HistoryStorage;
  readonly #options: StoredDestinationOptions;
  readonly #alerts: ReadonlyMap<string, Alert>;

  constructor(options: StoredDestinationOptions) {
    this.#options = options;
    this.storage = options.storage;
    this.#alerts = new Map(options.stored.alerts.map((alert) => [alert.labels.key, alert]));
  }

  alert(labels: Alert["labels"]): Alert | undefined {
    return this.#alerts.get(labels.key);
  }

  async takeIn(backup: Snapshot): Promise<Counts> {
    const { stored, now, deafUntil, first } = this.#options;
    // What is past its time is collected by the server that goes on from here.
    const retention = Infinity;
    const newer = newerThan(presentIn(stored, this.#alerts), backup, { now, retention, deafUntil });
    await this.storage.commit(first(backup.takenAt));
    for (const batch of batchesOf(newer)) await this.storage.commit(batch);
    return newer.counts;
  }
}

/**
 * In the order in which they may be cut off, and seen by servers that use the database: whoever finds an alert finds who was
 * told of it, and whoever finds a group to flush finds its alerts and what was left undecided.
 */
function* batchesOf(newer: Newer): Generator<Batch> {
  const { silences, notificationLog, groups, outbox, alerts, classifications, documents } = newer;
  for (const some of inParts(silences)) yield { silences: some };
  for (const some of inParts(notificationLog)) yield { notificationLog: some };
  for (const some of inParts(documents)) yield { documents: some };
  for (const some of inParts(alerts)) yield { alerts: some };
  for (const some of inParts(classifications)) yield { classifications: some };
  for (const some of inParts(outbox)) yield { outbox: some };
  for (const some of inParts(groups)) yield { newGroups: some.map(wholeNumbers) };
}

/** A database of whole numbers takes it, whatever the clock said. */
function wholeNumbers(row: GroupRow): GroupRow {
  return { ...row, nextFlushAt: Math.floor(row.nextFlushAt) };
}

function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += AT_ONCE) yield all.slice(i, i + AT_ONCE);
}

function presentIn(stored: Stored, alerts: ReadonlyMap<string, Alert>): Present {
  const silences = new Map(stored.silences.map((silence) => [silence.id, silence]));
  const log = new Map(stored.notificationLog.map((entry) => [entry.key, entry]));
  const idOf = ({ routeId, groupFingerprint }: GroupRow) => `${groupFingerprint} ${routeId}`;
  const groups = new Set(stored.groups.map(idOf));
  const classifications = new Map(stored.classifications.map((one) => [one.fingerprint, one]));
  const documents = new Map(stored.documents.map((row) => [documentKey(row), row]));
  const decisions = new Set(stored.outbox.map(({ key }) => key));
  return {
    alert: (labels) => alerts.get(labels.key),
    silence: (id) => silences.get(id),
    logEntry: (key) => log.get(key),
    logEntries: () => stored.notificationLog,
    wantsTimer: (row) => !groups.has(idOf(row)),
    hasDecision: (key) => decisions.has(key),
    classification: (fingerprint) => classifications.get(fingerprint),
    document: (id) => documents.get(documentKey(id)),
    fingerprints: () => new Set(stored.alerts.map(({ labels }) => labels.fingerprint)),
  };
}

/**
 * What is to be said of the time in which a directory's server was not there, so that its next start does as after any
 * other stop: it heard until the backup was taken, or until it stopped if that was later.
 */
export function heardUntil({ alerts, aliveAt }: Stored, takenAt: number): Batch {
  if (aliveAt !== undefined && aliveAt >= takenAt) return {};
  const extendedAlerts = alerts.map((alert) => withDeafTime(alert, aliveAt, takenAt));
  return { aliveAt: takenAt, extendedAlerts: extendedAlerts.filter((alert, i) => alert !== alerts[i]) };
}
