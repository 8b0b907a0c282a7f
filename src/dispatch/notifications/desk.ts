import type { AttemptRecord, DecisionRecord } from "../../core/explain/facts.ts";
import type { Outstanding } from "../../core/interfaces/shared-storage.ts";
import type { Batch, NotificationLogEntry } from "../../core/interfaces/storage.ts";
import { isResolved } from "../../core/model/alert.ts";
import type { NotifiedAlert } from "../../core/model/notification.ts";
import { logExpiry } from "../../core/nflog/log.ts";
import type { Clock } from "../clock.ts";
import type { Documents } from "../documents.ts";
import type { Recent } from "../explain/recent.ts";
import type { Group } from "../group.ts";
import type { Journal } from "../journal.ts";
import type { NotificationLog } from "../notification-log.ts";
import type { Outbox } from "../outbox.ts";
import { logHashes, snapshot } from "../planner.ts";
import type { Running } from "../running.ts";
import type { Sharing } from "../sharing/sharing.ts";
import { GroupsByKey, placeIn, type KnownNotification } from "./known.ts";

export interface NotificationDeskOptions {
  readonly outbox: Outbox;
  readonly notificationLog: NotificationLog;
  readonly recent: Recent;
  readonly documents: Documents;
  readonly journal: Journal;
  readonly clock: Clock;
  /** ms an entry of the log is kept at most. */
  readonly retention: number;
  readonly running: () => Running | undefined;
  /** Undefined for a server that has its store for itself. */
  readonly sharing: () => Sharing | undefined;
  /** Whether nothing mutes an alert now. */
  readonly isUnmuted: (alert: NotifiedAlert) => boolean;
  /** Tells other servers what the log says now. */
  readonly tell: (entry: NotificationLogEntry) => void;
}

/** What became of a wish. `busy`: it is being sent; `delivered`: there is nothing to do; `gone`: the group has no alerts any more. */
export type Wish = "done" | "busy" | "delivered" | "gone";

/** How a notification failed. */
export interface Failure {
  readonly decision: DecisionRecord;
  readonly attempt: AttemptRecord | undefined;
}

const NO_FAILURES: ReadonlyMap<string, Failure> = new Map();

/** Documents that say which entries of the log somebody had made by dropping a notification, and who. */
const DROPPED = "dropped-notification";

interface Signature {
  /** Of the entry, ms. */
  readonly timestamp: number;
  readonly by: string;
}

/** Notifications as people look at them, have them sent again, or drop them. */
export class NotificationDesk {
  readonly #options: NotificationDeskOptions;

  constructor(options: NotificationDeskOptions) {
    this.#options = options;
  }

