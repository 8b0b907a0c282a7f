import type {
  Changes,
  Claim,
  FlushPlan,
  Granted,
  GroupIdentity,
  Outcome,
  Outstanding,
  Released,
  Replica,
  SharedDecision,
  SharedStorage,
  Synced,
} from "../../core/interfaces/shared-storage.ts";
import type {
  HistoryPage,
  HistoryPosition,
  HistoryQuery,
  HistoryResult,
  HistoryStats,
  HistoryStatsQuery,
} from "../../core/interfaces/history.ts";
import type { Batch, GroupRow, OutboxRow, StoreHealth, Stored } from "../../core/interfaces/storage.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import type { NotifiedAlert } from "../../core/model/notification.ts";
import { AdoptScript } from "./adopt.ts";
import { Batcher } from "./batcher.ts";
import { ClaimScript, GrantScript, type ClaimOptions } from "./claim.ts";
import { Commit, type Committed } from "./commit.ts";
import type { Database } from "./database.ts";
import { Feed, type OnUnreadable } from "./feed.ts";
import { Following } from "./following.ts";
import { BeginAttemptScript, DecideScript, ReleaseScript, RenewScript, type Held } from "./held.ts";
import { PostgresHistory } from "./history.ts";
import { groupIdOf } from "./keys.ts";
import { KnownAlerts } from "./known.ts";
import type { MaintenanceSettings } from "./maintenance.ts";
import { FinishScript } from "./outcomes.ts";
import { HurryScript, OutstandingScript } from "./outstanding.ts";
import { OwnWrites } from "./own.ts";
import type { Script } from "./script.ts";
import { Tidying } from "./tidying.ts";
import { Work, workOf } from "./work.ts";

export interface PostgresStorageSettings extends MaintenanceSettings {
  readonly replica: string;
  readonly onUnreadable: OnUnreadable;
}

/** Bytes an outcome or a released claim takes, about. */
const OUTCOME = 1024;

/** What several servers share, in Postgres. */
export class PostgresStorage implements SharedStorage {
  readonly #database: Database;
  readonly #settings: PostgresStorageSettings;
  readonly #known = new KnownAlerts();
  readonly #own: OwnWrites;
  readonly #following: Following;
  readonly #tidying: Tidying;
  readonly #commits: Batcher<Work, undefined>;
  readonly #outcomes: Batcher<Outcome, boolean>;
  readonly #releases: Batcher<readonly [Held, Released], undefined>;
  readonly #history: PostgresHistory;
  readonly #claims = new Map<string, Held>();
  /** Begins the names of our claims: one run of one server. */
  readonly #instance: string;
  #leases = 0;
  /** Why commits, and everything else, failed the last time. */
  readonly #degraded: { commit?: string | undefined; other?: string | undefined } = {};
  #closing = false;

