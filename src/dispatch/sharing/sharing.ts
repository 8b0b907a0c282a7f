import type {
  Changes,
  GroupIdentity,
  Outcome,
  Outstanding,
  Replica,
  SharedGroupRow,
  Synced,
} from "../../core/interfaces/shared-storage.ts";
import type { Batch, GroupRow, NotificationLogEntry, Stored } from "../../core/interfaces/storage.ts";
import type { SharedFirst } from "../../store/shared-first.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Cancel } from "../clock.ts";
import type { Group } from "../group.ts";
import type { Journal } from "../journal.ts";
import type { Outbox } from "../outbox.ts";
import type { RateLimit, SharedLimiter } from "../rate-limit.ts";
import { Claims, type Workshop } from "./claims.ts";
import { isDoubtful, Leases } from "./leases.ts";
import { SharedMemory, type Destination, type SharedMemoryOptions } from "./memory.ts";
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

/** The database counts as away after so many failures in a row, over so many ms. */
const PATIENCE = { failures: 2, time: 1500 };
/** Commits in a row that may fail while looks succeed. */
const MOST_FAILED_COMMITS = 10;
/** ms until the next try where the database could be read but not told. */
const AFTER_A_FAILED_JOIN = 5000;
/** After coming back the others are given this long to tell what they know before anything is claimed, ms. */
const REUNION = 2000;
/** ms; the last changes that a database server may lack that has taken over from another one. */
const LOST_TAIL = 5 * 60_000;
/** Most alerts, and most classifications, told in one transaction after an outage. */
const TOLD_AT_ONCE = 5000;

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
  readonly #unstored: Outcome[] = [];
  #members: readonly Replica[] = [];
  #timer: Cancel | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;
  #failures = 0;
  #failingSince = 0;
  #claimFrom = 0;
  /** On the forward-only clock, ms: no look before. */
  #notBefore = 0;
  #adopted: string | undefined;
  /** Whether the database could not be used since it was last joined, or since the start. */
  #wasAway = false;
  /** Whether the database may lack what it had: another server of it has taken over. */
  #mayLackTail = false;
  /** Commits that failed in a row, whatever else works. */
  #commitFailures = 0;
  /** Groups the database has to be told of. */
  readonly #unannounced = new Map<string, Group>();
  /** The configuration groups are flushed by, as of the last look. */
  #inForce: string | undefined;

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
    const isSharing = () => store.sharing;
    this.#leases = new Leases(shared, clock, isSharing);
    this.#claims = new Claims({
      storage: shared,
      clock,
      leases: this.#leases,
      journal: host.journal,
      log,
      isSharing,
      workshop: () => (this.#mayClaim() ? host.workshop() : undefined),
      applyChanges: (changes) => this.#take(changes),
      onDelivered: (entry) => store.mirror({ notificationLog: [entry] }),
      look: () => this.look(),
      onDuplicate: events.duplicate,
      onClaimed: events.claimed,
      onFailed: (error) => this.failed(error),
      unstored: this.#unstored,
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
    return this.isActive && this.#inForce !== undefined && this.#inForce === this.#host.workshop()?.configHash;
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
    if (++this.#commitFailures < MOST_FAILED_COMMITS) this.failed(error);
    else if (this.#options.store.sharing) this.#goAlone(error);
  }

  committed(): void {
    this.#commitFailures = 0;
  }

  /** Something the database was asked for failed. */
  failed(error: Error): void {
    const { clock, store } = this.#options;
    if (!store.sharing || this.#stopped) return;
    if (this.#failures++ === 0) this.#failingSince = clock.elapsed();
    const tooLong = clock.elapsed() - this.#failingSince >= PATIENCE.time;
    if (this.#failures < PATIENCE.failures || !tooLong) {
      this.#arm(PATIENCE.time / 5);
      return;
    }
    this.#goAlone(error);
  }

  #goAlone(error: Error): void {
    const { store, log, events } = this.#options;
    this.#wasAway = true;
    store.goAlone(error.message);
    events.lost();
    log.error("Postgres is away; going on with the local copy, notifications may be sent more than once", {
      err: error.message,
    });
    this.#host.workshop()?.dispatcher.rearm();
  }

  #mayClaim(): boolean {
    const { clock, store } = this.#options;
    if (!store.sharing || clock.elapsed() < this.#claimFrom) return false;
    return this.isInForce && this.#adopted === this.#inForce;
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
      const soon = this.#failures > 0 ? PATIENCE.time / 5 : this.#options.interval();
      this.#arm(Math.max(soon, this.#notBefore - this.#options.clock.elapsed()));
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
      this.#inForce = synced.configHash;
      if (synced.deafFor > 0) {
        log.warn("Nobody was connected to the database; alerts are kept that much longer", {
          ms: Math.round(synced.deafFor),
        });
      }
      if (synced.takenOver) {
        this.#mayLackTail = true;
        log.warn("Another database server has taken over; telling it what it may not have");
      }
      if (!store.sharing || this.#mayLackTail) await this.#join(synced);
      else this.#take(synced);
      this.#failures = 0;
      store.isUpToDate(this.#host.journal.savedUntil);
      await this.#followConfiguration(synced);
      if (this.#unannounced.size > 0) await this.#announce();
      if (store.sharing) this.#claims.wake();
    } catch (error) {
      store.reason = (error as Error).message;
      if (!store.sharing) this.#wasAway = true;
      this.failed(error as Error);
    }
  }

  #take(changes: Changes): void {
    const { silences, notificationLog, classifications, documents } = changes;
    for (const group of this.#memory.apply(changes)) this.#unannounced.set(group.id, group);
    const alerts = changes.alerts.map(([alert]) => alert);
    const news = { alerts, silences, notificationLog, classifications, documents };
    if (Object.values(news).some(({ length }) => length > 0)) this.#options.store.mirror(news);
  }

  /**
   * Tells the database of groups that whoever stored their alerts did not: a restored backup knows no routes, and a server
   * with an outdated configuration has other ones.
   */
  async #announce(): Promise<void> {
    const groups = [...this.#unannounced.values()].filter(({ destroyed }) => !destroyed);
    this.#unannounced.clear();
    const configHash = this.#host.workshop()?.configHash;
    if (groups.length === 0 || configHash === undefined || !this.isInForce) return;
    try {
      await this.#options.store.shared.commit({ newGroups: groups.map((group) => group.row(configHash)) });
    } catch (error) {
      for (const group of groups) this.#unannounced.set(group.id, group);
      throw error;
    }
  }

  /** Brings together what is here and what is there, and goes over to the database. */
  async #join(synced: Synced): Promise<void> {
    const { store, clock, log } = this.#options;
    const stored = (await store.shared.load()) as Stored & { readonly groups: readonly SharedGroupRow[] };
    const toTell = this.#memory.merge(stored, store.sharedUntil - (this.#mayLackTail ? LOST_TAIL : 0));
    store.share();
    // Others may have something to tell as well, unless nobody ever was without the database.
    const reunites = synced.deafFor > 0 || this.#wasAway || this.#mayLackTail;
    this.#claimFrom = clock.elapsed() + (reunites ? REUNION : 0);
    try {
      await this.#tell(toTell);
    } catch (error) {
      store.goAlone((error as Error).message);
      this.#notBefore = clock.elapsed() + AFTER_A_FAILED_JOIN;
      this.#host.workshop()?.dispatcher.rearm();
      throw error;
    }
    this.#wasAway = false;
    this.#mayLackTail = false;
    this.#commitFailures = 0;
    this.#adopted = undefined;
    const { alerts, silences, notificationLog, classifications, documents } = stored;
    const deletedClassifications = classifications.map(({ fingerprint }) => fingerprint);
    store.mirror({ alerts, silences, notificationLog, deletedClassifications, classifications, documents });
    const { groups: _, ...ours } = toTell;
    store.mirror(ours);
    log.info("Sharing with Postgres", {
      replicas: this.#members.length,
      alerts: alerts.length,
      told: Object.values(toTell).reduce((sum, { length }) => sum + length, 0),
    });
  }

  /** Tells the database what is newer here. */
  async #tell(toTell: Batch): Promise<void> {
    const { shared } = this.#options.store;
    const { outbox, journal } = this.#host;
    const abandoned = outbox.abandoned();
    for (const batch of inParts({ ...toTell, outbox: abandoned })) await shared.commit(batch);
    for (const { key } of abandoned) {
      outbox.delete(key);
      journal.outboxRow(key);
    }
    if (this.#unstored.length === 0) return;
    const outcomes = [...this.#unstored];
    await shared.finish(outcomes);
    this.#unstored.splice(0, outcomes.length);
  }

  /** Sees to it that groups are flushed by a configuration that a live server has. */
  async #followConfiguration({ configHash, replicas }: Synced): Promise<void> {
    const mine = this.#host.workshop()?.configHash;
    if (mine === undefined || !this.#options.store.sharing) return;
    if (this.#adopted === undefined || this.#adopted !== mine) return this.#adopt();
    if (configHash === mine) return;
    // Another one is newer, unless all that had it are gone.
    if (replicas.some((replica) => replica.configHash === configHash)) return;
    await this.#adopt();
  }

  async #adopt(): Promise<void> {
    const { store, log } = this.#options;
    const workshop = this.#host.workshop();
    if (workshop === undefined) return;
    const { configHash, dispatcher } = workshop;
    const rows: GroupRow[] = [...dispatcher.groups()].filter((g) => g.size > 0).map((group) => group.row(configHash));
    const first = await store.shared.adopt(configHash, rows);
    this.#adopted = configHash;
    this.#inForce = configHash;
    if (first) this.#memory.forgetGroups(undefined);
    else this.#memory.applyGroups();
    if (first) log.info("Groups are flushed by this configuration from now on", { config_hash: configHash });
  }
}

function inParts(batch: Batch): Batch[] {
  // What was told before whom it was told about, and that before anybody looks at their groups.
  const { alerts = [], classifications = [], groups = [], ...rest } = batch;
  const parts: Batch[] = [rest];
  for (const some of slices(alerts)) parts.push({ alerts: some });
  for (const some of slices(classifications)) parts.push({ classifications: some });
  if (groups.length > 0) parts.push({ groups });
  return parts;
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += TOLD_AT_ONCE) yield all.slice(i, i + TOLD_AT_ONCE);
}
