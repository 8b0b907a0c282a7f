import type { Alert } from "../model/alert.ts";
import type { Classification } from "../model/classification.ts";
import type { NotifiedAlert } from "../model/notification.ts";
import type { Silence } from "../model/silence.ts";
import type { DocumentRow, GroupRow, HistoryStorage, NotificationLogEntry, OutboxRow } from "./storage.ts";

export type GroupIdentity = Pick<GroupRow, "routeId" | "groupFingerprint">;

/** One server among those that share the database. */
export interface Replica {
  /** Unique among them; a server that starts again under the same name takes the place of its former self. */
  readonly name: string;
  /** `ip:port` others reach it at, as `/api/v2/status` shows it. */
  readonly address: string;
  readonly configHash: string;
}

/** A flush that ended well: what was resolved then and has not changed since need not be told again. */
export interface Settled {
  /** ms; the tick of the flush. */
  readonly tick: number;
  /** The number of the last change the flush saw. */
  readonly change: number;
}

/** A group as the database has it. */
export interface SharedGroupRow extends GroupRow {
  /** Its last flush that ended well; undefined before the first. */
  readonly settled: Settled | undefined;
}

/** What others changed, in no particular order within: all of it is in force. */
export interface Changes {
  /** Each with the number of the change that wrote it. */
  readonly alerts: readonly (readonly [alert: Alert, change: number])[];
  readonly silences: readonly Silence[];
  readonly notificationLog: readonly NotificationLogEntry[];
  readonly classifications: readonly Classification[];
  readonly documents: readonly DocumentRow[];
  /** Rows of every configuration; whoever reads them picks its own. */
  readonly groups: readonly SharedGroupRow[];
  /** The number of the last change included: nothing with a lower one is still to come. */
  readonly upTo: number;
}

/** One look at the database: what is new there, and that we are alive. */
export interface Synced extends Changes {
  /** ms; the database's clock, as of when the question was sent on our own forward-only one plus half the way. */
  readonly now: number;
  /** Those seen within the last 10 s, ourselves included, by name. */
  readonly replicas: readonly Replica[];
  /** The configuration groups are flushed by now; undefined before anybody chose one. */
  readonly configHash: string | undefined;
  /**
   * Another database server has taken over since the last look, which may lack the last changes (asynchronous replication):
   * what is here has to be brought together with all it has, read by `load`.
   */
  readonly takenOver: boolean;
  /** ms nobody was connected to the database before this look, when it was long enough to matter; the ends of alerts have been moved on by it. */
  readonly deafFor: number;
}

/** A decision to send as the database has it: with the alerts as they were when it was taken. */
export interface SharedDecision {
  readonly row: OutboxRow;
  /** Which decision of this row it is; the idempotency key is made of the row's key and this. */
  readonly version: number;
  /** How many tries have begun. */
  readonly attempt: number;
  readonly alerts: readonly NotifiedAlert[];
}

/** A due group that nobody else is working on. */
export interface Claim {
  /** As it stood before this claim. */
  readonly group: SharedGroupRow;
  /** Decisions of earlier flushes without an outcome: to be made good before anything newer. */
  readonly left: readonly SharedDecision[];
}

/** What is to become of a claimed group, decided by the caller. */
export interface FlushPlan {
  readonly group: GroupIdentity;
  /** ms; undefined removes the group, because it has no alerts, unless an alert has changed since those `plan` was given. */
  readonly nextFlushAt: number | undefined;
  readonly flushes: number;
  /** New decisions; their idempotency keys are filled in by the store. */
  readonly decisions: readonly OutboxRow[];
  /** The alerts the decisions are about. */
  readonly alerts: readonly NotifiedAlert[];
  /** True when nothing is to be sent, so that the flush has ended well right away and the claim with it. */
  readonly settled: boolean;
  /** With `settled`: the group has no alerts left; see `Released.empty`. */
  readonly empty: boolean;
  /** Nothing was decided: only `nextFlushAt` changes, and the claim is given back. */
  readonly postponed?: boolean;
}

/** A claim given back. */
export interface Released extends GroupIdentity {
  /** Undefined when something is still to be told. */
  readonly settled: Settled | undefined;
  /** ms; when to flush instead of the time set with the claim. */
  readonly nextFlushAt: number | undefined;
  /**
   * The group has no alerts left, so that the next `newGroups` row for it takes its place. It stays until a flush finds it
   * empty, because an alert may have come while this was on its way.
   */
  readonly empty: boolean;
}

