import type { Changes, GroupIdentity, Outcome, Outstanding, Replica } from "../../core/interfaces/shared-storage.ts";
import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { SharedFirst } from "../../store/shared-first.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Cancel } from "../clock.ts";
import type { Journal } from "../journal.ts";
import type { Outbox } from "../outbox.ts";
import type { RateLimit, SharedLimiter } from "../rate-limit.ts";
import { Adoption } from "./adoption.ts";
import { Claims, type Workshop } from "./claims.ts";
import { Joining } from "./joining.ts";
import { isDoubtful, Leases } from "./leases.ts";
import { SharedMemory, type Destination, type SharedMemoryOptions } from "./memory.ts";
import { Patience, SOON } from "./patience.ts";
import type { SharedClock } from "./shared-clock.ts";

/** What happened, for metrics. */
export interface SharingEvents {
  claimed(groups: number): void;
  /** A notification that another server may have sent too. */
  duplicate(): void;
  /** The database was lost. */
  lost(): void;
}

export interface SharingOptions {
  readonly store: SharedFirst;
  readonly clock: SharedClock;
  readonly log: Logger;
  readonly me: Pick<Replica, "name" | "address">;
  readonly events: SharingEvents;
  /** Shares the receivers' rate limits; without it each server keeps to them for itself. */
  readonly limiter?: ((limits: ReadonlyMap<string, RateLimit>) => SharedLimiter) | undefined;
  /** ms between two looks at the database when nobody wakes us. */
  readonly interval: () => number;
}

/** The engine's side. */
export interface SharingHost extends Pick<
  SharedMemoryOptions,
  | "alerts"
  | "silences"
  | "notificationLog"
  | "classifications"
  | "documents"
  | "alertChanges"
  | "elsewhere"
  | "isPending"
  | "onGone"
> {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly workshop: () => (Workshop & Destination) | undefined;
}

/**
 * The part of the engine that works with others on one database: follows what they change, claims what is due, goes on
 * alone while the database is away and brings everything together again when it is back.
 */
