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
import { HISTORY_KINDS, type HistoryRow } from "../../core/interfaces/history.ts";
import type { Batch, GroupRow, OutboxRow, StoreHealth, Stored } from "../../core/interfaces/storage.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { compareBytes } from "../../core/model/labels.ts";
import type { NotifiedAlert } from "../../core/model/notification.ts";
import { encodeEvents, type StoredEvents } from "../history/encode.ts";
import { AdoptScript } from "./adopt.ts";
import { Batcher } from "./batcher.ts";
import { ClaimScript, GrantScript, type ClaimOptions } from "./claim.ts";
import { Commit, type Committed } from "./commit.ts";
import type { Database } from "./database.ts";
import { Feed, NOTHING, OUTBOX, TIMELINE, changesAfter, type OnUnreadable } from "./feed.ts";
import { BeginAttemptScript, DecideScript, ReleaseScript, RenewScript, type Held } from "./held.ts";
import { AppendScript, TakeOverScript } from "./append.ts";
import { PostgresHistory } from "./history.ts";
import { HistorySweepScript, HistoryTrimScript } from "./history-trim.ts";
import { groupIdOf } from "./keys.ts";
import { KnownAlerts } from "./known.ts";
import { ABSENT, DeafScript, look } from "./look.ts";
import { MaintenanceScript, type MaintenanceSettings } from "./maintenance.ts";
import { FinishScript } from "./outcomes.ts";
import { HurryScript, OutstandingScript } from "./outstanding.ts";
import { OwnWrites } from "./own.ts";
import type { Script } from "./script.ts";
import { Work, workOf } from "./work.ts";

export interface PostgresStorageSettings extends MaintenanceSettings {
  readonly replica: string;
  readonly onUnreadable: OnUnreadable;
}

/** How often the others are told that we are alive, ms. */
const SIGN_OF_LIFE = 1000;
/** Tidying up: after so many lines of history, and after so many ms. */
const TIDY = { lines: 256, every: 60_000 };
/** Events stored in one transaction, and bytes one takes, about. */
const EVENTS_AT_ONCE = 500;
const EVENT = 512;
/** How often in a row some history is removed. */
const TRIM_ROUNDS = 20;
/** Bytes an outcome or a released claim takes, about. */
const OUTCOME = 1024;

/** What several servers share, in Postgres. */
export class PostgresStorage implements SharedStorage {
  readonly #database: Database;
  readonly #settings: PostgresStorageSettings;
  readonly #known = new KnownAlerts();
  readonly #own: OwnWrites;
  readonly #commits: Batcher<Work, undefined>;
  readonly #outcomes: Batcher<Outcome, boolean>;
  readonly #releases: Batcher<readonly [Held, Released], undefined>;
  readonly #events: Batcher<StoredEvents, undefined>;
  readonly #history: PostgresHistory;
  readonly #claims = new Map<string, Held>();
  /** Begins the names of our claims: one run of one server. */
  readonly #instance: string;
  #leases = 0;
  /** The last change that was looked at; nothing is looked at before all has been loaded. */
  #seen = NOTHING;
  /** Of the database's servers, the one that had written it last; undefined where the database does not say. */
  #timeline: string | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #lastSign: { readonly me: string; readonly at: number } | undefined;
  /** Why commits, and everything else, failed the last time. */
  readonly #degraded: { commit?: string | undefined; other?: string | undefined } = {};
  #closing = false;
  #tidying: Promise<void> | undefined;
  #tidiedAt = performance.now();
  #linesSince = 0;
  #sizeBytes = 0;

