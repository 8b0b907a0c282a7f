import { documentKey } from "../../core/documents/document.ts";
import { encodeVerdict } from "../../core/classification/encoding.ts";
import type { Alert } from "../../core/model/alert.ts";
import type { Batch, GroupRow } from "../../core/interfaces/storage.ts";
import { AlertRows } from "./alert-rows.ts";
import * as codec from "../codec.ts";
import { NameLists } from "./name-lists.ts";
import type { NameList } from "./name-lists.ts";
import { Packer } from "./packing.ts";
import type { Packed } from "./packing.ts";
import { Meta, Op } from "./protocol.ts";
import { standingOf } from "../standing.ts";

export interface EncodedBatch {
  readonly packed: Packed;
  /** To be called when it is stored. */
  readonly onStored: (() => void) | undefined;
}

/** Turns batches into packed rows. Removals come first, so that what is both removed and written is there afterwards. */
export class BatchEncoder {
  readonly names = new NameLists();
  readonly rows = new AlertRows();
  /** Number of the last batch: an alert's moved end counts while its number is not below the alert's own. */
  seq = 0;

  encode(batch: Batch): EncodedBatch {
    const seq = ++this.seq;
    const packer = new Packer();
    const newLists: NameList[] = [];
    for (const fingerprint of batch.deletedAlerts ?? []) {
      const id = this.rows.forRemoval(fingerprint, seq);
      if (id === undefined) continue;
      packer.number(Op.deleteAlert);
      packer.number(id);
    }
    for (const alert of batch.alerts ?? []) this.#alert(packer, alert, seq, newLists);
    for (const moved of batch.extendedAlerts ?? []) this.#end(packer, moved, seq);
    this.#classifications(packer, batch);
    packRest(packer, batch);
    const { deletedAlerts } = batch;
    const onStored = () => {
      for (const list of newLists) list.stored = true;
      for (const fingerprint of deletedAlerts ?? []) this.rows.removed(fingerprint, seq);
    };
    return {
      packed: packer.finish(),
      onStored: newLists.length > 0 || deletedAlerts !== undefined ? onStored : undefined,
    };
  }

  #alert(packer: Packer, alert: Alert, seq: number, newLists: NameList[]): void {
    const labels = this.#list(packer, alert.labels.names, newLists);
    const annotations = labels && this.#list(packer, alert.annotations.names, newLists);
    const inline = labels === undefined || annotations === undefined;
    packer.number(Op.alert);
    packer.number(this.rows.forWriting(alert.labels.fingerprint));
    packer.number(seq);
    packer.number(inline ? 0 : labels.id);
    packer.number(inline ? 0 : annotations.id);
    packer.text(codec.encodeAlert(alert, inline));
  }

  /** Of an alert that is not stored there is none. */
  #classifications(packer: Packer, { classifications, deletedClassifications }: Batch): void {
    for (const fingerprint of deletedClassifications ?? []) {
      const id = this.rows.get(fingerprint);
      if (id === undefined) continue;
      packer.number(Op.deleteClassification);
      packer.number(id);
    }
    for (const classification of classifications ?? []) {
      const id = this.rows.forClassifying(classification.fingerprint);
      if (id === undefined) continue;
      packer.number(Op.classification);
      packer.number(id);
      packer.text(classification.fingerprint);
      packer.number(standingOf(classification));
      packer.number(classification.classifiedAt);
      packer.text(encodeVerdict(classification));
    }
  }

  #list(packer: Packer, names: readonly string[], newLists: NameList[]): NameList | undefined {
    const list = this.names.of(names);
    if (list === undefined || list.stored || newLists.includes(list)) return list;
    newLists.push(list);
    packer.number(Op.names);
    packer.number(list.id);
    packer.text(JSON.stringify(names));
    return list;
  }

  /** The end of an alert that is not stored has nothing to be an end of. */
  #end(packer: Packer, moved: Pick<Alert, "labels" | "endsAt" | "updatedAt" | "timeout">, seq: number): void {
    const id = this.rows.get(moved.labels.fingerprint);
    if (id === undefined) return;
    packer.number(Op.end);
    packer.number(id);
    packer.number(seq);
    packer.number(moved.endsAt.ms);
    packer.number(moved.updatedAt.ms);
    packer.number(moved.timeout ? 1 : 0);
    packer.text(codec.encodeExact(moved));
  }
}

