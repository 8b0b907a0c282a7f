import type {
  Backend,
  GroupView,
  IngestResult,
  Muting,
  ReceiverView,
  SilenceResult,
  StatusView,
} from "../core/interfaces/backend.ts";
import type { Actor } from "../core/interfaces/observing.ts";
import { withDeafTime } from "../core/backup/deaf-time.ts";
import { ClassificationTable } from "../core/classification/table.ts";
import { AlertTable } from "../core/ingestion/alert-table.ts";
import { AlertLimit } from "../core/ingestion/limit.ts";
import type { AlertWatcher } from "../core/interfaces/classification.ts";
import type { Replica } from "../core/interfaces/shared-storage.ts";
import type { ReplicatedState } from "../core/interfaces/replication.ts";
import type { GroupRow, NotificationLogEntry, Stored } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { PostableAlert, PostableSilence } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { Silences } from "../core/silencing/silences.ts";
import { AlertChanges } from "./alert-changes.ts";
import { Backups } from "./backup.ts";
import { Classified } from "./classified.ts";
import { Documents } from "./documents.ts";
import { Elsewhere } from "./elsewhere.ts";
import type { EngineConfig, EngineOptions } from "./engine-options.ts";
import type { Deciding } from "./explain/gather.ts";
import { Recent } from "./explain/recent.ts";
import { Ingestion } from "./ingestion.ts";
import { Journal } from "./journal.ts";
import { Maintenance } from "./maintenance.ts";
import { MutingView } from "./muting-view.ts";
import { NotificationLog } from "./notification-log.ts";
import { NotificationDesk } from "./notifications/desk.ts";
import { Observers } from "./observers.ts";
import { Outbox } from "./outbox.ts";
import { carryOver, recoverOutbox } from "./recovery.ts";
import { Replicated } from "./replicated.ts";
import { buildRunning, intervalsOf, views, type Lasting, type Running } from "./running.ts";
import { SharedCommits } from "./sharing/commits.ts";
import { Sharing, type SharingOptions } from "./sharing/sharing.ts";
import { SilenceDesk } from "./silence-desk.ts";
import { exposeState } from "./state-metrics.ts";
import { Verdicts } from "./verdicts.ts";

export type { EngineConfig };