  constructor(database: Database, settings: PostgresStorageSettings) {
    this.#database = database;
    this.#settings = settings;
    const { patience } = database;
    this.#own = new OwnWrites(patience);
    this.#tidying = new Tidying(database, settings);
    this.#following = new Following({
      database,
      known: this.#known,
      own: this.#own,
      onUnreadable: settings.onUnreadable,
    });
    this.#instance = `${settings.replica} ${crypto.randomUUID()}`;
    this.#commits = new Batcher({
      run: (works, deadline) => this.#watch(this.#commit(works, deadline), "commit"),
      sizeOf: ({ size }) => size,
      patience,
    });
    this.#outcomes = new Batcher({
      run: (outcomes, deadline) => this.#watch(this.#finish(outcomes, deadline)),
      sizeOf: () => OUTCOME,
      patience,
    });
    this.#history = new PostgresHistory({
      database,
      onUnreadable: settings.onUnreadable,
      onWritten: (events) => this.#tidying.wrote(events),
    });
    this.#releases = new Batcher({
      run: (releases, deadline) => this.#watch(this.#release(releases, deadline)),
      sizeOf: () => OUTCOME,
      patience,
    });
  }

  load(): Promise<Stored> {
    return this.#inTurn(async (deadline) => {
      const stored = await this.#following.load(deadline);
      this.#tidying.begin();
      return stored;
    });
  }

  commit(batch: Batch): Promise<void> {
    if (this.#closing) return Promise.reject(this.#error("failed", "commit after close"));
    let work: Work;
    try {
      work = workOf(batch, this.#known, this.#following.seen);
    } catch (error) {
      return Promise.reject(this.#error("failed", `a batch cannot be stored: ${(error as Error).message}`));
    }
    const remembered = this.#history.remember(batch.history ?? []);
    if (work.isEmpty) return remembered;
    const fingerprints = [...work.alerts.keys()];
    for (const fingerprint of fingerprints) this.#known.begin(fingerprint);
    const stored = this.#commits.add(work).finally(() => {
      for (const fingerprint of fingerprints) this.#known.settle(fingerprint);
    });
    return Promise.all([stored, remembered]).then(() => undefined);
  }

  async #commit(works: readonly Work[], deadline: number): Promise<undefined[]> {
    const work = new Work();
    for (const one of works) work.append(one);
    const commit = new Commit(work, this.#own.all);
    for (;;) {
      const script = await this.#database.run(() => commit.script(), deadline);
      if (script.conflicts.length === 0) {
        this.#committed(work, commit.result(script));
        return works.map(() => undefined);
      }
      commit.merge(script);
    }
  }

  #committed(work: Work, { change, foreign, moved }: Committed): void {
    for (const [fingerprint, base] of work.deletedAlerts) this.#known.removed(fingerprint, base);
    if (change !== undefined) {
      this.#own.add(change, foreign);
      for (const [fingerprint, { base }] of work.alerts) if (!foreign.has(fingerprint)) base.change = change;
      for (const fingerprint of moved) {
        const row = work.moved.get(fingerprint);
        if (row !== undefined) row.base.change = change;
      }
    }
    this.#tidying.wrote();
  }

  sync(me: Replica): Promise<Synced> {
    return this.#inTurn((deadline) => this.#following.sync(me, deadline));
  }

  async adopt(configHash: string, groups: readonly GroupRow[]): Promise<boolean> {
    const { isFirst, change } = await this.#run(() => new AdoptScript(configHash, groups));
    this.#own.add(change);
    return isFirst;
  }

  claim(
    options: ClaimOptions,
    plan: (claims: readonly Claim[], changes: Changes, now: number) => readonly FlushPlan[],
  ): Promise<readonly Granted[]> {
    return this.#inTurn(async (deadline) => {
      const { onUnreadable } = this.#settings;
      const reading = new ClaimScript(options, this.#following.seen, new Feed(this.#own, onUnreadable));
      const lease = `${this.#instance}.${++this.#leases}`;
      let failure: { readonly error: unknown } | undefined;
      const granting = await this.#database.inTwo(
        reading,
        ({ feed }) => {
          const found = reading.found(onUnreadable);
          if (found.length === 0 || feed.upTo < this.#following.seen) return undefined;
          this.#following.learn(feed);
          let plans: readonly FlushPlan[];
          try {
            plans = plan(
              found.map(({ claim }) => claim),
              feed,
              feed.now,
            );
          } catch (error) {
            failure = { error };
            return undefined;
          }
          if (plans.length === 0) return undefined;
          return new GrantScript(found, plans, { lease, until: options.lease, tick: feed.now, upTo: feed.upTo });
        },
        deadline,
      );
      if (failure !== undefined) throw failure.error;
      if (granting === undefined) return [];
      this.#own.add(granting.change);
      for (const id of granting.held) this.#claims.set(id, { id, lease, configHash: options.configHash });
      return granting.granted;
    });
  }

  async decide(
    group: GroupIdentity,
    rows: readonly OutboxRow[],
    alerts: readonly NotifiedAlert[],
  ): Promise<readonly SharedDecision[] | undefined> {
    const claim = this.#claims.get(groupIdOf(group));
    if (claim === undefined) return undefined;
    const { decisions } = await this.#run(() => new DecideScript(claim, rows, alerts));
    return decisions;
  }

  async beginAttempt(
    group: GroupIdentity,
    decision: SharedDecision,
    lease: number,
  ): Promise<SharedDecision | undefined> {
    const claim = this.#claims.get(groupIdOf(group));
    if (claim === undefined) return undefined;
    const { attempt } = await this.#run(() => new BeginAttemptScript(claim, decision, lease));
    return attempt === undefined ? undefined : { ...decision, attempt };
  }

  async renew(groups: readonly GroupIdentity[], lease: number): Promise<readonly GroupIdentity[]> {
    const claims = groups.flatMap((group) => this.#claims.get(groupIdOf(group)) ?? []);
    if (claims.length === 0) return [];
    const { ids } = await this.#run(() => new RenewScript(claims, lease));
    const ours = new Set(ids);
    return groups.filter((group) => ours.has(groupIdOf(group)));
  }

  finish(outcomes: readonly Outcome[]): Promise<readonly boolean[]> {
    return Promise.all(outcomes.map((outcome) => this.#outcomes.add(outcome)));
  }

  async #finish(outcomes: readonly Outcome[], deadline: number): Promise<readonly boolean[]> {
    const script = await this.#database.run(() => new FinishScript(outcomes), deadline);
    if (script.change !== undefined) this.#own.add(script.change);
    this.#tidying.wrote();
    return script.results;
  }

  async release(groups: readonly Released[]): Promise<void> {
    const releases = groups.flatMap((released) => {
      const claim = this.#claims.get(groupIdOf(released));
      return claim === undefined ? [] : [[claim, released] as const];
    });
    await Promise.all(releases.map((one) => this.#releases.add(one)));
    for (const [claim] of releases) if (this.#claims.get(claim.id) === claim) this.#claims.delete(claim.id);
  }

  async #release(releases: readonly (readonly [Held, Released])[], deadline: number): Promise<undefined[]> {
    const { change } = await this.#database.run(() => new ReleaseScript(releases), deadline);
    if (change !== undefined) this.#own.add(change);
    return releases.map(() => undefined);
  }

  async outstanding(): Promise<readonly Outstanding[]> {
    return (await this.#run(() => new OutstandingScript(this.#settings.onUnreadable))).found;
  }

  async hurry(group: GroupIdentity): Promise<boolean> {
    const { isDue, change } = await this.#run(() => new HurryScript(group));
    if (change !== undefined) this.#own.add(change);
    return isDue;
  }

  readHistory(from?: HistoryPosition): Promise<HistoryPage> {
    return this.#history.readHistory(from);
  }

  searchHistory(query: HistoryQuery): Promise<HistoryResult> {
    return this.#history.searchHistory(query);
  }

  historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    return this.#history.historyStats(query);
  }

  changeOf(fingerprint: string): number | undefined {
    return this.#known.changeOf(fingerprint);
  }

  health(): StoreHealth {
    const queued = this.#commits.queued;
    const { sizeBytes } = this.#tidying;
    const reason = this.#degraded.commit ?? this.#degraded.other;
    if (reason === undefined) return { state: "ok", queued, sizeBytes };
    return { state: "degraded", reason, queued, sizeBytes };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#tidying.stop();
    const { promise: late, reject } = Promise.withResolvers<never>();
    const giveUp = () =>
      reject(this.#error("timeout", "no answer in time, so the connections were not closed in order"));
    const timer = setTimeout(giveUp, this.#database.patience);
    const busy = [this.#commits, this.#outcomes, this.#releases, this.#history, this.#following];
    try {
      await Promise.race([Promise.all(busy.map((one) => one.idle())), late]);
      await Promise.race([this.#tidying.idle(), late]);
    } finally {
      clearTimeout(timer);
      this.#database.pool.close();
    }
  }

  #run<T extends Script>(script: () => T): Promise<T> {
    return this.#watch(this.#database.run(script));
  }

  #inTurn<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    return this.#following.inTurn((deadline) => this.#watch(work(deadline)));
  }

  /** Keeps in mind whether the database answers. */
  async #watch<T>(work: Promise<T>, what: "commit" | "other" = "other"): Promise<T> {
    try {
      const result = await work;
      this.#degraded[what] = undefined;
      return result;
    } catch (error) {
      if (error instanceof StorageError) this.#degraded[what] = error.message;
      throw error;
    }
  }

  #error(code: StorageError["code"], message: string): StorageError {
    return new StorageError(code, `${this.#database.pool.place}: ${message}`);
  }
}
