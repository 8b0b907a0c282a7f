import type {
  Backend,
  GroupView,
  IngestResult,
  Muting,
  ReceiverView,
  SilenceResult,
  StatusView,
} from "../api/v2/backend.ts";
import type { Actor } from "../core/interfaces/observing.ts";
import { withDeafTime } from "../core/backup/deaf-time.ts";
import type { Counts, Snapshot } from "../core/backup/newer.ts";
import { ClassificationTable } from "../core/classification/table.ts";
import { AlertTable } from "../core/ingestion/alert-table.ts";
import { AlertLimit } from "../core/ingestion/limit.ts";
import type { AlertWatcher } from "../core/interfaces/classification.ts";
import type { Replica } from "../core/interfaces/shared-storage.ts";
import type { ReplicatedState } from "../core/interfaces/replication.ts";
import type { GroupRow, NotificationLogEntry, OutboxRow, Stored } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { PostableAlert, PostableSilence } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { acknowledgedHashes } from "../core/silencing/origin.ts";
import { Silences } from "../core/silencing/silences.ts";
import { snapshot, takeIn, type Memory } from "./backup.ts";
import { AlertChanges } from "./alert-changes.ts";
import { Classified } from "./classified.ts";
import type { Cancel } from "./clock.ts";
import { Documents } from "./documents.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Elsewhere } from "./elsewhere.ts";
import type { EngineConfig, EngineOptions } from "./engine-options.ts";
import type { Deciding } from "./explain/gather.ts";
import { Recent } from "./explain/recent.ts";
import { groupId, type Group } from "./group.ts";
import { Journal } from "./journal.ts";
import { NotificationLog } from "./notification-log.ts";
import { NotificationDesk } from "./notifications/desk.ts";
import { Observers } from "./observers.ts";
import { Outbox } from "./outbox.ts";
import { Replicated } from "./replicated.ts";
import { buildRunning, intervalsOf, views, type Lasting, type Running } from "./running.ts";
import { Sharing, type SharingOptions } from "./sharing/sharing.ts";
import { SilenceDesk } from "./silence-desk.ts";
import { exposeState } from "./state-metrics.ts";
import { Verdicts } from "./verdicts.ts";

export type { EngineConfig };

/** Most alerts of a backup stored in one transaction. */
const STORED_AT_ONCE = 5000;
/** What mutes as it was when last looked at, and how often it had changed by then. */
interface MutingSeen {
  readonly running: Running | undefined;
  readonly silences: number;
  readonly inhibition: number;
  readonly version: number;
}

const INHIBITOR_GC = 15 * 60_000;
/** How long the end of the server waits for notifications under way, ms. */
const DRAIN_PATIENCE = 5000;
const NO_MUTING: Muting = { inhibitedBy: [], silencedBy: [] };

/**
 * Alertmanager's main job: takes alerts in, keeps and stores them, groups, mutes and notifies. Everything the API
 * shows is read from here.
 */