  constructor(database: Database, settings: PostgresStorageSettings) {
    this.#database = database;
    this.#settings = settings;
    const { patience } = database;
    this.#own = new OwnWrites(patience);
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
    this.#history = new PostgresHistory(database, settings.onUnreadable);
    this.#events = new Batcher({
      run: (parts, deadline) => this.#append(parts, deadline),
      sizeOf: ({ events }) => events.length * EVENT,
      patience,
    });
    this.#releases = new Batcher({
      run: (releases, deadline) => this.#watch(this.#release(releases, deadline)),
      sizeOf: () => OUTCOME,
      patience,
    });
  }

  load(): Promise<Stored> {
    return this.#inTurn(async (deadline) => {
      const feed = new Feed(undefined, this.#settings.onUnreadable);
      const timeline = await this.#readTimeline(deadline);
      await this.#database.each(`${changesAfter(-1)} UNION ALL ${OUTBOX}`, (cells) => feed.add(cells), deadline);
      this.#timeline = timeline;
      this.#known.replace(feed.alerts.map(([alert, change]) => [alert.labels.fingerprint, change] as const));
      this.#seen = feed.upTo;
      this.#tidy();
      return feed.stored;
    });
  }

  /** Undefined where the database does not know such a thing, or does not tell us. */
  async #readTimeline(deadline: number): Promise<string | undefined> {
    const feed = new Feed(undefined, this.#settings.onUnreadable);
    try {
      await this.#database.each(TIMELINE, (cells) => feed.add(cells), deadline);
    } catch (error) {
      // Whether it is away the next statement will tell.
      if (!(error instanceof StorageError)) throw error;
    }
    return feed.timeline;
  }

  commit(batch: Batch): Promise<void> {
    if (this.#closing) return Promise.reject(this.#error("failed", "commit after close"));
    let work: Work;
    try {
      work = workOf(batch, this.#known, this.#seen);
    } catch (error) {
      return Promise.reject(this.#error("failed", `a batch cannot be stored: ${(error as Error).message}`));
    }
    const remembered = this.#remember(batch.history ?? []);
    if (work.isEmpty) return remembered;
    const fingerprints = [...work.alerts.keys()];
    for (const fingerprint of fingerprints) this.#known.begin(fingerprint);
    const stored = this.#commits.add(work).finally(() => {
      for (const fingerprint of fingerprints) this.#known.settle(fingerprint);
    });
    return Promise.all([stored, remembered]).then(() => undefined);
  }

  /** By itself and not in the others' turn to write: history holds nothing up. */
  async #remember(rows: readonly HistoryRow[]): Promise<void> {
    const parts: Promise<undefined>[] = [];
    for (let i = 0; i < rows.length; i += EVENTS_AT_ONCE) {
      parts.push(this.#events.add(encodeEvents(rows.slice(i, i + EVENTS_AT_ONCE))));
    }
    await Promise.all(parts);
  }

  async #append(parts: readonly StoredEvents[], deadline: number): Promise<undefined[]> {
    await this.#database.run(() => new AppendScript(parts), deadline);
    this.#linesSince += parts.reduce((sum, { events }) => sum + events.length, 0);
    this.#tidyNowAndThen();
    return parts.map(() => undefined);
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
    this.#tidyNowAndThen();
  }

  sync(me: Replica): Promise<Synced> {
    return this.#inTurn(async (deadline) => {
      let { feed, takenOver } = await this.#look(me, deadline);
      let deafFor = 0;
      const last = Math.max(...feed.seen.map(({ seenAt }) => seenAt));
      if (feed.seen.length > 0 && last <= feed.now - ABSENT) {
        deafFor = (await this.#database.run(() => new DeafScript(me), deadline)).deafFor;
        ({ feed } = await this.#look(me, deadline));
      }
      this.#learn(feed);
      const { alerts, silences, notificationLog, classifications, documents, groups, upTo, now, configHash } = feed;
      const others = feed.seen.filter(({ name, seenAt }) => name !== me.name && seenAt > now - ABSENT);
      const replicas = [
        me,
        ...others.map(({ name, address, configHash: its }) => ({ name, address, configHash: its })),
      ];
      replicas.sort((a, b) => compareBytes(a.name, b.name));
      const changes = { alerts, silences, notificationLog, classifications, documents, groups, upTo };
      return { ...changes, now, replicas, configHash, takenOver, deafFor };
    });
  }

  async #look(me: Replica, deadline: number): Promise<{ readonly feed: Feed; readonly takenOver: boolean }> {
    const now = performance.now();
    const text = JSON.stringify(me);
    const isDue = this.#lastSign?.me !== text || now - this.#lastSign.at >= SIGN_OF_LIFE;
    let takenOver = false;
    for (;;) {
      const feed = new Feed(this.#own, this.#settings.onUnreadable);
      const statement = look(this.#seen, isDue ? me : undefined, this.#timeline !== undefined);
      await this.#database.each(statement, (cells) => feed.add(cells), deadline);
      if (isDue) this.#lastSign = { me: text, at: now };
      if (this.#seen !== NOTHING) takenOver ||= feed.upTo < this.#seen || feed.timeline !== this.#timeline;
      this.#timeline = feed.timeline;
      if (this.#seen === NOTHING || feed.upTo >= this.#seen) return { feed, takenOver };
      // Another server took over that had not got all yet.
      this.#seen = -1;
      this.#own.clear();
      this.#known.replace([]);
    }
  }

  /** Whoever is given these changes knows them. */
  #learn({ alerts, upTo }: Changes): void {
    for (const [{ labels }, change] of alerts) this.#known.learn(labels.fingerprint, change);
    if (this.#seen === NOTHING) return;
    this.#seen = upTo;
    this.#own.forget(upTo);
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
      const reading = new ClaimScript(options, this.#seen, new Feed(this.#own, onUnreadable));
      const lease = `${this.#instance}.${++this.#leases}`;
      let failure: { readonly error: unknown } | undefined;
      const granting = await this.#database.inTwo(
        reading,
        ({ feed }) => {
          const found = reading.found(onUnreadable);
          if (found.length === 0 || feed.upTo < this.#seen) return undefined;
          this.#learn(feed);
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
    this.#tidyNowAndThen();
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
    const sizeBytes = this.#sizeBytes;
    const reason = this.#degraded.commit ?? this.#degraded.other;
    if (reason === undefined) return { state: "ok", queued, sizeBytes };
    return { state: "degraded", reason, queued, sizeBytes };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const giveUp = () =>
      reject(this.#error("timeout", "no answer in time, so the connections were not closed in order"));
    const timer = setTimeout(giveUp, this.#database.patience);
    const batchers = [this.#commits, this.#outcomes, this.#releases, this.#events];
    try {
      await Promise.race([Promise.all([...batchers.map((batcher) => batcher.idle()), this.#looking]), late]);
      await Promise.race([this.#tidying, late]);
    } finally {
      clearTimeout(timer);
      this.#database.pool.close();
    }
  }

  #run<T extends Script>(script: () => T): Promise<T> {
    return this.#watch(this.#database.run(script));
  }

  /** One look at a time, so that nobody is given what is older after what is newer. */
  #inTurn<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    const { deadline } = this.#database;
    const turn = this.#looking.then(() => this.#watch(work(deadline)));
    this.#looking = turn.catch(() => undefined);
    return turn;
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

  #tidyNowAndThen(): void {
    if (this.#linesSince >= TIDY.lines || performance.now() - this.#tidiedAt >= TIDY.every) this.#tidy();
  }

  /** In nobody's way: what fails is tried again another time. */
  #tidy(): void {
    if (this.#tidying !== undefined || this.#closing) return;
    this.#linesSince = 0;
    this.#tidiedAt = performance.now();
    this.#tidying = this.#database
      .run(() => new MaintenanceScript(this.#settings))
      .then(({ sizeBytes }) => {
        this.#sizeBytes = sizeBytes;
      })
      .then(() => this.#tidyHistory())
      .catch(() => undefined)
      .finally(() => {
        this.#tidying = undefined;
      });
  }

  async #tidyHistory(): Promise<void> {
    await this.#database.run(() => new TakeOverScript(HISTORY_KINDS));
    let removed = false;
    for (let round = 0; round < TRIM_ROUNDS && !this.#closing; round++) {
      const trim = await this.#database.run(() => new HistoryTrimScript(this.#settings));
      removed ||= trim.removed > 0;
      if (!trim.hasMore) break;
    }
    if (removed) await this.#database.run(() => new HistorySweepScript());
  }

  #error(code: StorageError["code"], message: string): StorageError {
    return new StorageError(code, `${this.#database.pool.place}: ${message}`);
  }
}