/** How long the end of the server waits for notifications under way, ms. */
const DRAIN_PATIENCE = 5000;

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
  /** The work with others on one database; undefined for a server that has its store for itself. */
  readonly sharing: Sharing | undefined;
  readonly #sharedCommits: SharedCommits;
  #restored: readonly GroupRow[] = [];
  #running: Running | undefined;
  readonly #muting = new MutingView(this.heldSilences, () => this.#running);
  readonly #lasting: Lasting;
  readonly #maintenance: Maintenance;
  readonly #ingestion: Ingestion;
  /** What peers are told, and where what they tell is taken in. */
  readonly replicated: ReplicatedState;
  /** What alerts have been classified as by others than the rules. */
  readonly classifications = new ClassificationTable();
  readonly classified: Classified;
  /** What is kept for users beside alerts and silences. */
  readonly documents: Documents;
  readonly notifications: NotificationDesk;
  readonly backups: Backups;
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
      refresh: () => this.catchUp(),
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
    this.#sharedCommits = new SharedCommits(this.#journal, (labels) => this.#sharedGroupsOf(labels));
    this.#lasting = {
      options: this.#options,
      journal: this.#journal,
      notificationLog: this.#notificationLog,
      silences: this.heldSilences,
      outbox: this.#outbox,
      observers: this.observers,
      alertChanges: this.#alertChanges,
      verdicts: this.#verdicts,
      sharing: () => this.sharing,
      onLetGo: (labels) => this.#maintenance.forgetIfGone(labels),
    };
    this.#maintenance = new Maintenance({
      ...this.#lasting,
      alerts: this.#alerts,
      classifications: this.classifications,
      documents: this.documents,
      running: () => this.#running,
      watcher: () => this.#watcher,
    });
    this.sharing = options.sharing === undefined ? undefined : this.#share(options.sharing, elsewhere);
    this.#ingestion = new Ingestion({
      options,
      alerts: this.#alerts,
      alertChanges: this.#alertChanges,
      journal: this.#journal,
      sharedCommits: this.#sharedCommits,
      running: () => this.#running,
      sharing: () => this.sharing,
      watcher: () => this.#watcher,
    });
    this.backups = new Backups({
      ...this.#lasting,
      alerts: this.#alerts,
      classifications: this.classifications,
      documents: this.documents,
      replicated: this.replicated,
      sharedCommits: this.#sharedCommits,
      running: () => this.#running,
      onTakenIn: (alerts) => {
        this.#ingestion.newAlerts += alerts;
      },
    });
    this.notifications = new NotificationDesk({
      outbox: this.#outbox,
      notificationLog: this.#notificationLog,
      recent: this.#recent,
      documents: this.documents,
      journal: this.#journal,
      clock,
      retention: options.retention,
      running: () => this.#running,
      sharing: () => this.sharing,
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

  /** How many alerts have been new since the start, or came with what was stored before. */
  get newAlerts(): number {
    return this.#ingestion.newAlerts;
  }

  /** The other servers on the same database, ourselves included. */
  get members(): readonly Replica[] {
    return this.sharing?.members ?? [];
  }

  /** Whether what has ended can be known: not where others, who may know better, are out of reach. */
  get knowsEnds(): boolean {
    return this.sharing?.isActive !== false;
  }

  /** Another server says what it has sent, and stores it itself if it can. */
  heardOf(entries: readonly NotificationLogEntry[]): void {
    if (this.sharing?.isActive === true) this.sharing.heardOf(entries);
    else this.replicated.mergeLogEntries(entries);
  }

  /** ms to leave to those of the other servers whose turn comes first. */
  turn(peerTimeout: number): number {
    return this.sharing?.turn(peerTimeout) ?? 0;
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
    this.#ingestion.newAlerts += stored.alerts.length;
    for (const silence of stored.silences) this.heldSilences.put(silence);
    for (const entry of stored.notificationLog) this.#notificationLog.put(entry);
    for (const row of stored.outbox) this.#outbox.abandon(row);
    for (const classification of stored.classifications) this.classifications.put(classification);
    this.documents.take(stored.documents);
    this.#restored = stored.groups;
    if (stored.aliveAt === undefined && this.sharing === undefined) this.backups.emptyUntil = now;
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
    this.#maintenance.start();
  }

  /**
   * Goes over to a configuration: the first one, or a reloaded one whose groups then start over (spec §6.1). Everything that
   * can fail has been done by whoever built `config`.
   */
  async apply(config: EngineConfig): Promise<void> {
    const before = this.#running;
    if (before !== undefined) await before.dispatcher.stop();
    const oldGroups = before === undefined ? this.#restored : [...before.dispatcher.groups()].map((g) => g.row(""));
    const running = buildRunning(this.#lasting, config, before === undefined ? this.#restored : []);
    this.#restored = [];
    this.#running = running;
    for (const alert of this.#alerts.all()) {
      running.inhibitor.observe(alert);
      running.dispatcher.insert(alert);
      alert.labels.release();
      alert.annotations.release();
    }
    // The groups' own copies may be all that is left of what nobody was told yet.
    if (before !== undefined) carryOver(this.#alerts, before.dispatcher, running.dispatcher);
    for (const identity of oldGroups) this.#journal.group(identity);
    for (const group of running.dispatcher.groups()) this.#journal.group(group.row(config.hash));
    recoverOutbox(this.#lasting, running);
    await this.sharing?.adopt();
    before?.config.publishers.close();
    this.#options.metrics.inhibitionRules.set(config.inhibitRules.length);
  }

  /** Waits for what is being sent, stores everything and ends. The storage stays open. */
  async stop(): Promise<void> {
    this.#maintenance.stop();
    await this.sharing?.pause();
    if (this.#running !== undefined) {
      const { dispatcher, config } = this.#running;
      await dispatcher.drain(DRAIN_PATIENCE, this.sharing?.idle());
      await dispatcher.stop();
      await this.sharing?.idle();
      config.publishers.close();
    }
    await this.#journal.stop();
    await this.sharing?.stop();
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
      droppedBy: (entry) => this.notifications.droppedBy(entry),
    };
  }

  receiversOf(labels: LabelSet): readonly string[] {
    return this.#running?.dispatcher.receivers(labels) ?? [];
  }

  muting(labels: LabelSet, now: number): Muting {
    this.#options.metrics.silences.queries.inc();
    return this.#muting.of(labels, now);
  }

  /** Gives, for a moment, the names of the time intervals that mute an alert wherever it is routed. */
  intervalsMuting(now: number): (labels: LabelSet) => readonly string[] {
    return this.#running === undefined ? () => [] : intervalsOf(this.#running, now);
  }

  mutingVersion(now: number): number {
    return this.#muting.versionAt(now);
  }

  groups(): Promise<readonly GroupView[]> {
    return Promise.resolve(this.#running === undefined ? [] : views(this.#running));
  }

  ingest(posted: readonly PostableAlert[]): Promise<IngestResult> {
    return this.#ingestion.take(posted);
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
    await this.sharing?.catchUp();
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
      isPending: (labels) => this.#sharedCommits.isPending(labels),
      onGone: (labels) => this.#maintenance.forgetIfGone(labels),
      workshop: () => {
        const running = this.#running;
        return running === undefined ? undefined : { ...running, configHash: running.config.hash };
      },
    });
  }

  /** The groups of an alert that other servers have to be told of with it: none of an outdated configuration. */
  #sharedGroupsOf(labels: LabelSet): readonly GroupRow[] {
    if (this.#running === undefined || this.sharing?.isInForce !== true) return [];
    const { dispatcher, config } = this.#running;
    return dispatcher.groupsOf(labels).map((group) => group.row(config.hash));
  }

  #groupRow(id: string): GroupRow | undefined {
    const running = this.#running;
    if (running === undefined) return undefined;
    const group = running.dispatcher.byId(id);
    return group?.row(running.config.hash);
  }

  #isUnmuted(labels: LabelSet): boolean {
    const now = this.now();
    const { inhibitedBy, silencedBy } = this.muting(labels, now);
    return inhibitedBy.length === 0 && silencedBy.length === 0;
  }
}
