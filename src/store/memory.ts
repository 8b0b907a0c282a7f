import { documentKey, isNewerDocument } from "../core/documents/document.ts";
import { ClassificationTable } from "../core/classification/table.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Silence } from "../core/model/silence.ts";
import { HistoryList, rowOfEvent } from "../core/history/select.ts";
import { EVERYTHING } from "./history/everything.ts";
import { StorageError } from "../core/interfaces/storage.ts";
import type {
  Batch,
  CachedRow,
  DocumentRow,
  GroupRow,
  HistoryRow,
  HistoryStorage,
  NotificationLogEntry,
  OutboxRow,
  StoreHealth,
  Stored,
} from "../core/interfaces/storage.ts";

/** An in-memory twin of the stores, for tests of what is built on them. */
export interface MemoryStorage extends HistoryStorage {
  /** Makes the next `times` commits (1 unless told) reject with this code and store nothing. */
  failNext(code: StorageError["code"], times?: number): void;
  /** Holds commits back until the returned function is called: a disk that hangs. */
  hold(): () => void;
  /** Opens it again after a close: what was stored is still there. */
  reopen(): MemoryStorage;
  /** All batches stored so far, oldest first. */
  readonly batches: readonly Batch[];
  /** All history stored so far, oldest first. */
  readonly history: readonly HistoryRow[];
}

const HISTORY_PAGE = 2;

export function createMemoryStorage(): MemoryStorage {
  const alerts = new Map<string, Alert>();
  const silences = new Map<string, Silence>();
  const groups = new Map<string, GroupRow>();
  const notificationLog = new Map<string, NotificationLogEntry>();
  const outbox = new Map<string, OutboxRow>();
  const classifications = new ClassificationTable();
  const documents = new Map<string, DocumentRow>();
  const cached = new Map<string, CachedRow>();
  const batches: Batch[] = [];
  const history = new HistoryList();
  const failures: StorageError["code"][] = [];
  let aliveAt: number | undefined;
  let sharedUntil: number | undefined;
  let held: Promise<void> | undefined;
  let closed = false;

  const groupKey = (g: Pick<GroupRow, "routeId" | "groupFingerprint">) => `${g.groupFingerprint} ${g.routeId}`;

  function apply(batch: Batch): void {
    for (const fingerprint of batch.deletedAlerts ?? []) {
      alerts.delete(fingerprint);
      classifications.delete(fingerprint);
    }
    for (const alert of batch.alerts ?? []) alerts.set(alert.labels.fingerprint, alert);
    for (const { labels, endsAt, updatedAt, timeout } of batch.extendedAlerts ?? []) {
      const alert = alerts.get(labels.fingerprint);
      if (alert !== undefined) alerts.set(labels.fingerprint, { ...alert, endsAt, updatedAt, timeout });
    }
    for (const fingerprint of batch.deletedClassifications ?? []) classifications.delete(fingerprint);
    for (const one of batch.classifications ?? []) if (alerts.has(one.fingerprint)) classifications.put(one);
    for (const id of batch.deletedSilences ?? []) silences.delete(id);
    for (const silence of batch.silences ?? []) silences.set(silence.id, silence);
    for (const group of batch.deletedGroups ?? []) groups.delete(groupKey(group));
    for (const group of batch.groups ?? []) groups.set(groupKey(group), group);
    for (const group of batch.newGroups ?? []) {
      if (groups.get(groupKey(group))?.configHash !== group.configHash) groups.set(groupKey(group), group);
    }
    for (const key of batch.deletedNotificationLog ?? []) notificationLog.delete(key);
    for (const entry of batch.notificationLog ?? []) notificationLog.set(entry.key, entry);
    for (const key of batch.deletedOutbox ?? []) outbox.delete(key);
    for (const row of batch.outbox ?? []) outbox.set(row.key, row);
    for (const id of batch.deletedDocuments ?? []) documents.delete(documentKey(id));
    for (const row of batch.documents ?? []) {
      const before = documents.get(documentKey(row));
      if (before === undefined || isNewerDocument(row, before)) documents.set(documentKey(row), row);
    }
    for (const key of batch.deletedCached ?? []) cached.delete(key);
    for (const row of batch.cached ?? []) cached.set(row.key, row);
    history.add(batch.history ?? []);
    aliveAt = batch.aliveAt ?? aliveAt;
    sharedUntil = batch.sharedUntil ?? sharedUntil;
    batches.push(batch);
  }

  const storage: MemoryStorage = {
    batches,
    get history() {
      return history.events.map(rowOfEvent);
    },
    reopen() {
      closed = false;
      return storage;
    },
    failNext(code, times = 1) {
      for (let i = 0; i < times; i++) failures.push(code);
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    async load(): Promise<Stored> {
      return {
        alerts: [...alerts.values()],
        silences: [...silences.values()],
        groups: [...groups.values()],
        notificationLog: [...notificationLog.values()],
        outbox: [...outbox.values()],
        classifications: [...classifications.all()],
        documents: [...documents.values()],
        cached: [...cached.values()],
        aliveAt,
        sharedUntil,
      };
    },
    async commit(batch: Batch): Promise<void> {
      if (closed) throw new StorageError("failed", "store: commit after close");
      const failure = failures.shift();
      if (failure !== undefined) throw new StorageError(failure, `store: commit made to fail with "${failure}"`);
      if (held !== undefined) await held;
      apply(batch);
    },
    async readHistory(from) {
      const after = from === undefined ? {} : { after: from };
      const { events, next } = history.search({ ...EVERYTHING, limit: HISTORY_PAGE, ...after });
      return { rows: events, next };
    },
    searchHistory: (query) => Promise.resolve(history.search(query)),
    historyStats: (query) => Promise.resolve(history.stats(query)),
    health(): StoreHealth {
      return held === undefined
        ? { state: "ok", queued: 0, sizeBytes: 0 }
        : { state: "degraded", reason: "the disk does not answer", queued: 0, sizeBytes: 0 };
    },
    async close(): Promise<void> {
      closed = true;
    },
  };
  return storage;
}