export class Engine implements Backend {
  readonly #options: EngineOptions;
  readonly #journal: Journal;
  readonly #alerts: AlertTable;
  /** To be read; `silences()` counts as a query. */
  readonly heldSilences = new Silences();
  /** Those who are told what happens. */
  readonly observers = new Observers();
  readonly #alertChanges = new AlertChanges(this.observers);
  readonly #verdicts = new Verdicts(this.observers);
  readonly #notificationLog = new NotificationLog();
  readonly #outbox = new Outbox();
  readonly #recent = new Recent();
  /** Changes silences, on behalf of whom it may be. */
  readonly silenceDesk: SilenceDesk;
  readonly #startedAt: number;
  readonly #sharing: Sharing | undefined;
  /** Alerts on their way to a shared store: how many versions of each. */
  readonly #pending = new Map<LabelSet, number>();
  #restored: readonly GroupRow[] = [];
  /** ms; the start of a server that began with nothing. */
  #emptyUntil: number | undefined;
  #running: Running | undefined;
  #mutingSeen: MutingSeen = { running: undefined, silences: 0, inhibition: 0, version: 0 };
  #recurring: Cancel[] = [];
  /** How many alerts have been new since the start, or were stored before. */
  newAlerts = 0;
  /** What peers are told, and where what they tell is taken in. */
  readonly replicated: ReplicatedState;
  /** What alerts have been classified as by others than the rules. */
  readonly classifications = new ClassificationTable();
  readonly classified: Classified;
  /** What is kept for users beside alerts and silences. */
  readonly documents: Documents;
  readonly notifications: NotificationDesk;
  #watcher: AlertWatcher | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { clock, storage, log, metrics } = options;
    this.#startedAt = clock.now();
    this.#journal = new Journal({ storage, clock, log });
    this.documents = new Documents({
      journal: this.#journal,
      clock,
      onChanged: (rows) => options.peers?.tellDocuments(rows),
    });
    this.classified = new Classified(this.classifications, this.#journal, clock, this.observers);
    const elsewhere = new Elsewhere(this.observers, clock);
    this.observers.add(this.#recent);
    this.#alerts = new AlertTable({
      isLabelName: options.isLabelName,
      limit: new AlertLimit(options.perAlertNameLimit),
    });
    metrics.alertsPerAlertLimit.set(options.perAlertNameLimit);
    this.silenceDesk = new SilenceDesk({
      silences: this.heldSilences,
      journal: this.#journal,
      clock,
      log,
      isLabelName: options.isLabelName,
      maxSilences: options.maxSilences,
      maxSize: options.maxSilenceSize,
      sizeOf: options.sizeOfSilence,
      logChanges: options.logSilences,
      observers: this.observers,
      onChanged: (silences) => options.peers?.tellSilences(silences),
      refresh: () => this.#sharing?.look() ?? Promise.resolve(),
    });
    this.replicated = new Replicated(
      this.heldSilences,
      this.#notificationLog,
      this.documents,
      this.#journal,
      clock,
      options.retention,
      elsewhere,
    );
    this.#sharing = options.sharing === undefined ? undefined : this.#share(options.sharing, elsewhere);
    this.notifications = new NotificationDesk({
      outbox: this.#outbox,
      notificationLog: this.#notificationLog,
      recent: this.#recent,
      documents: this.documents,
      journal: this.#journal,
      clock,
      retention: options.retention,
      running: () => this.#running,
      sharing: () => this.#sharing,
      isUnmuted: ({ labels }) => this.#isUnmuted(labels),
      tell: (entry) => options.peers?.tellLogEntry(entry),
    });
    exposeState({
      metrics,
      now: () => this.now(),
      dispatcher: () => this.#running?.dispatcher,
      silences: this.heldSilences,
      byGroup: options.groupKeyInMetrics,
    });
  }

  /** Connects to the shared database, if there is one and it answers. Between `restore` and `apply`. */
  async connect(): Promise<void> {
    await this.#sharing?.start();
  }

  /** The other servers on the same database, ourselves included. */
  get members(): readonly Replica[] {
    return this.#sharing?.members ?? [];
  }

  /** Whether what has ended can be known: not where others, who may know better, are out of reach. */
  get knowsEnds(): boolean {
    return this.#sharing?.isActive !== false;
  }

  /** Another server says what it has sent, and stores it itself if it can. */
  heardOf(entries: readonly NotificationLogEntry[]): void {
    if (this.#sharing?.isActive === true) this.#sharing.heardOf(entries);
    else this.replicated.mergeLogEntries(entries);
  }

  /** ms to leave to those of the other servers whose turn comes first. */
  turn(peerTimeout: number): number {
    return this.#sharing?.turn(peerTimeout) ?? 0;
  }

  /** The store could not reach the shared database. */
  storeFailed(error: Error): void {
    this.#sharing?.commitFailed(error);
  }

  /** The shared database took something. */
  storeShared(): void {
    this.#sharing?.committed();
  }

  /** The shared database, or somebody who knows, says that something changed. */
  wake(): void {
    this.#sharing?.wake();
  }

  /** Has somebody told of alerts that come, change and go. */
  watch(watcher: AlertWatcher): void {
    this.#watcher = watcher;
  }

  /** Takes in what was stored. Before `apply`. */
  restore(stored: Stored): void {
    const now = this.#options.clock.now();
    for (const alert of stored.alerts) {
      const restored = withDeafTime(alert, stored.aliveAt, now);
      this.#alerts.restore(restored);
      // Stored together with the first "alive", without which a second crash would lose what was given back.
      if (restored !== alert) this.#journal.extended(alert.labels);
    }
    this.newAlerts += stored.alerts.length;
    for (const silence of stored.silences) this.heldSilences.put(silence);
    for (const entry of stored.notificationLog) this.#notificationLog.put(entry);
    for (const row of stored.outbox) this.#outbox.abandon(row);
    for (const classification of stored.classifications) this.classifications.put(classification);
    this.documents.take(stored.documents);
    this.#restored = stored.groups;
    if (stored.aliveAt === undefined && this.#sharing === undefined) this.#emptyUntil = now;
    this.#journal.start({
      alert: (labels) => this.#alerts.get(labels) ?? this.#running?.dispatcher.held(labels),
      silence: (id) => this.heldSilences.get(id),
      logEntry: (key) => this.#notificationLog.get(key),
      outboxRow: (key) => this.#outbox.get(key),
      group: (id) => this.#groupRow(id),
      groupsOf: (labels) => this.#sharedGroupsOf(labels),
      classification: (fingerprint) => this.classifications.get(fingerprint),
      document: (id) => this.documents.row(id),
    });
    this.#every(this.#options.maintenanceInterval, () => this.#maintain());
    this.#every(this.#options.alertGCInterval, () => this.#collectAlerts());
    this.#every(this.#options.dispatchMaintenanceInterval, () => this.#maintainGroups());
    this.#every(INHIBITOR_GC, () => this.#running?.inhibitor.collectGarbage(this.now()));
  }

  /**
   * Goes over to a configuration: the first one, or a reloaded one whose groups then start over (spec §6.1). Everything that
   * can fail has been done by whoever built `config`.
   */
  async apply(config: EngineConfig): Promise<void> {
    const before = this.#running;
    if (before !== undefined) await before.dispatcher.stop();
    const oldGroups = before === undefined ? this.#restored : [...before.dispatcher.groups()].map((g) => g.row(""));
    const running = buildRunning(this.#lasting(), config, before === undefined ? this.#restored : []);
    this.#restored = [];
    this.#running = running;
    for (const alert of this.#alerts.all()) {
      running.inhibitor.observe(alert);
      running.dispatcher.insert(alert);
      alert.labels.release();
      alert.annotations.release();
    }
    // The groups' own copies may be all that is left of what nobody was told yet.
    if (before !== undefined) this.#carryOver(before.dispatcher, running.dispatcher);
    for (const identity of oldGroups) this.#journal.group(identity);
    for (const group of running.dispatcher.groups()) this.#journal.group(group.row(config.hash));
    this.#recoverOutbox(running.dispatcher);
    await this.#sharing?.adopt();
    before?.config.publishers.close();
    this.#options.metrics.inhibitionRules.set(config.inhibitRules.length);
  }

  /** Waits for what is being sent, stores everything and ends. The storage stays open. */
  async stop(): Promise<void> {
    for (const cancel of this.#recurring) cancel();
    await this.#sharing?.pause();
    if (this.#running !== undefined) {
      const { dispatcher, config } = this.#running;
      await dispatcher.drain(DRAIN_PATIENCE, this.#sharing?.idle());
      await dispatcher.stop();
      await this.#sharing?.idle();
      config.publishers.close();
    }
    await this.#journal.stop();
    await this.#sharing?.stop();
  }

  now(): number {
    return this.#options.clock.now();
  }

  status(): StatusView {
    return {
      cluster: this.#options.cluster(),
      configOriginal: this.#running?.config.original() ?? "",
      startedAt: this.#startedAt,
    };
  }

  receivers(): readonly ReceiverView[] {
    return this.#running?.config.receivers ?? [];
  }

  alerts(): readonly Alert[] {
    return this.#alerts.sorted();
  }

  /** What decides about alerts, for whoever explains it; undefined before a configuration is loaded. */
  deciding(): Deciding | undefined {
    if (this.#running === undefined) return undefined;
    return {
      ...this.#running,
      now: this.now(),
      alerts: this.#alerts.sorted(),
      silences: this.heldSilences,
      notificationLog: this.#notificationLog,
      outbox: this.#outbox,
      recent: this.#recent,
    };
  }

  /** All that are known, by fingerprint. */
  known(): readonly Alert[] {
    return this.#alerts.sorted();
  }

  receiversOf(labels: LabelSet): readonly string[] {
    return this.#running?.dispatcher.receivers(labels) ?? [];
  }

  muting(labels: LabelSet, now: number): Muting {
    const { silences } = this.#options.metrics;
    silences.queries.inc();
    const inhibition = this.#running?.inhibitor.inhibitedBy(labels, now);
    const silencedBy = this.heldSilences.silencedBy(labels, now);
    if (inhibition === undefined && silencedBy.length === 0) return NO_MUTING;
    return { inhibitedBy: inhibition === undefined ? [] : [inhibition.source.labels.fingerprint], silencedBy };
  }

  /** Gives, for a moment, the names of the time intervals that mute an alert wherever it is routed. */
  intervalsMuting(now: number): (labels: LabelSet) => readonly string[] {
    return this.#running === undefined ? () => [] : intervalsOf(this.#running, now);
  }

  mutingVersion(now: number): number {
    const running = this.#running;
    const silences = this.heldSilences.versionAt(now);
    const inhibition = running?.inhibitor.versionAt(now) ?? 0;
    const seen = this.#mutingSeen;
    if (seen.running !== running || seen.silences !== silences || seen.inhibition !== inhibition) {
      this.#mutingSeen = { running, silences, inhibition, version: seen.version + 1 };
    }
    return this.#mutingSeen.version;
  }

  groups(): Promise<readonly GroupView[]> {
    return Promise.resolve(this.#running === undefined ? [] : views(this.#running));
  }

  async ingest(posted: readonly PostableAlert[]): Promise<IngestResult> {
    const { clock, metrics } = this.#options;
    if (this.#sharing?.isInDoubt === true) await this.#sharing.look();
    const running = this.#running;
    if (running === undefined) return { invalid: [], storeError: "no configuration is loaded yet" };
    const began = clock.elapsed();
    const at = clock.timestamp();
    const invalid: string[] = [];
    const changed: Alert[] = [];
    const groups: GroupRow[] = [];
    for (const one of posted) {
      const result = this.#alerts.ingest(one, at, running.config.resolveTimeout);
      const firing = result.kind === "invalid" ? result.firing : !result.alert.endsAt.endedBy(at.ms);
      (firing ? metrics.alertsReceived.firing : metrics.alertsReceived.resolved).inc();
      if (result.kind === "invalid") {
        metrics.alertsInvalid.inc();
        invalid.push(result.message);
        continue;
      }
      if (result.kind === "limited") {
        this.#limited(result.alert);
        continue;
      }
      const { alert } = result;
      if (result.change === "new") {
        this.newAlerts++;
        this.#options.steps?.created(alert);
      }
      running.inhibitor.observe(alert);
      for (const group of running.dispatcher.insert(alert)) groups.push(group.row(running.config.hash));
      if (result.change === "extended") this.#journal.extended(alert.labels);
      else {
        changed.push(alert);
        this.#alertChanges.came(alert, result.before, at.ms);
        this.#watcher?.noticed(alert, result.change === "new");
      }
    }
    this.#countInserted(posted.length - invalid.length, clock.elapsed() - began);
    if (changed.length === 0) return { invalid };
    const isShared = this.#sharing?.isActive === true;
    const stored = isShared ? this.#commitShared(changed, groups) : this.#journal.commit({ alerts: changed, groups });
    // A decision that needs no waiting is stored in the same transaction as the alerts it is about.
    if (groups.length > 0 && !isShared) running.dispatcher.runDue();
    for (const { labels, annotations } of changed) {
      labels.release();
      annotations.release();
    }
    try {
      await stored;
      // Where groups are shared, they are claimed once their alerts are there for all.
      if (groups.length > 0 && isShared) running.dispatcher.runDue();
      return { invalid };
    } catch (e) {
      return { invalid, storeError: (e as Error).message };
    }
  }

  /** Stores alerts for all servers, each together with the groups it is in: one may just have been removed elsewhere. */
  async #commitShared(alerts: readonly Alert[], groups: readonly GroupRow[]) {
    const newGroups = new Map<string, GroupRow>();
    for (const { labels } of alerts) {
      this.#pending.set(labels, (this.#pending.get(labels) ?? 0) + 1);
      for (const row of this.#sharedGroupsOf(labels)) newGroups.set(groupId(row), row);
    }
    try {
      await this.#journal.commit({ alerts, groups, newGroups: [...newGroups.values()] });
    } finally {
      for (const { labels } of alerts) {
        const left = (this.#pending.get(labels) ?? 1) - 1;
        if (left === 0) this.#pending.delete(labels);
        else this.#pending.set(labels, left);
      }
    }
  }

  silences(): IterableIterator<Silence> {
    this.#options.metrics.silences.queries.inc();
    return this.heldSilences.all();
  }

  silence(id: string): Silence | undefined {
    this.#options.metrics.silences.queries.inc();
    return this.heldSilences.get(id);
  }

  setSilence(posted: PostableSilence, actor?: Actor): Promise<SilenceResult> {
    return this.silenceDesk.set(posted, actor);
  }

  expireSilence(id: string, actor?: Actor): Promise<SilenceResult> {
    return this.silenceDesk.expire(id, actor);
  }

  /** The version of an alert that is here, in a group if nowhere else. */
  alert(labels: LabelSet): Alert | undefined {
    return this.#alerts.get(labels) ?? this.#running?.dispatcher.held(labels);
  }

  /** Takes in what other servers that share our state have stored by now. */
  async catchUp(): Promise<void> {
    await this.#sharing?.look();
  }

  /** Everything as of this moment. */
  async snapshot(): Promise<Snapshot> {
    await this.#sharing?.look();
    return snapshot(this.#memory(), this.now());
  }

  /**
   * Takes in what a backup has that is newer than what is here, and resolves when that is stored.
   *
   * @throws StorageError when it is not, or not all of it: it is in force all the same, and doing it again is safe
   */
  async takeIn(backup: Snapshot): Promise<Counts> {
    await this.#sharing?.look();
    const { peers, retention, sharing } = this.#options;
    const memory = this.#memory();
    const shared = this.#sharing?.isActive === true ? sharing?.store.shared : undefined;
    const deafUntil = this.#emptyUntil;
    const taken = takeIn(memory, backup, { now: this.now(), retention, deafUntil });
    const { silences, notificationLog, outbox, alerts, classifications, documents, groups, counts } = taken;
    this.newAlerts += alerts.length;
    if (shared === undefined) {
      for (const row of outbox) this.#outbox.abandon(row);
      this.#recoverOutbox(memory.dispatcher);
    }
    if (silences.length > 0) peers?.tellSilences(silences);
    for (const entry of notificationLog) peers?.tellLogEntry(entry);
    if (documents.length > 0) peers?.tellDocuments(documents);
    try {
      await this.#journal.commit({ silences, notificationLog, documents, outbox: shared === undefined ? outbox : [] });
      // Decisions are the claims' there, and have to be there before there is a group to claim.
      await shared?.commit({ outbox });
      for (let i = 0; i < alerts.length; i += STORED_AT_ONCE) {
        const some = alerts.slice(i, i + STORED_AT_ONCE);
        if (shared === undefined) await this.#journal.commit({ alerts: some, groups: i === 0 ? groups : [] });
        else await this.#commitShared(some, []);
      }
      await this.#journal.commit({ classifications });
      return counts;
    } catch (error) {
      for (const { labels } of alerts) this.#journal.alert(labels);
      for (const row of groups) this.#journal.group(row);
      for (const { fingerprint } of classifications) this.#journal.classification(fingerprint);
      throw error;
    }
  }

  #memory(): Memory & Running {
    if (this.#running === undefined) throw new Error("no configuration is loaded yet");
    return {
      ...this.#running,
      configHash: this.#running.config.hash,
      alerts: this.#alerts,
      silences: this.heldSilences,
      notificationLog: this.#notificationLog,
      outbox: this.#outbox,
      classifications: this.classifications,
      documents: this.documents,
      replicated: this.replicated,
    };
  }

  #lasting(): Lasting {
    return {
      options: this.#options,
      journal: this.#journal,
      notificationLog: this.#notificationLog,
      silences: this.heldSilences,
      outbox: this.#outbox,
      observers: this.observers,
      alertChanges: this.#alertChanges,
      verdicts: this.#verdicts,
      sharing: () => this.#sharing,
      onLetGo: (labels) => this.#forgetIfGone(labels),
    };
  }

  #share(options: SharingOptions, elsewhere: Elsewhere): Sharing {
    return new Sharing(options, {
      alerts: this.#alerts,
      silences: this.heldSilences,
      notificationLog: this.#notificationLog,
      classifications: this.classifications,
      documents: this.documents,
      outbox: this.#outbox,
      journal: this.#journal,
      alertChanges: this.#alertChanges,
      elsewhere,
      isPending: (labels) => this.#pending.has(labels),
      onGone: (labels) => this.#forgetIfGone(labels),
      workshop: () => {
        const running = this.#running;
        return running === undefined ? undefined : { ...running, configHash: running.config.hash };
      },
    });
  }

  /** Alerts that only groups still held, because they are resolved and collected but not yet notified. */
  #carryOver(from: Dispatcher, to: Dispatcher): void {
    for (const group of from.groups()) {
      for (const alert of group.sorted()) if (this.#alerts.get(alert.labels) === undefined) to.insert(alert);
    }
  }

  /** Sees to it that decisions without an outcome are made good first thing, and drops those nobody can make good. */
  #recoverOutbox(dispatcher: Dispatcher): void {
    if (!this.#outbox.hasAbandoned) return;
    const byKey = new Map<string, Group>();
    for (const group of dispatcher.groups()) byKey.set(`${group.key}:${group.route.receiver}`, group);
    for (const row of this.#outbox.abandoned()) {
      const group = byKey.get(`${row.groupKey}:${row.receiver}`) ?? this.#classGroup(dispatcher, row);
      // What went to the fallback is decided again when the receiver refuses again.
      if (group !== undefined) {
        dispatcher.hurry(group);
        continue;
      }
      this.#options.log.warn("A notification of unknown outcome has no group any more and is dropped", {
        key: row.key,
      });
      this.#outbox.delete(row.key);
      this.#journal.outboxRow(row.key);
    }
  }

  /** The group of a decision to tell a receiver of a class. */
  #classGroup(dispatcher: Dispatcher, row: OutboxRow): Group | undefined {
    if (this.#running?.config.classReceivers?.names.includes(row.receiver) !== true) return undefined;
    const group = dispatcher.find(row);
    return group?.key === row.groupKey ? group : undefined;
  }

  /** The groups of an alert that other servers have to be told of with it: none of an outdated configuration. */
  #sharedGroupsOf(labels: LabelSet): readonly GroupRow[] {
    if (this.#running === undefined || this.#sharing?.isInForce !== true) return [];
    const { dispatcher, config } = this.#running;
    return dispatcher.groupsOf(labels).map((group) => group.row(config.hash));
  }

  #groupRow(id: string): GroupRow | undefined {
    const running = this.#running;
    if (running === undefined) return undefined;
    const group = running.dispatcher.byId(id);
    return group?.row(running.config.hash);
  }

  #limited(alert: Alert): void {
    const alertname = alert.labels.get("alertname");
    this.#options.metrics.alertsLimited.with(alertname).inc();
    this.#options.log.warn("error on set alert", { alertname, err: "alert limited" });
  }

  #countInserted(count: number, took: number): void {
    const { metrics } = this.#options;
    metrics.dispatcher.alertProcessingDuration.sum += took / 1000;
    metrics.dispatcher.alertProcessingDuration.count += count;
    metrics.alertsSubscriberChannelWrites.with("dispatcher").inc(count);
    metrics.alertsSubscriberChannelWrites.with("inhibitor").inc(count);
  }

  #isUnmuted(labels: LabelSet): boolean {
    const now = this.now();
    const { inhibitedBy, silencedBy } = this.muting(labels, now);
    return inhibitedBy.length === 0 && silencedBy.length === 0;
  }

  /** Garbage of silences and of the notification log (every `--data.maintenance-interval`). */
  #maintain(): void {
    const { metrics, retention } = this.#options;
    const now = this.now();
    for (const id of this.heldSilences.collectGarbage(now, retention)) this.#journal.silence(id);
    metrics.silences.maintenance.inc();
    const awaited = acknowledgedHashes(this.heldSilences.all(), now);
    for (const key of this.#notificationLog.collectGarbage(now, awaited)) this.#journal.logEntry(key);
    metrics.nflog.maintenance.inc();
    this.documents.collectGarbage(now);
  }

  #collectAlerts(): void {
    // Cut off from the others we cannot know what has ended.
    if (this.#sharing?.isActive === false) return;
    for (const alert of this.#alerts.collectGarbage(this.now())) {
      this.#alertChanges.ended(alert);
      this.#forgetIfGone(alert.labels);
    }
    if (this.#sharing !== undefined) this.#forgetClassifications();
  }

  /** Lets go of a label set for good once neither the store nor a group has it any more. */
  #forgetIfGone(labels: LabelSet): void {
    const dispatcher = this.#running?.dispatcher;
    if (this.#alerts.get(labels) !== undefined || dispatcher?.holds(labels)) return;
    dispatcher?.forget(labels);
    this.#alerts.forget(labels);
    this.#watcher?.forgotten(labels);
    this.#journal.alert(labels);
    if (this.classifications.delete(labels.fingerprint)) this.#journal.classification(labels.fingerprint);
  }

  /** Another server may have told of an alert that was collected here before. */
  #forgetClassifications(): void {
    if (this.classifications.size === 0) return;
    const known = new Set<string>();
    for (const { labels } of this.#alerts.all()) known.add(labels.fingerprint);
    for (const group of this.#running?.dispatcher.groups() ?? []) {
      for (const { labels } of group.sorted()) known.add(labels.fingerprint);
    }
    for (const { fingerprint } of this.classifications.all()) {
      if (!known.has(fingerprint)) this.classifications.delete(fingerprint);
    }
  }

  #maintainGroups(): void {
    const removed = this.#running?.dispatcher.maintain().map((group) => group.row("")) ?? [];
    for (const row of removed) this.#journal.group(row);
    this.#sharing?.forgetGroups(removed);
  }

  #every(interval: number, action: () => void): void {
    const slot = this.#recurring.length;
    const arm = () => {
      this.#recurring[slot] = this.#options.clock.schedule(interval, () => {
        action();
        arm();
      });
    };
    arm();
  }
}