  /**
   * What is decided and has no outcome, what failed last, and what the log says was delivered.
   *
   * @param elsewhere what failed at other servers, by key
   * @throws StorageError where the shared database has to be asked and does not answer
   */
  async list(elsewhere: ReadonlyMap<string, Failure> = NO_FAILURES): Promise<KnownNotification[]> {
    const { notificationLog, outbox, recent } = this.#options;
    const outstanding = await this.#outstanding();
    const abandoned = new Set(outbox.abandoned().map(({ key }) => key));
    const keys = new Set([...outstanding.keys(), ...notificationLog.keys(), ...recent.keys(), ...elsewhere.keys()]);
    for (const { key } of outbox.all()) keys.add(key);
    const groups = new GroupsByKey(this.#options.running()?.dispatcher.groups() ?? []);
    const now = this.#options.clock.now();
    return [...keys].flatMap((key): KnownNotification[] => {
      const shared = outstanding.get(key);
      const row = shared?.decision.row ?? outbox.get(key);
      const entry = notificationLog.get(key);
      const place = row ?? entry ?? placeIn(key);
      if (place === undefined) return [];
      const { groupKey, receiver, integration, index } = place;
      const trail = recent.of(key);
      const ours = trail.decisions.find(({ outcome }) => outcome === "failed" || outcome === "refused");
      const theirs = elsewhere.get(key);
      const isTheirs = theirs !== undefined && theirs.decision.at > (ours?.at ?? 0);
      const last = isTheirs ? theirs.decision : ours;
      const group = groups.of(groupKey, receiver);
      const lastAttempt = later(trail.attempts[0], theirs?.attempt);
      const about = {
        key,
        groupKey,
        receiver,
        integration,
        index,
        group,
        row,
        entry,
        last,
        lastAttempt,
        attempts: shared?.decision.attempt ?? lastAttempt?.number ?? 0,
      };
      if (row !== undefined) {
        const isSending = shared === undefined ? !abandoned.has(key) : shared.isHeld;
        return [{ ...about, state: isSending ? "pending" : "unknown" }];
      }
      // What failed for a group that is gone will not be tried again.
      if (last !== undefined && last.at > (entry?.timestamp ?? 0)) {
        return group === undefined ? [] : [{ ...about, state: "failed" }];
      }
      if (entry === undefined || entry.expiresAt <= now) return [];
      return [{ ...about, state: this.droppedBy(entry) !== undefined ? "dropped" : "delivered" }];
    });
  }

  /**
   * Has the group of a notification flushed now: what is of unknown outcome is made good, what failed is decided anew.
   *
   * @param isForced sends again what was delivered already
   * @throws StorageError
   */
  async retry(known: KnownNotification, isForced: boolean): Promise<Wish> {
    const { group, state, entry } = known;
    if (state === "pending") return "busy";
    if (group === undefined || group.size === 0) return "gone";
    const isTold = state === "delivered" || state === "dropped";
    if (state === "delivered" && !isForced) return "delivered";
    if (group.flushing || (await this.#isHeld(group))) return "busy";
    if (isTold && entry !== undefined) {
      // Nobody was told of anything: kept in the log like any entry, this is what every server decides by.
      const untold = { ...entry, firing: [], resolved: [], timestamp: this.#after(entry) };
      await this.#options.journal.commit({ notificationLog: [untold] });
      this.#keep(untold);
    }
    return this.#hurry(group);
  }

  /**
   * Lets go of a notification: what it was about counts as told, so that nothing goes out before there is something new.
   *
   * @param by who wants it
   * @throws StorageError when it is not stored, and all is as it was
   */
  async drop(known: KnownNotification, by: string): Promise<Wish> {
    const { group, state, row, key } = known;
    if (state === "delivered" || state === "dropped") return "delivered";
    if (state === "pending" || group?.flushing === true) return "busy";
    const entry =
      group === undefined
        ? undefined
        : this.#entry(known, group, row === undefined ? this.#unmuted(group) : snapshot(row, group));
    // Who it was comes first: it says nothing without the entry it names.
    if (entry !== undefined) await this.#sign(key, { timestamp: entry.timestamp, by });
    return this.#letGo(known, entry);
  }

  /** Who let go of a notification; undefined where it was delivered. */
  droppedBy({ key, timestamp }: NotificationLogEntry): string | undefined {
    const signed = this.#options.documents.get(DROPPED, key) as Partial<Signature> | undefined;
    return signed?.timestamp === timestamp ? (signed.by ?? "") : undefined;
  }

  async #sign(key: string, content: Signature): Promise<void> {
    const { documents } = this.#options;
    await documents.put(DROPPED, key, content);
    for (const old of documents.list(DROPPED)) {
      const entry = this.#options.notificationLog.get(old.key);
      const isOver = old.key !== key && (entry === undefined || this.droppedBy(entry) === undefined);
      if (isOver) documents.remove(DROPPED, old.key).catch(() => undefined);
    }
  }

  async #letGo({ key, row }: KnownNotification, entry: NotificationLogEntry | undefined): Promise<Wish> {
    if (row === undefined) {
      if (entry === undefined) return "gone";
      await this.#countAsTold(entry, {});
      return "done";
    }
    const { sharing, outbox } = this.#options;
    if (sharing()?.isActive === true) {
      const shared = (await this.#outstanding()).get(key);
      return shared === undefined || shared.isHeld || !(await this.#finish(shared, entry)) ? "busy" : "done";
    }
    const taken = outbox.takeAbandoned(key);
    if (taken === undefined) return "busy";
    outbox.delete(key);
    try {
      await this.#countAsTold(entry, { deletedOutbox: [key] });
    } catch (error) {
      if (outbox.get(key) === undefined) outbox.abandon(taken);
      throw error;
    }
    return "done";
  }

  /** Stores that something counts as told. A flush meanwhile goes by it already; what is not stored is taken back. */
  async #countAsTold(entry: NotificationLogEntry | undefined, batch: Pick<Batch, "deletedOutbox">): Promise<void> {
    const { notificationLog, journal, tell } = this.#options;
    if (entry === undefined) return journal.commit(batch);
    const before = notificationLog.get(entry.key);
    const isKept = notificationLog.put(entry);
    try {
      await journal.commit({ ...batch, notificationLog: [entry] });
    } catch (error) {
      notificationLog.takeBack(entry, before);
      throw error;
    }
    if (isKept) tell(entry);
  }

  async #finish({ decision }: Outstanding, entry: NotificationLogEntry | undefined): Promise<boolean> {
    // Refused where another try has begun meanwhile.
    const isFinished = (await this.#options.sharing()?.finish({ decision, entry })) === true;
    if (isFinished && entry !== undefined) this.#keep(entry);
    return isFinished;
  }

  /** Whether some server is sending something of a group. */
  async #isHeld({ route, labels }: Group): Promise<boolean> {
    for (const { decision, isHeld } of (await this.#outstanding()).values()) {
      const { routeId, groupFingerprint } = decision.row;
      if (isHeld && routeId === route.id && groupFingerprint === labels.fingerprint) return true;
    }
    return false;
  }

  async #hurry(group: Group): Promise<Wish> {
    const { sharing, running } = this.#options;
    const shared = sharing();
    if (shared?.isActive === true) return (await shared.hurry(group.row(""))) ? "done" : "busy";
    running()?.dispatcher.hurry(group);
    return "done";
  }

  async #outstanding(): Promise<ReadonlyMap<string, Outstanding>> {
    const shared = this.#options.sharing();
    if (shared?.isActive !== true) return new Map();
    return new Map((await shared.outstanding()).map((one) => [one.decision.row.key, one]));
  }

  #unmuted(group: Group): NotifiedAlert[] {
    const now = this.#options.clock.now();
    return group
      .sorted()
      .map((alert): NotifiedAlert =>
        Object.assign({}, alert, { status: isResolved(alert, now) ? "resolved" : "firing" } as const),
      )
      .filter((alert) => this.#options.isUnmuted(alert));
  }

  #entry(known: KnownNotification, group: Group, alerts: readonly NotifiedAlert[]): NotificationLogEntry {
    const { key, groupKey, receiver, integration, index, entry: last } = known;
    const timestamp = this.#after(last);
    const expiresAt = logExpiry(timestamp, this.#options.retention, group.route.repeatInterval);
    const place = { key, groupKey, receiver, integration, index };
    return { ...place, ...logHashes(alerts), timestamp, expiresAt, receiverData: last?.receiverData ?? {} };
  }

  /** Now, and later than what was there. */
  #after(last: NotificationLogEntry | undefined): number {
    return Math.max(this.#options.clock.now(), (last?.timestamp ?? 0) + 1);
  }

  #keep(entry: NotificationLogEntry): void {
    const { notificationLog, tell } = this.#options;
    if (notificationLog.put(entry)) tell(entry);
  }
}

function later(a: AttemptRecord | undefined, b: AttemptRecord | undefined): AttemptRecord | undefined {
  return a === undefined || (b !== undefined && b.at > a.at) ? b : a;
}
