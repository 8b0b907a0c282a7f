import { NotShared } from "../core/interfaces/storage.ts";
import type {
  Batch,
  DocumentId,
  DocumentRow,
  GroupRow,
  NotificationLogEntry,
  OutboxRow,
  Storage,
} from "../core/interfaces/storage.ts";
import { documentKey } from "../core/documents/document.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Cancel, Clock } from "./clock.ts";
import { groupId } from "./group.ts";

/** The present state of everything that is stored, as memory has it; undefined for what is gone. */
export interface Present {
  alert(labels: LabelSet): Alert | undefined;
  silence(id: string): Silence | undefined;
  logEntry(key: string): NotificationLogEntry | undefined;
  outboxRow(key: string): OutboxRow | undefined;
  group(id: string): GroupRow | undefined;
  /** The groups an alert is in, where servers that share a database have to be told of them with it. */
  groupsOf(labels: LabelSet): readonly GroupRow[];
  classification(fingerprint: string): Classification | undefined;
  document(id: DocumentId): DocumentRow | undefined;
}

export interface JournalOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
}

type GroupIdentity = Pick<GroupRow, "routeId" | "groupFingerprint">;

/** What still has to be stored: which things, not how they look, so that it is bounded by what there is. */
class Unsaved {
  alerts = new Map<string, LabelSet>();
  /** Those of which only the end moved on. */
  extended = new Map<string, LabelSet>();
  silences = new Set<string>();
  log = new Set<string>();
  outbox = new Set<string>();
  groups = new Map<string, GroupIdentity>();
  classifications = new Set<string>();
  documents = new Map<string, DocumentId>();
}

// Promise 8 gives an end that moved on 5 s to be stored.
const BEAT = 2500;

/**
 * Everything that goes into the store goes through here. What must be stored before an answer is committed at once;
 * what may wait goes with the next beat, a few seconds at most; and what the store refused is tried again with each beat, as it
 * looks then, until the store takes it.
 */
export class Journal {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Logger;
  #present: Present | undefined;
  #unsaved = new Unsaved();
  /** What the beat under way stores. */
  #saving: Unsaved | undefined;
  #beat: Cancel | undefined;
  #failing = false;
  /** ms; what was unsaved before has been stored. */
  #savedUntil = 0;

