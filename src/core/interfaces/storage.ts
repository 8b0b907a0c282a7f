import type { Alert } from "../model/alert.ts";
import type { Classification } from "../model/classification.ts";
import type { NotificationReason, ReceiverData } from "../model/notification.ts";
import type { Silence } from "../model/silence.ts";
import type { HistoryReader, HistoryRow } from "./history.ts";

export type { HistoryRow } from "./history.ts";

/** A group at run time, so that a restart goes on where it was: keyed by `routeId` and `groupFingerprint`. */
export interface GroupRow {
  readonly routeId: string;
  /** Fingerprint of the group's labels. */
  readonly groupFingerprint: string;
  /** ms; when the group flushes next. */
  readonly nextFlushAt: number;
  /** Number of flushes so far. */
  readonly flushes: number;
  /** The configuration these timers belong to: under another one groups start over (spec §6.1). */
  readonly configHash: string;
}

/** One entry of the notification log (spec §6.8), keyed by `key`. */
export interface NotificationLogEntry {
  /** `GROUPKEY:RECEIVER/INTEGRATION/IDX` */
  readonly key: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  /** xxHash64 of each firing alert's labels, 8 bytes each as a 16-digit hex string, sorted. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** ms; the wall clock after the send. */
  readonly timestamp: number;
  /** ms; the entry may be collected from then on. */
  readonly expiresAt: number;
  readonly receiverData: ReceiverData;
}

/** A decision to send, stored before the first byte leaves and removed with its outcome. Keyed by `key` as the log is. */
export interface OutboxRow {
  readonly key: string;
  readonly routeId: string;
  readonly groupFingerprint: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  readonly reason: NotificationReason;
  readonly idempotencyKey: string;
  /** ms; when it was decided. */
  readonly decidedAt: number;
  /** The alerts it is about: fingerprint, whether firing. Their content is in the alerts table while this row lives. */
  readonly alerts: readonly (readonly [fingerprint: string, firing: boolean])[];
}

/** What names a document. */
export interface DocumentId {
  /** What it is, such as `schedule`: keys are unique among those of a kind. */
  readonly kind: string;
  readonly key: string;
}

/** What is kept for users beside alerts and silences, such as a schedule of silences. */
export interface DocumentRow extends DocumentId {
  /** ms; of two versions the later counts. */
  readonly updatedAt: number;
  /** JSON-serialisable; null: removed. */
  readonly content: unknown;
}

/** What can be worked out again, keyed by `key`. */
export interface CachedRow {
  readonly key: string;
  readonly value: string;
  /** ms */
  readonly expiresAt: number;
}

/** A change to what is stored. All of a batch is stored or none of it; keys repeat last-wins. */
export interface Batch {
  readonly alerts?: readonly Alert[];
  /** Alerts of which only the end moved on: much cheaper than writing them whole. */
  readonly extendedAlerts?: readonly Pick<Alert, "labels" | "endsAt" | "updatedAt" | "timeout">[];
  /** Fingerprints to remove. */
  readonly deletedAlerts?: readonly string[];
  readonly silences?: readonly Silence[];
  readonly deletedSilences?: readonly string[];
  readonly groups?: readonly GroupRow[];
  /** Groups with their first alert: where a row of the same configuration is there already, it stays. */
  readonly newGroups?: readonly GroupRow[];
  readonly deletedGroups?: readonly Pick<GroupRow, "routeId" | "groupFingerprint">[];
  readonly notificationLog?: readonly NotificationLogEntry[];
  readonly deletedNotificationLog?: readonly string[];
  readonly outbox?: readonly OutboxRow[];
  readonly deletedOutbox?: readonly string[];
  /** Stored by itself, in its own time: what else is in the batch does not wait for it. */
  readonly history?: readonly HistoryRow[];
  /**
   * What alerts were classified as, keyed by fingerprint: each is written only where it counts over the one that is there
   * (`supersedes`), and goes with its alert. Of an alert that is not stored there is none.
   */
  readonly classifications?: readonly Classification[];
  /** Fingerprints. */
  readonly deletedClassifications?: readonly string[];
  /** Each is written only where it counts over the one that is there (`isNewerDocument`). */
  readonly documents?: readonly DocumentRow[];
  /** Those removed so long ago that nobody has to know any more. */
  readonly deletedDocuments?: readonly DocumentId[];
  /** Kept by stores of one server only. */
  readonly cached?: readonly CachedRow[];
  readonly deletedCached?: readonly string[];
  /** ms; "we were alive and listening then": what was missed since is added to the ends of alerts. */
  readonly aliveAt?: number;
  /** ms; all that was updated here before is in the shared database too. */
  readonly sharedUntil?: number;
}

/** All that was stored, as read at the start. */
export interface Stored {
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupRow[];
  readonly notificationLog: readonly NotificationLogEntry[];
  readonly outbox: readonly OutboxRow[];
  readonly classifications: readonly Classification[];
  /** Removed ones included. */
  readonly documents: readonly DocumentRow[];
  readonly cached: readonly CachedRow[];
  /** ms; the last `aliveAt`, undefined on the first start. */
  readonly aliveAt: number | undefined;
  /** ms; the last `sharedUntil`, undefined where there never was a shared database. */
  readonly sharedUntil?: number | undefined;
}

/** Whether the store keeps up, for health, metrics and the log. */
export interface StoreHealth {
  readonly state: "ok" | "degraded";
  /** Why degraded, in one sentence for a person. */
  readonly reason?: string;
  /** Batches waiting to be stored. */
  readonly queued: number;
  /** Bytes on disk, database and write-ahead log together. */
  readonly sizeBytes: number;
}

/** The truth on disk. One write verb; what is read most is served from memory elsewhere. */
export interface Storage {
  load(): Promise<Stored>;
  /**
   * Stores a batch together with whatever else is in flight (group commit).
   * Resolves when stored. Rejects with StorageError when it is known not to be, or not within the store's patience
   * (a full or hanging disk). What was rejected is not kept by the store; whoever still wants it commits it again.
   */
  commit(batch: Batch): Promise<void>;
  health(): StoreHealth;
  /** Commits what is in flight, then closes. */
  close(): Promise<void>;
}

/** A store whose history can be read again. */
export interface HistoryStorage extends Storage, HistoryReader {}

export class StorageError extends Error {
  constructor(
    /** `full`: no room; `timeout`: the disk does not answer; `failed`: anything else. */
    readonly code: "full" | "timeout" | "failed",
    message: string,
  ) {
    super(message);
  }
}

/** Stored, but only here: the database that is shared with other servers has to be told again. */
export class NotShared extends StorageError {
  constructor(reason: string) {
    super("failed", reason);
  }
}
