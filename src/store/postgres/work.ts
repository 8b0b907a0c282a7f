import type { Alert } from "../../core/model/alert.ts";
import type { Batch, DocumentRow, GroupRow, NotificationLogEntry, OutboxRow } from "../../core/interfaces/storage.ts";
import { documentKey, isNewerDocument } from "../../core/documents/document.ts";
import { encodeVerdict } from "../../core/classification/encoding.ts";
import { supersedes } from "../../core/classification/precedence.ts";
import type { Classification } from "../../core/model/classification.ts";
import type { Silence } from "../../core/model/silence.ts";
import { encodeAlert, encodeExact, encodeLogEntry, encodeOutbox, encodeSilence } from "../codec.ts";
import { groupIdOf, idOf } from "./keys.ts";
import type { KnownAlerts, Version } from "./known.ts";
import { number, texts } from "./sql.ts";

/** Where an alert's end stands, as columns. */
export interface EndRow {
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly timeout: boolean;
  readonly exact: string;
}

export interface AlertRow extends EndRow {
  readonly alert: Alert;
  readonly base: Version;
  readonly content: string;
}

export interface MovedRow extends EndRow {
  readonly moved: Moved;
  readonly base: Version;
}

type Moved = NonNullable<Batch["extendedAlerts"]>[number];

interface KeyedRow {
  readonly key: string;
  readonly content: string;
}

export interface SilenceRow extends KeyedRow {
  readonly silence: Silence;
}

export interface LogRow extends KeyedRow {
  readonly toldAt: number;
}

export interface ClassificationRow {
  readonly classification: Classification;
  readonly content: string;
}

export interface KeptRow extends KeyedRow {
  readonly document: DocumentRow;
}

export interface DecisionRow extends KeyedRow {
  readonly groupId: string;
}

export interface TimerRow {
  readonly row: GroupRow;
  readonly routeId: string;
  /** Stays as it is where there is one already. */
  readonly isNew: boolean;
}

/** What a row of the log, a silence, a classification or a document may not be newer than to be removed: the last change whoever asks has seen. */
type Removals = Map<string, number>;

/** Bytes a row takes beside its content, about. */
const ROW = 64;

/** What one batch, or several one after the other, come to: each key once. Removals come before what is written. */
export class Work {
  readonly deletedAlerts = new Map<string, Version>();
  readonly alerts = new Map<string, AlertRow>();
  readonly moved = new Map<string, MovedRow>();
  readonly deletedSilences: Removals = new Map();
  readonly silences = new Map<string, SilenceRow>();
  readonly deletedLog: Removals = new Map();
  readonly log = new Map<string, LogRow>();
  readonly deletedClassifications: Removals = new Map();
  readonly classifications = new Map<string, ClassificationRow>();
  readonly deletedDocuments: Removals = new Map();
  readonly documents = new Map<string, KeptRow>();
  readonly deletedGroups = new Set<string>();
  readonly groups = new Map<string, TimerRow>();
  readonly deletedOutbox = new Set<string>();
  readonly outbox = new Map<string, DecisionRow>();
  aliveAt: number | undefined;
  sharedUntil: number | undefined;
  /** Bytes, about. */
  size = 0;

  get isEmpty(): boolean {
    const { deletedAlerts, alerts, moved, deletedSilences, silences, deletedLog, log } = this;
    const { deletedClassifications, classifications, deletedGroups, groups, deletedOutbox, outbox } = this;
    const { deletedDocuments, documents } = this;
    const maps = [
      deletedAlerts,
      alerts,
      moved,
      deletedSilences,
      silences,
      deletedLog,
      log,
      deletedDocuments,
      documents,
    ];
    const rest = [deletedClassifications, classifications, deletedGroups, groups, deletedOutbox, outbox];
    if (maps.some(({ size }) => size > 0) || rest.some(({ size }) => size > 0)) return false;
    return this.aliveAt === undefined && this.sharedUntil === undefined;
  }