export class Sharing {
  readonly #options: SharingOptions;
  readonly #host: SharingHost;
  readonly #memory: SharedMemory;
  readonly #leases: Leases;
  readonly #claims: Claims;
  readonly #adoption: Adoption;
  readonly #joining: Joining;
  readonly #patience: Patience;
  #members: readonly Replica[] = [];
  #timer: Cancel | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(options: SharingOptions, host: SharingHost) {
    this.#options = options;
    this.#host = host;
    const { store, clock, log, events } = options;
    const { shared } = store;
    this.#memory = new SharedMemory({
      alerts: host.alerts,
      silences: host.silences,
      notificationLog: host.notificationLog,
      classifications: host.classifications,
      documents: host.documents,
      alertChanges: host.alertChanges,
      elsewhere: host.elsewhere,
      isPending: host.isPending,
      onGone: host.onGone,
      destination: host.workshop,
      isUnsaved: (labels) => host.journal.isUnsaved(labels),
      onUnsaved: (labels) => host.journal.alert(labels),
      changeOf: (fingerprint) => shared.changeOf(fingerprint),
      now: () => clock.now(),
      onDuplicate: events.duplicate,
    });
    const unstored: Outcome[] = [];
    const isSharing = () => store.sharing;
    this.#patience = new Patience(clock);
    this.#adoption = new Adoption({ storage: shared, memory: this.#memory, log, isSharing, workshop: host.workshop });
    this.#joining = new Joining({
      store,
      memory: this.#memory,
      outbox: host.outbox,
      journal: host.journal,
      clock,
      log,
      unstored,
      onNotTold: () => host.workshop()?.dispatcher.rearm(),
    });
    this.#leases = new Leases(shared, clock, isSharing);
    this.#claims = new Claims({
      storage: shared,
      clock,
      leases: this.#leases,
      journal: host.journal,
      log,
      isSharing,
      workshop: () => (this.#adoption.mayClaim && this.#joining.isOver ? host.workshop() : undefined),
      applyChanges: (changes) => this.#take(changes),
      onDelivered: (entry) => store.mirror({ notificationLog: [entry] }),
      look: () => this.look(),
      onDuplicate: events.duplicate,
      onClaimed: events.claimed,
      onFailed: (error) => this.failed(error),
      unstored,
    });
  }

  /** Whether the database is in use. */
  get isActive(): boolean {
    return this.#options.store.sharing;
  }

  /** Those that share the database, by name, as of the last look. */
  get members(): readonly Replica[] {
    return this.#members;
  }

  /** ms to leave to those whose turn comes first while the database is away. */
  turn(peerTimeout: number): number {
    const { name } = this.#options.me;
    return (
      Math.max(
        0,
        this.#members.findIndex((member) => member.name === name),
      ) * peerTimeout
    );
  }

  /** Connects if the database answers, and from then on follows it. */
  async start(): Promise<void> {
    await this.#look();
    this.#arm();
  }

  /** Claims no more. */
  async pause(): Promise<void> {
    await this.#claims.stop();
  }

  /** Resolves when nothing is flushed any more. */
  idle(): Promise<void> {
    return this.#claims.idle();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.();
    this.#leases.stop();
    await this.#claims.stop();
    await this.#looking;
  }

  /** Has due groups claimed; false when this server is to flush it by itself. */
  claim(): boolean {
    if (!this.isActive) return false;
    this.#claims.wake();
    return true;
  }

  /** Whether our own clocks may be wrong, because the machine was suspended or they were set, so that `look` is in order. */
  get isInDoubt(): boolean {
    return this.isActive && isDoubtful(this.#options.clock);
  }

  /** What another server has just sent and the database is about to say too. */
  heardOf(entries: readonly NotificationLogEntry[]): void {
    for (const entry of entries) this.#host.notificationLog.put(entry);
    this.#options.store.mirror({ notificationLog: entries });
  }

  /** Whether groups are flushed by the configuration this server has. */
  get isInForce(): boolean {
    return this.#adoption.isInForce;
  }

  /** Something may have changed: looks now. */
  wake(): void {
    void this.look();
  }

  /** Brings memory up to date with the database, or finds that it is away. */
  async look(): Promise<void> {
    if (this.#stopped) return;
    // One that is under way may have read before what we are to see.
    if (this.#looking !== undefined) await this.#looking;
    await this.#look();
  }

  /** Learns what others have stored by now; of a database that is away nothing is to be learned, nor is it waited for. */
  async catchUp(): Promise<void> {
    if (this.isActive) await this.look();
  }

  /** A configuration was loaded: groups are flushed by it from now on. */
  async adopt(): Promise<void> {
    // The others have to see first that somebody has it, or they would take it for one that nobody has any more.
    if (this.isActive) await this.look();
  }

  /** Decisions that no server has the outcome of yet. @throws StorageError */
  outstanding(): Promise<readonly Outstanding[]> {
    return this.#options.store.shared.outstanding();
  }

  /** Stores that a decision is not to be sent any more; false where another try has begun. @throws StorageError */
  async finish(outcome: Outcome): Promise<boolean> {
    const { store } = this.#options;
    const [isFinished = false] = await store.shared.finish([outcome]);
    if (isFinished && outcome.entry !== undefined) store.mirror({ notificationLog: [outcome.entry] });
    return isFinished;
  }

  /** Has a group flushed now, by whichever server; false where one is at it. @throws StorageError */
  async hurry(group: GroupIdentity): Promise<boolean> {
    const isDue = await this.#options.store.shared.hurry(group);
    if (isDue) this.#claims.wake();
    return isDue;
  }

  /** Groups that were removed here because they are empty. */
  forgetGroups(groups: readonly GroupIdentity[]): void {
    this.#memory.forgetGroups(groups);
  }

  /** A commit failed: for long enough, that is to be without the database, whatever else works. */
  commitFailed(error: Error): void {
    if (!this.#patience.commitFailed()) this.failed(error);
    else if (this.#options.store.sharing) this.#goAlone(error);
  }

  committed(): void {
    this.#patience.committed();
  }

  /** Something the database was asked for failed. */
  failed(error: Error): void {
    if (!this.isActive || this.#stopped) return;
    if (this.#patience.failed()) this.#goAlone(error);
    else this.#arm(SOON);
  }

  #goAlone(error: Error): void {
    const { store, log, events } = this.#options;
    this.#joining.lost();
    store.goAlone(error.message);
    events.lost();
    log.error("Postgres is away; going on with the local copy, notifications may be sent more than once", {
      err: error.message,
    });
    this.#host.workshop()?.dispatcher.rearm();
  }

  #arm(delay: number = this.#options.interval()): void {
    this.#timer?.();
    if (this.#stopped) return;
    this.#timer = this.#options.clock.schedule(delay, () => {
      void (this.#looking ?? this.#look());
    });
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
      const soon = this.#patience.isTried ? SOON : this.#options.interval();
      this.#arm(Math.max(soon, this.#joining.notBefore - this.#options.clock.elapsed()));
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const { store, clock, me, log } = this.#options;
    try {
      const sent = clock.elapsed();
      const synced = await store.shared.sync({ ...me, configHash: this.#host.workshop()?.configHash ?? "" });
      clock.adjust(synced.now, sent, clock.elapsed());
      this.#members = synced.replicas;
      this.#adoption.looked(synced);
      if (synced.deafFor > 0) {
        log.warn("Nobody was connected to the database; alerts are kept that much longer", {
          ms: Math.round(synced.deafFor),
        });
      }
      if (synced.takenOver) {
        this.#joining.takenOver();
        log.warn("Another database server has taken over; telling it what it may not have");
      }
      if (this.#joining.isDue) {
        await this.#joining.join(synced);
        this.#patience.committed();
        this.#adoption.startOver();
      } else this.#take(synced);
      this.#patience.answered();
      store.isUpToDate(this.#host.journal.savedUntil);
      await this.#adoption.follow(synced);
      if (store.sharing) this.#claims.wake();
    } catch (error) {
      store.reason = (error as Error).message;
      if (!store.sharing) this.#joining.lost();
      this.failed(error as Error);
    }
  }

  #take(changes: Changes): void {
    const { silences, notificationLog, classifications, documents } = changes;
    this.#adoption.made(this.#memory.apply(changes));
    const alerts = changes.alerts.map(([alert]) => alert);
    const news = { alerts, silences, notificationLog, classifications, documents };
    if (Object.values(news).some(({ length }) => length > 0)) this.#options.store.mirror(news);
  }
}