/** A claim the database has granted. */
export interface Granted {
  readonly group: GroupIdentity;
  /** The new decisions, with attempt 1 begun, and those that were left, each with one attempt more begun. */
  readonly decisions: readonly SharedDecision[];
  readonly left: readonly SharedDecision[];
  /** Changes up to this number were seen when it was decided. */
  readonly change: number;
}

/** How one try to send ended for good. */
export interface Outcome {
  readonly decision: SharedDecision;
  /** What the log says from now on; undefined when it was not delivered. */
  readonly entry: NotificationLogEntry | undefined;
}

/** A decision without an outcome. */
export interface Outstanding {
  /** Without its alerts. */
  readonly decision: SharedDecision;
  /** Whether some server holds its group, and so may be sending it. */
  readonly isHeld: boolean;
}

/**
 * A database that several servers share, so that they act as one. Beside `HistoryStorage`:
 *
 * - Every transaction that writes gets the next number from one counter row, locked until it ends, so numbers appear in their order.
 * - `commit` writes an alert only over the version this server knows; over another one it writes what the two make
 *   together by the rule of ingestion (spec §3.2), and `sync` hands that back. A silence, a log entry and a document are
 *   written only over an older one (`updatedAt`, `timestamp`). A row of `Batch.newGroups` is written where there is none, or one of
 *   another configuration, or an empty one.
 * - A removal of a classification is told to nobody: each server lets go of it with its alert.
 * - `load` reads everything and sets the place from which `sync` goes on.
 *
 * Every method rejects with StorageError when the database does not answer in time or the connection is lost; nothing
 * is known then of what it was to do.
 */
export interface SharedStorage extends HistoryStorage {
  /** Says that we are alive and returns what changed since the last time, but for what this server wrote itself. */
  sync(me: Replica): Promise<Synced>;

  /**
   * Has groups flushed by this configuration from now on. The first to say so has the timers of all groups start over: the
   * given rows take the place of those of other configurations. For anybody after, rows that are there stay as they are.
   * @returns whether we were the first
   */
  adopt(configHash: string, groups: readonly GroupRow[]): Promise<boolean>;

  /**
   * In one transaction: takes up to `limit` groups of this configuration that are due (`nextFlushAt` has passed) or whose claim has
   * run out, and that no other server holds; reads all changes to the end; has `plan` decide; and stores what it decided.
   * `plan` is called once, without waiting, and must not be called when there is nothing to claim. When the transaction fails
   * nothing is granted, but the changes handed to `plan` stand.
   *
   * @param lease ms the claims hold unless renewed
   */
  claim(
    options: { readonly configHash: string; readonly limit: number; readonly lease: number },
    plan: (claims: readonly Claim[], changes: Changes, now: number) => readonly FlushPlan[],
  ): Promise<readonly Granted[]>;

  /** Decisions taken in the course of a flush. Undefined when the claim is not ours any more: nothing may be sent. */
  decide(
    group: GroupIdentity,
    rows: readonly OutboxRow[],
    alerts: readonly NotifiedAlert[],
  ): Promise<readonly SharedDecision[] | undefined>;

  /** Begins another try and renews the claim; the decision as it is then, undefined when it is not ours any more. */
  beginAttempt(group: GroupIdentity, decision: SharedDecision, lease: number): Promise<SharedDecision | undefined>;

  /** Renews claims; returns those that are still ours. */
  renew(groups: readonly GroupIdentity[], lease: number): Promise<readonly GroupIdentity[]>;

  /** Stores how tries ended, each only if no other try of its decision has begun; returns whether so, in the same order. */
  finish(outcomes: readonly Outcome[]): Promise<readonly boolean[]>;

  /** Gives claims back, with what their flush came to; `settled` undefined when something is still to be told. */
  release(groups: readonly Released[]): Promise<void>;

  /** All decisions that have no outcome yet. */
  outstanding(): Promise<readonly Outstanding[]>;

  /** Makes a group due now for whoever claims it; false where it is held, or not there. */
  hurry(group: GroupIdentity): Promise<boolean>;

  /** The number of the change that wrote the version of an alert this server knows; undefined for one it does not know. */
  changeOf(fingerprint: string): number | undefined;
}