  /** Adds what comes later. */
  append(later: Work): void {
    for (const [fingerprint, base] of later.deletedAlerts) this.#deleteAlert(fingerprint, base);
    for (const [fingerprint, row] of later.alerts) this.putAlert(fingerprint, row);
    for (const [fingerprint, row] of later.moved) this.moveAlert(fingerprint, row);
    replay(later.deletedSilences, later.silences, this.deletedSilences, this.silences);
    replay(later.deletedLog, later.log, this.deletedLog, this.log);
    for (const [fingerprint, seen] of later.deletedClassifications) {
      this.classifications.delete(fingerprint);
      this.deletedClassifications.set(fingerprint, seen);
    }
    for (const row of later.classifications.values()) this.putClassification(row);
    for (const [id, seen] of later.deletedDocuments) {
      this.documents.delete(id);
      this.deletedDocuments.set(id, seen);
    }
    for (const [id, row] of later.documents) this.putDocument(id, row);
    for (const id of later.deletedGroups) this.#deleteGroup(id);
    for (const [id, row] of later.groups) this.putGroup(id, row);
    for (const id of later.deletedOutbox) {
      this.outbox.delete(id);
      this.deletedOutbox.add(id);
    }
    for (const [id, row] of later.outbox) this.outbox.set(id, row);
    this.aliveAt = later.aliveAt ?? this.aliveAt;
    this.sharedUntil = later.sharedUntil ?? this.sharedUntil;
    this.size += later.size;
  }

  #deleteAlert(fingerprint: string, base: Version): void {
    this.alerts.delete(fingerprint);
    this.moved.delete(fingerprint);
    this.classifications.delete(fingerprint);
    this.deletedAlerts.set(fingerprint, base);
  }

  putAlert(fingerprint: string, row: AlertRow): void {
    this.moved.delete(fingerprint);
    this.alerts.set(fingerprint, row);
  }

  moveAlert(fingerprint: string, row: MovedRow): void {
    const whole = this.alerts.get(fingerprint);
    if (whole === undefined) {
      this.moved.set(fingerprint, row);
      return;
    }
    const { moved, endsAt, updatedAt, timeout, exact } = row;
    const alert = { ...whole.alert, endsAt: moved.endsAt, updatedAt: moved.updatedAt, timeout };
    this.alerts.set(fingerprint, { ...whole, alert, endsAt, updatedAt, timeout, exact });
  }

  putClassification(row: ClassificationRow): void {
    const { fingerprint } = row.classification;
    const before = this.classifications.get(fingerprint);
    if (before !== undefined && !supersedes(row.classification, before.classification)) return;
    this.classifications.set(fingerprint, row);
  }

  putDocument(id: string, row: KeptRow): void {
    const before = this.documents.get(id);
    if (before === undefined || isNewerDocument(row.document, before.document)) this.documents.set(id, row);
  }

  #deleteGroup(id: string): void {
    this.groups.delete(id);
    this.deletedGroups.add(id);
  }

  putGroup(id: string, row: TimerRow): void {
    const before = this.groups.get(id);
    if (!row.isNew || before === undefined) {
      this.groups.set(id, row);
      return;
    }
    // One of another configuration is replaced, whatever is in the database.
    if (before.row.configHash !== row.row.configHash) this.groups.set(id, { ...row, isNew: false });
  }
}

function replay<T>(deleted: Removals, written: Map<string, T>, toDeleted: Removals, to: Map<string, T>): void {
  for (const [id, seen] of deleted) {
    to.delete(id);
    toDeleted.set(id, seen);
  }
  for (const [id, row] of written) to.set(id, row);
}

export function endRow({ endsAt, updatedAt, timeout }: Pick<Alert, "endsAt" | "updatedAt" | "timeout">): EndRow {
  return { endsAt: endsAt.ms, updatedAt: updatedAt.ms, timeout, exact: encodeExact({ endsAt, updatedAt, timeout }) };
}

/**
 * Writes a batch down.
 *
 * @param seen the last change of others that whoever commits has seen
 * @throws RangeError for what cannot be written down
 */