  constructor(options: JournalOptions) {
    this.#storage = options.storage;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Begins the beats, with one at once. */
  start(present: Present): void {
    this.#present = present;
    void this.#save().then(() => this.#nextBeat());
  }

  /** Stores what is still unsaved and beats no more. */
  async stop(): Promise<void> {
    this.#beat?.();
    await this.#save();
  }

  /** True while the store does not keep up, so that waiting for it is no use. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Stores a batch. When it rejects (StorageError) its parts go with a later beat. Deleting alerts is left to the beats. */
  async commit(batch: Omit<Batch, "deletedAlerts" | "history">): Promise<void> {
    try {
      await this.#storage.commit({ ...batch, aliveAt: this.#clock.now() });
      this.#recovered();
    } catch (e) {
      if (e instanceof NotShared) return this.#keep(batch);
      this.#failed(e as Error);
      this.#keep(batch);
      throw e;
    }
  }

  /** Stores a batch and gives up waiting after `patience` ms, or at once while the store is failing. */
  async commitWithin(batch: Omit<Batch, "deletedAlerts" | "history">, patience: number): Promise<void> {
    const stored = this.commit(batch).catch(() => undefined);
    if (this.#failing) return;
    let cancel: Cancel | undefined;
    await Promise.race([stored, new Promise<void>((resolve) => (cancel = this.#clock.schedule(patience, resolve)))]);
    cancel?.();
  }

  /** ms; what may wait for a beat and was there before has been stored. */
  get savedUntil(): number {
    return this.#savedUntil;
  }

  /** Whether how an alert stands waits for a beat, or is on its way with one. */
  isUnsaved({ fingerprint }: LabelSet): boolean {
    const has = (unsaved: Unsaved) => unsaved.alerts.has(fingerprint) || unsaved.extended.has(fingerprint);
    return has(this.#unsaved) || (this.#saving !== undefined && has(this.#saving));
  }

  /** Stores with the next beat that an alert's end moved on. */
  extended(labels: LabelSet): void {
    this.#unsaved.extended.set(labels.fingerprint, labels);
  }

  /** Stores with the next beat how an alert stands, or that it is gone. */
  alert(labels: LabelSet): void {
    this.#unsaved.alerts.set(labels.fingerprint, labels);
  }

  group(identity: GroupIdentity): void {
    this.#unsaved.groups.set(groupId(identity), identity);
  }

  outboxRow(key: string): void {
    this.#unsaved.outbox.add(key);
  }

  logEntry(key: string): void {
    this.#unsaved.log.add(key);
  }

  silence(id: string): void {
    this.#unsaved.silences.add(id);
  }

  /** Stores with the next beat what an alert is classified as, or that it is no more. */
  classification(fingerprint: string): void {
    this.#unsaved.classifications.add(fingerprint);
  }

  /** Stores with the next beat what a document is, or that there is none any more. */
  document({ kind, key }: DocumentId): void {
    this.#unsaved.documents.set(documentKey({ kind, key }), { kind, key });
  }

  #nextBeat(): void {
    this.#beat = this.#clock.schedule(BEAT, () => {
      void this.#save().then(() => this.#nextBeat());
    });
  }

  async #save(): Promise<void> {
    if (this.#present === undefined) return;
    const unsaved = this.#unsaved;
    this.#unsaved = new Unsaved();
    this.#saving = unsaved;
    const now = this.#clock.now();
    try {
      await this.#storage.commit(batchOf(unsaved, this.#present, now));
      this.#savedUntil = now;
      this.#recovered();
    } catch (e) {
      if (!(e instanceof NotShared)) this.#failed(e as Error);
      for (const [fingerprint, labels] of unsaved.alerts) this.#unsaved.alerts.set(fingerprint, labels);
      for (const [fingerprint, labels] of unsaved.extended) this.#unsaved.extended.set(fingerprint, labels);
      for (const id of unsaved.silences) this.#unsaved.silences.add(id);
      for (const key of unsaved.log) this.#unsaved.log.add(key);
      for (const key of unsaved.outbox) this.#unsaved.outbox.add(key);
      for (const [id, identity] of unsaved.groups) this.#unsaved.groups.set(id, identity);
      for (const fingerprint of unsaved.classifications) this.#unsaved.classifications.add(fingerprint);
      for (const id of unsaved.documents.values()) this.document(id);
    } finally {
      this.#saving = undefined;
    }
  }

  #keep(batch: Omit<Batch, "deletedAlerts" | "history">): void {
    const { alerts, extended, silences, log, outbox, groups, classifications } = this.#unsaved;
    for (const { labels } of batch.alerts ?? []) {
      alerts.set(labels.fingerprint, labels);
      // It is stored only with its alert.
      classifications.add(labels.fingerprint);
    }
    for (const alert of batch.extendedAlerts ?? []) extended.set(alert.labels.fingerprint, alert.labels);
    for (const silence of batch.silences ?? []) silences.add(silence.id);
    for (const id of batch.deletedSilences ?? []) silences.add(id);
    for (const entry of batch.notificationLog ?? []) log.add(entry.key);
    for (const key of batch.deletedNotificationLog ?? []) log.add(key);
    for (const row of batch.outbox ?? []) outbox.add(row.key);
    for (const key of batch.deletedOutbox ?? []) outbox.add(key);
    for (const group of batch.groups ?? []) groups.set(groupId(group), group);
    for (const group of batch.deletedGroups ?? []) groups.set(groupId(group), group);
    for (const { fingerprint } of batch.classifications ?? []) classifications.add(fingerprint);
    for (const fingerprint of batch.deletedClassifications ?? []) classifications.add(fingerprint);
    for (const row of batch.documents ?? []) this.document(row);
  }

  #failed(error: Error): void {
    if (!this.#failing)
      this.#log.error("Storing failed; alerts are kept in memory and notified", { err: error.message });
    this.#failing = true;
  }

  #recovered(): void {
    if (this.#failing) this.#log.info("Storing works again");
    this.#failing = false;
  }
}

function batchOf(unsaved: Unsaved, present: Present, now: number): Batch {
  const alerts: Alert[] = [];
  const extendedAlerts: Alert[] = [];
  const deletedAlerts: string[] = [];
  const newGroups: GroupRow[] = [];
  for (const [fingerprint, labels] of unsaved.alerts) {
    const alert = present.alert(labels);
    if (alert === undefined) deletedAlerts.push(fingerprint);
    else {
      alerts.push(alert);
      newGroups.push(...present.groupsOf(alert.labels));
    }
  }
  for (const [fingerprint, labels] of unsaved.extended) {
    const alert = unsaved.alerts.has(fingerprint) ? undefined : present.alert(labels);
    if (alert !== undefined) extendedAlerts.push(alert);
  }
  const [silences, deletedSilences] = split(unsaved.silences, (id) => present.silence(id));
  const [notificationLog, deletedNotificationLog] = split(unsaved.log, (key) => present.logEntry(key));
  const [outbox, deletedOutbox] = split(unsaved.outbox, (key) => present.outboxRow(key));
  const [classifications, deletedClassifications] = split(unsaved.classifications, (id) => present.classification(id));
  const groups: GroupRow[] = [];
  const deletedGroups: GroupIdentity[] = [];
  for (const [id, identity] of unsaved.groups) {
    const row = present.group(id);
    if (row === undefined) deletedGroups.push(identity);
    else groups.push(row);
  }
  const documents: DocumentRow[] = [];
  const deletedDocuments: DocumentId[] = [];
  for (const id of unsaved.documents.values()) {
    const row = present.document(id);
    if (row === undefined) deletedDocuments.push(id);
    else documents.push(row);
  }
  return {
    alerts,
    extendedAlerts,
    deletedAlerts,
    newGroups,
    silences,
    deletedSilences,
    notificationLog,
    deletedNotificationLog,
    outbox,
    deletedOutbox,
    groups,
    deletedGroups,
    classifications,
    deletedClassifications,
    documents,
    deletedDocuments,
    aliveAt: now,
  };
}

function split<T>(keys: ReadonlySet<string>, present: (key: string) => T | undefined): [kept: T[], gone: string[]] {
  const kept: T[] = [];
  const gone: string[] = [];
  for (const key of keys) {
    const row = present(key);
    if (row === undefined) gone.push(key);
    else kept.push(row);
  }
  return [kept, gone];
}