function packKeyed<T>(packer: Packer, op: number, items: readonly T[] | undefined, texts: (item: T) => string[]): void {
  for (const item of items ?? []) {
    packer.number(op);
    for (const text of texts(item)) packer.text(text);
  }
}

function packRest(packer: Packer, batch: Batch): void {
  packKeyed(packer, Op.deleteSilence, batch.deletedSilences, (id) => [id]);
  packKeyed(packer, Op.silence, batch.silences, (s) => [s.id, codec.encodeSilence(s)]);
  packKeyed(packer, Op.deleteGroup, batch.deletedGroups, (g) => [g.groupFingerprint, g.routeId]);
  for (const group of batch.groups ?? []) packGroup(packer, Op.group, group);
  for (const group of batch.newGroups ?? []) packGroup(packer, Op.newGroup, group);
  packKeyed(packer, Op.deleteLog, batch.deletedNotificationLog, (key) => [key]);
  packKeyed(packer, Op.log, batch.notificationLog, (entry) => [entry.key, codec.encodeLogEntry(entry)]);
  packKeyed(packer, Op.deleteOutbox, batch.deletedOutbox, (key) => [key]);
  packKeyed(packer, Op.outbox, batch.outbox, (row) => [row.key, codec.encodeOutbox(row)]);
  packKeyed(packer, Op.deleteDocument, batch.deletedDocuments, (id) => [documentKey(id)]);
  for (const row of batch.documents ?? []) {
    packer.number(Op.document);
    packer.text(documentKey(row));
    packer.number(row.updatedAt);
    packer.text(JSON.stringify(row.content));
  }
  packKeyed(packer, Op.deleteCached, batch.deletedCached, (key) => [JSON.stringify(key)]);
  for (const { key, value, expiresAt } of batch.cached ?? []) {
    packer.number(Op.cached);
    packer.text(JSON.stringify(key));
    packer.text(JSON.stringify(value));
    packer.number(expiresAt);
  }
  if (batch.aliveAt !== undefined) packMeta(packer, Meta.aliveAt, batch.aliveAt);
  if (batch.sharedUntil !== undefined) packMeta(packer, Meta.sharedUntil, batch.sharedUntil);
}

function packGroup(packer: Packer, op: number, group: GroupRow): void {
  packer.number(op);
  packer.text(group.groupFingerprint);
  packer.text(group.routeId);
  packer.number(group.nextFlushAt);
  packer.number(group.flushes);
  packer.text(group.configHash);
}

function packMeta(packer: Packer, name: string, value: number): void {
  packer.number(Op.meta);
  packer.text(name);
  packer.number(value);
}

/** That upstream's files are to be read again at the next start. */
export function packHandedBack(): Packed {
  const packer = new Packer();
  packMeta(packer, Meta.takenOverAt, 0);
  return packer.finish();
}

/**
 * Adds to the rows of what upstream's files held that they have been read.
 *
 * @param now ms
 */
export function packTakenOver({ numbers, texts }: Packed, now: number): Packed {
  const packer = new Packer();
  packMeta(packer, Meta.takenOverAt, now);
  const mark = packer.finish();
  return numbers === "" ? mark : { numbers: `${numbers},${mark.numbers}`, texts: texts + mark.texts };
}

/** Rows that mean nothing any more, by their IDs. */
export interface Leftovers {
  /** Lists of names no alert uses. */
  readonly names: readonly number[];
  /** What alerts were classified as that are not in that row any more. */
  readonly classifications: readonly number[];
}

export function packLeftovers({ names, classifications }: Leftovers): Packed {
  const packer = new Packer();
  for (const [op, ids] of [
    [Op.deleteNames, names],
    [Op.deleteClassification, classifications],
  ] as const) {
    for (const id of ids) {
      packer.number(op);
      packer.number(id);
    }
  }
  return packer.finish();
}