export function workOf(batch: Batch, known: KnownAlerts, seen: number): Work {
  const work = new Work();
  const check = (...values: readonly number[]) => values.forEach(number);
  for (const fingerprint of batch.deletedAlerts ?? []) work.deletedAlerts.set(fingerprint, known.peek(fingerprint));
  for (const alert of batch.alerts ?? []) {
    const { fingerprint } = alert.labels;
    const content = encodeAlert(alert, true);
    const row = { alert, base: known.base(fingerprint), content, ...endRow(alert) };
    check(row.endsAt, row.updatedAt);
    work.putAlert(fingerprint, row);
    work.size += content.length + ROW;
  }
  for (const moved of batch.extendedAlerts ?? []) {
    const { fingerprint } = moved.labels;
    const row = { moved, base: known.peek(fingerprint), ...endRow(moved) };
    check(row.endsAt, row.updatedAt);
    work.moveAlert(fingerprint, row);
    work.size += ROW;
  }
  for (const id of batch.deletedSilences ?? []) work.deletedSilences.set(idOf(id), seen);
  for (const silence of batch.silences ?? []) {
    const content = encodeSilence(silence);
    check(silence.updatedAt.ms, silence.updatedAt.nanos);
    work.silences.set(idOf(silence.id), { silence, key: JSON.stringify(silence.id), content });
    work.size += content.length + ROW;
  }
  for (const key of batch.deletedNotificationLog ?? []) work.deletedLog.set(idOf(key), seen);
  for (const entry of batch.notificationLog ?? []) {
    const row = logRow(entry);
    work.log.set(idOf(entry.key), row);
    work.size += row.key.length + row.content.length + ROW;
  }
  for (const fingerprint of batch.deletedClassifications ?? []) work.deletedClassifications.set(fingerprint, seen);
  for (const classification of batch.classifications ?? []) {
    check(classification.classifiedAt);
    const content = encodeVerdict(classification);
    work.putClassification({ classification, content });
    work.size += content.length + ROW;
  }
  for (const id of batch.deletedDocuments ?? []) work.deletedDocuments.set(idOf(documentKey(id)), seen);
  for (const document of batch.documents ?? []) {
    check(document.updatedAt);
    const key = documentKey(document);
    const content = JSON.stringify(document.content);
    work.putDocument(idOf(key), { document, key, content });
    work.size += key.length + content.length + ROW;
  }
  addGroups(work, batch);
  for (const key of batch.deletedOutbox ?? []) work.deletedOutbox.add(idOf(key));
  for (const row of batch.outbox ?? []) {
    const decision = decisionRow(row);
    work.outbox.set(idOf(row.key), decision);
    work.size += decision.key.length + decision.content.length + ROW;
  }
  if (batch.aliveAt !== undefined) check(batch.aliveAt);
  if (batch.sharedUntil !== undefined) check(batch.sharedUntil);
  work.aliveAt = batch.aliveAt;
  work.sharedUntil = batch.sharedUntil;
  return work;
}

function addGroups(work: Work, batch: Batch): void {
  for (const group of batch.deletedGroups ?? []) work.deletedGroups.add(groupIdOf(group));
  for (const row of batch.groups ?? []) work.putGroup(groupIdOf(row), timerRow(row, false));
  for (const row of batch.newGroups ?? []) work.putGroup(groupIdOf(row), timerRow(row, true));
  work.size += (batch.groups?.length ?? 0) * ROW + (batch.newGroups?.length ?? 0) * ROW;
}

export function timerRow(row: GroupRow, isNew: boolean): TimerRow {
  number(row.nextFlushAt);
  number(row.flushes);
  texts([row.configHash, row.groupFingerprint]);
  return { row, routeId: JSON.stringify(row.routeId), isNew };
}

export function logRow(entry: NotificationLogEntry): LogRow {
  number(entry.timestamp);
  return { key: JSON.stringify(entry.key), content: encodeLogEntry(entry), toldAt: entry.timestamp };
}

export function decisionRow(row: OutboxRow): DecisionRow {
  return { key: JSON.stringify(row.key), content: encodeOutbox(row), groupId: groupIdOf(row) };
}
