import type { Changes, Replica, SharedGroupRow } from "../../core/interfaces/shared-storage.ts";
import type { DocumentRow, NotificationLogEntry, OutboxRow, Stored } from "../../core/interfaces/storage.ts";
import { documentOf } from "../../core/documents/document.ts";
import { VerdictDecoder } from "../../core/classification/encoding.ts";
import type { Alert } from "../../core/model/alert.ts";
import type { Classification } from "../../core/model/classification.ts";
import type { Silence } from "../../core/model/silence.ts";
import { decodeAlert, decodeEnd, decodeLogEntry, decodeOutbox, decodeSilence } from "../codec.ts";
import type { Cells } from "./connection.ts";
import { idempotencyKey } from "./keys.ts";
import { NOW, number } from "./sql.ts";

/** Told of a row that cannot be understood and is left out: what it is with its key, and why. */
export type OnUnreadable = (what: string, error: Error) => void;

const Kind = {
  state: 0,
  alert: 1,
  silence: 2,
  log: 3,
  group: 4,
  replica: 5,
  outbox: 6,
  classification: 7,
  document: 8,
  timeline: 9,
} as const;

/** Where a look that goes on from nowhere begins: no change is above it. */
export const NOTHING = Number.MAX_SAFE_INTEGER;

/**
 * All that changed after a number, and the state it is as of, in one statement and so as of one moment.
 *
 * @param condition that has to hold for anything to be read
 */
export function changesAfter(change: number, condition = "true"): string {
  const after = `change > ${number(change)} AND ${condition}`;
  return `SELECT ${Kind.state} AS kind, change, config_hash AS key, NULL AS content, ${NOW} AS a, alive_at AS b, NULL::boolean AS flag,
      shared_until::text AS exact FROM state
    UNION ALL SELECT ${Kind.alert}, change, fingerprint, content, ends_at, updated_at, timeout, exact FROM alerts WHERE ${after}
    UNION ALL SELECT ${Kind.classification}, change, fingerprint, content, classified_at, NULL, NULL, NULL FROM classifications WHERE ${after}
    UNION ALL SELECT ${Kind.document}, change, key, content, updated_at, NULL, NULL, NULL FROM documents WHERE ${after}
    UNION ALL SELECT ${Kind.silence}, change, key, content, NULL, NULL, NULL, NULL FROM silences WHERE ${after}
    UNION ALL SELECT ${Kind.log}, change, key, content, NULL, NULL, NULL, NULL FROM notification_log WHERE ${after}
    UNION ALL SELECT ${Kind.group}, change, route_id,
      json_build_array(group_fingerprint, config_hash, settled_tick, settled_change)::text, next_flush_at, flushes, NULL, NULL
      FROM groups WHERE ${after}`;
}

/** Who was seen when. */
export const REPLICAS = `SELECT ${Kind.replica}, 0, name, address, seen_at, NULL, NULL, config_hash FROM replicas`;

/** Decisions without an outcome. */
export const OUTBOX = `SELECT ${Kind.outbox}, version, key, content, NULL, NULL, NULL, NULL FROM outbox`;

/**
 * Which of the database's servers has written it last: each that takes over from another counts one on. Not every kind of
 * Postgres can say.
 */
export const TIMELINE = `SELECT ${Kind.timeline}, 0, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), NULL, NULL, NULL, NULL, NULL`;

export interface Seen extends Replica {
  /** ms */
  readonly seenAt: number;
}

/** Everything somebody told the database at the end of a transaction is handed back to them only where it became more. */
export interface OwnChanges {
  /** Whether a row is as this server wrote it. @param fingerprint of an alert */
  isOwn(change: number, fingerprint?: string): boolean;
}

/** Label sets with the same names share one array of them. */
class SharedNames {
  readonly #lists = new Map<string, readonly string[]>();

  share(alert: Alert): Alert {
    const { labels, annotations } = alert;
    return {
      ...alert,
      labels: labels.withNames(this.#of(labels.names)),
      annotations: annotations.withNames(this.#of(annotations.names)),
    };
  }

  #of(names: readonly string[]): readonly string[] {
    const key = names.join("\0");
    const known = this.#lists.get(key);
    if (known === undefined) this.#lists.set(key, names);
    return known ?? names;
  }
}

/** Collects the rows of `changesAfter` and what was read with them. */
export class Feed implements Changes {
  readonly alerts: (readonly [Alert, number])[] = [];
  readonly silences: Silence[] = [];
  readonly notificationLog: NotificationLogEntry[] = [];
  readonly classifications: Classification[] = [];
  readonly documents: DocumentRow[] = [];
  readonly groups: SharedGroupRow[] = [];
  readonly outbox: OutboxRow[] = [];
  readonly seen: Seen[] = [];
  upTo = 0;
  /** ms */
  now = 0;
  configHash: string | undefined;
  timeline: string | undefined;
  aliveAt: number | undefined;
  sharedUntil: number | undefined;
  readonly #own: OwnChanges | undefined;
  readonly #onUnreadable: OnUnreadable;
  readonly #names = new SharedNames();
  readonly #verdicts = new VerdictDecoder();

