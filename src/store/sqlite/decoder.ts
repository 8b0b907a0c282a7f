import { documentOf } from "../../core/documents/document.ts";
import { VerdictDecoder } from "../../core/classification/encoding.ts";
import type { Alert } from "../../core/model/alert.ts";
import type { Classification } from "../../core/model/classification.ts";
import type { Silence } from "../../core/model/silence.ts";
import type {
  CachedRow,
  DocumentRow,
  GroupRow,
  NotificationLogEntry,
  OutboxRow,
  Stored,
} from "../../core/interfaces/storage.ts";
import * as codec from "../codec.ts";
import type { BatchEncoder, Leftovers } from "./encoder.ts";
import { Unpacker } from "./packing.ts";
import { Meta, Op } from "./protocol.ts";

/** Told of a row that cannot be understood and is left out: what it is with its key, and why. */
export type OnUnreadable = (what: string, error: Error) => void;

/** Collects what the writer reads from the database, message by message. */
export class StoredDecoder {
  readonly #alerts: Alert[] = [];
  readonly #silences: Silence[] = [];
  readonly #groups: GroupRow[] = [];
  readonly #log: NotificationLogEntry[] = [];
  readonly #outbox: OutboxRow[] = [];
  readonly #classifications: Classification[] = [];
  readonly #documents: DocumentRow[] = [];
  readonly #cached: CachedRow[] = [];
  readonly #verdicts = new VerdictDecoder();
  /** Of each alert, by its row. */
  readonly #fingerprints: string[] = [];
  readonly #strayClassifications: number[] = [];
  readonly #names = new Map<number, readonly string[]>();
  readonly #usedNames = new Set<number>();
  #aliveAt: number | undefined;
  #sharedUntil: number | undefined;

  /**
   * @param encoder learns which rows alerts have and which lists of names there are; undefined when it knows them
   */
  constructor(
    readonly encoder: BatchEncoder | undefined,
    readonly onUnreadable: OnUnreadable,
  ) {}

  add(message: string): void {
    const rows = new Unpacker(message);
    while (!rows.done) {
      const op = rows.number();
      switch (op) {
        case Op.names:
          this.#names.set(rows.number(), JSON.parse(rows.text()) as string[]);
          break;
        case Op.alert:
          this.#alert(rows);
          break;
        case Op.classification:
          this.#classification(rows);
          break;
        case Op.silence:
          this.#keyed("silence", rows, this.#silences, codec.decodeSilence);
          break;
        case Op.group:
          this.#groups.push({
            groupFingerprint: rows.text(),
            routeId: rows.text(),
            nextFlushAt: rows.number(),
            flushes: rows.number(),
            configHash: rows.text(),
          });
          break;
        case Op.log:
          this.#keyed("notification log entry", rows, this.#log, codec.decodeLogEntry);
          break;
        case Op.outbox:
          this.#keyed("outbox row", rows, this.#outbox, codec.decodeOutbox);
          break;
        case Op.document:
          this.#document(rows);
          break;
        case Op.cached:
          this.#cached.push({
            key: JSON.parse(rows.text()) as string,
            value: JSON.parse(rows.text()) as string,
            expiresAt: rows.number(),
          });
          break;
        case Op.meta: {
          const name = rows.text();
          const value = rows.number();
          if (name === Meta.aliveAt) this.#aliveAt = value;
          if (name === Meta.sharedUntil) this.#sharedUntil = value;
          if (name === Meta.lastEndSeq) this.#sawSeq(value);
          break;
        }
      }
    }
  }

  #alert(rows: Unpacker): void {
    const id = rows.number();
    const seq = rows.number();
    const labelNames = rows.number();
    const annotationNames = rows.number();
    const content = rows.text();
    const endSeq = rows.number();
    const ends = rows.number();
    const updated = rows.number();
    const timeout = rows.number();
    const exact = rows.text();
    try {
      const moved = endSeq < seq ? undefined : codec.decodeEnd(ends, updated, timeout, exact);
      const names = this.#names;
      const alert = codec.decodeAlert(content, moved, names.get(labelNames), names.get(annotationNames));
      this.#alerts.push(alert);
      this.#usedNames.add(labelNames).add(annotationNames);
      this.#fingerprints[id] = alert.labels.fingerprint;
      if (this.encoder === undefined) return;
      this.encoder.rows.restore(alert.labels.fingerprint, id);
      this.#sawSeq(seq);
    } catch (error) {
      this.onUnreadable(`alert ${id}`, error as Error);
    }
  }

  #classification(rows: Unpacker): void {
    const id = rows.number();
    const about = rows.text();
    rows.number();
    const classifiedAt = rows.number();
    const content = rows.text();
    const fingerprint = this.#fingerprints[id];
    if (fingerprint !== about) {
      this.#strayClassifications.push(id);
      return;
    }
    try {
      this.#classifications.push({ ...this.#verdicts.decode(content), fingerprint, classifiedAt });
    } catch (error) {
      this.onUnreadable(`classification of ${fingerprint}`, error as Error);
    }
  }

  #document(rows: Unpacker): void {
    const key = rows.text();
    const updatedAt = rows.number();
    const content = rows.text();
    try {
      this.#documents.push({ ...documentOf(key), updatedAt, content: JSON.parse(content) as unknown });
    } catch (error) {
      this.onUnreadable(`document ${key}`, error as Error);
    }
  }

  #sawSeq(seq: number): void {
    if (this.encoder !== undefined) this.encoder.seq = Math.max(this.encoder.seq, seq);
  }

  #keyed<T>(kind: string, rows: Unpacker, into: T[], decode: (key: string, content: string) => T): void {
    const key = rows.text();
    const content = rows.text();
    try {
      into.push(decode(key, content));
    } catch (error) {
      this.onUnreadable(`${kind} ${key}`, error as Error);
    }
  }

  get leftovers(): Leftovers {
    const names = [...this.#names.keys()].filter((id) => !this.#usedNames.has(id));
    return { names, classifications: this.#strayClassifications };
  }

  finish(): Stored {
    const names = this.encoder?.names;
    for (const [id, list] of this.#names) {
      if (this.#usedNames.has(id)) names?.restore(id, list);
      else names?.reserve(id);
    }
    return {
      alerts: this.#alerts,
      silences: this.#silences,
      groups: this.#groups,
      notificationLog: this.#log,
      outbox: this.#outbox,
      classifications: this.#classifications,
      documents: this.#documents,
      cached: this.#cached,
      aliveAt: this.#aliveAt,
      sharedUntil: this.#sharedUntil,
    };
  }
}