  /** @param own what is left out; undefined to read everything */
  constructor(own: OwnChanges | undefined, onUnreadable: OnUnreadable) {
    this.#own = own;
    this.#onUnreadable = onUnreadable;
  }

  add(cells: Cells): void {
    const [kind, change, key] = cells as [number, number, string];
    switch (kind) {
      case Kind.state:
        this.#state(cells);
        break;
      case Kind.alert:
        if (this.#own?.isOwn(change, key) !== true) this.#read(`alert ${key}`, () => this.#alert(cells));
        break;
      case Kind.classification:
        if (this.#own?.isOwn(change) !== true) {
          this.#read(`classification of ${key}`, () => this.#classification(cells));
        }
        break;
      case Kind.document:
        if (this.#own?.isOwn(change) !== true) this.#read(`document ${key}`, () => this.#document(cells));
        break;
      case Kind.timeline:
        this.timeline = key;
        break;
      case Kind.replica:
        this.seen.push({
          name: key,
          address: cells[3] as string,
          configHash: cells[7] as string,
          seenAt: cells[4] as number,
        });
        break;
      default:
        if (this.#own?.isOwn(change) !== true) this.#read(`row ${key}`, () => this.#keyed(kind, key, cells));
    }
  }

  #state([, change, configHash, , now, aliveAt, , sharedUntil]: Cells): void {
    this.upTo = change as number;
    this.now = now as number;
    this.configHash = (configHash as string | null) ?? undefined;
    this.aliveAt = (aliveAt as number | null) ?? undefined;
    this.sharedUntil = sharedUntil === null ? undefined : Number(sharedUntil);
  }

  #alert([, change, , content, endsAt, updatedAt, timeout, exact]: Cells): void {
    const end = decodeEnd(endsAt as number, updatedAt as number, timeout === true ? 1 : 0, exact as string);
    this.alerts.push([this.#names.share(decodeAlert(content as string, end)), change as number]);
  }

  #classification([, , fingerprint, content, classifiedAt]: Cells): void {
    this.classifications.push({
      ...this.#verdicts.decode(content as string),
      fingerprint: fingerprint as string,
      classifiedAt: classifiedAt as number,
    });
  }

  #document([, , key, content, updatedAt]: Cells): void {
    const id = documentOf(key as string);
    this.documents.push({ ...id, updatedAt: updatedAt as number, content: JSON.parse(content as string) as unknown });
  }

  #keyed(kind: number, jsonKey: string, [, version, , text, nextFlushAt, flushes]: Cells): void {
    const key = JSON.parse(jsonKey) as string;
    const content = text as string;
    if (kind === Kind.silence) {
      this.#read(`silence ${key}`, () => this.silences.push(decodeSilence(key, content)));
    } else if (kind === Kind.log) {
      this.#read(`notification log entry ${key}`, () => this.notificationLog.push(decodeLogEntry(key, content)));
    } else if (kind === Kind.outbox) {
      this.#read(`outbox row ${key}`, () => this.outbox.push(decisionOf(key, content, version as number)));
    } else {
      const [groupFingerprint, configHash, tick, change] = JSON.parse(content) as [
        string,
        string,
        number | null,
        number,
      ];
      this.groups.push({
        routeId: key,
        groupFingerprint,
        nextFlushAt: nextFlushAt as number,
        flushes: flushes as number,
        configHash,
        settled: tick === null ? undefined : { tick, change },
      });
    }
  }

  #read(what: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#onUnreadable(what, error as Error);
    }
  }

  get stored(): Stored {
    const { silences, groups, notificationLog, outbox, classifications, documents, aliveAt, sharedUntil } = this;
    const alerts = this.alerts.map(([alert]) => alert);
    return {
      alerts,
      silences,
      groups,
      notificationLog,
      outbox,
      classifications,
      documents,
      cached: [],
      aliveAt,
      sharedUntil,
    };
  }
}

/** A decision with its idempotency key, which is its own where one server alone has taken it. */
export function decisionOf(key: string, content: string, version: number): OutboxRow {
  const row = decodeOutbox(key, content);
  return row.idempotencyKey === "" ? { ...row, idempotencyKey: idempotencyKey(key, version) } : row;
}
