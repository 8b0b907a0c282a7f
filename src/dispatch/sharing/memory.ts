import type { Changes, SharedGroupRow } from "../../core/interfaces/shared-storage.ts";
import type { Batch, DocumentRow, GroupRow, NotificationLogEntry, Stored } from "../../core/interfaces/storage.ts";
import { REMEMBERED } from "../../core/documents/document.ts";
import { supersedes } from "../../core/classification/precedence.ts";
import type { ClassificationTable } from "../../core/classification/table.ts";
import type { AlertTable } from "../../core/ingestion/alert-table.ts";
import type { Inhibitor } from "../../core/inhibition/inhibitor.ts";
import { isResolved, mergeVersions, type Alert } from "../../core/model/alert.ts";
import type { Classification } from "../../core/model/classification.ts";
import type { LabelSet } from "../../core/model/labels.ts";
import type { Silence } from "../../core/model/silence.ts";
import type { Silences } from "../../core/silencing/silences.ts";
import type { AlertChanges } from "../alert-changes.ts";
import { newerDocuments, type Documents } from "../documents.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { Elsewhere } from "../elsewhere.ts";
import { groupId, type Group } from "../group.ts";
import type { NotificationLog } from "../notification-log.ts";

/** Where changes go under the configuration that runs. */
export interface Destination {
  readonly configHash: string;
  readonly dispatcher: Dispatcher;
  readonly inhibitor: Inhibitor;
}

export interface SharedMemoryOptions {
  readonly alerts: AlertTable;
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly classifications: ClassificationTable;
  readonly documents: Documents;
  readonly destination: () => Destination | undefined;
  /** The number of the change that wrote the version of an alert the store knows. */
  readonly changeOf: (fingerprint: string) => number | undefined;
  /** Whether a version of this alert is on its way to the store. */
  readonly isPending: (labels: LabelSet) => boolean;
  /** Whether how it stands here waits to be stored. */
  readonly isUnsaved: (labels: LabelSet) => boolean;
  /** Has it stored whole. */
  readonly onUnsaved: (labels: LabelSet) => void;
  readonly now: () => number;
  readonly alertChanges: AlertChanges;
  readonly elsewhere: Elsewhere;
  /** Told of what others had sent as well while nobody could know of the other. */
  readonly onDuplicate: () => void;
  /** Lets go of an alert that is in no table and no group any more. */
  readonly onGone: (labels: LabelSet) => void;
}

type ToTell = Required<
  Pick<Batch, "alerts" | "silences" | "notificationLog" | "classifications" | "documents" | "groups">
>;

/** What was classified so long before the database was lost may still have waited to be stored there, ms. */
const ON_ITS_WAY = 10_000;

/** What this server has in memory, kept in step with what the shared database says. */
export class SharedMemory {
  readonly #options: SharedMemoryOptions;
  /** Every group's row as last seen, for groups that are made, or made again, here later. */
  readonly #rows = new Map<string, SharedGroupRow>();

  constructor(options: SharedMemoryOptions) {
    this.#options = options;
  }

  /** Takes in what others changed, and returns the groups made for it that the database may not know. */
  apply(changes: Changes): Group[] {
    const made: Group[] = [];
    for (const [alert] of changes.alerts) {
      const version = this.#newest(alert);
      if (version !== undefined) made.push(...this.#applyAlert(version));
    }
    for (const silence of changes.silences) this.#applySilence(silence);
    const { notificationLog, classifications, elsewhere } = this.#options;
    for (const entry of changes.notificationLog) if (notificationLog.put(entry)) elsewhere.notified(entry);
    for (const one of changes.classifications) {
      const before = classifications.get(one.fingerprint);
      if (classifications.put(one)) elsewhere.classified(one, before);
    }
    this.#options.documents.take(changes.documents);
    for (const row of changes.groups) this.#applyGroup(row);
    const configHash = this.#options.destination()?.configHash;
    return made.filter((group) => this.#rows.get(group.id)?.configHash !== configHash);
  }

  /** What becomes of an alert that another server has written; undefined where ours is on its way, which makes one of both. */
  #newest(alert: Alert): Alert | undefined {
    const { alerts, isPending, isUnsaved, onUnsaved, now } = this.#options;
    const known = alerts.get(alert.labels);
    if (known === undefined) return alert;
    if (isPending(known.labels)) return undefined;
    if (known.updatedAt.compare(alert.updatedAt) <= 0 || !isUnsaved(known.labels)) return alert;
    onUnsaved(known.labels);
    return mergeVersions(alert, known, now());
  }

  /**
   * Goes over to what the database says, but for what is newer here.
   *
   * @param sharedUntil ms; what was not updated here since is in the database, or gone for good reason
   * @returns what the database has to be told
   */
  merge(stored: Stored & { readonly groups: readonly SharedGroupRow[] }, sharedUntil: number): ToTell {
    const { silences, notificationLog } = this.#options;
    const alerts = this.#mergeAlerts(stored.alerts, sharedUntil);
    const newerSilences = newer(
      silences.all(),
      stored.silences,
      (s) => s.id,
      (a, b) => a.updatedAt.compare(b.updatedAt),
    );
    for (const silence of stored.silences) this.#applySilence(silence);
    const newerEntries = newer(
      notificationLog.all(),
      stored.notificationLog,
      (e) => e.key,
      (a, b) => a.timestamp - b.timestamp,
    );
    this.#countDuplicates(newerEntries, stored.notificationLog, sharedUntil);
    for (const entry of stored.notificationLog) notificationLog.put(entry);
    const classifications = this.#mergeClassifications(stored.classifications, sharedUntil);
    const documents = this.#mergeDocuments(stored.documents, sharedUntil);
    const again = this.#unsettled(newerEntries, stored.groups);
    const groups = again.map(({ row }) => row);
    const ids = new Set(groups.map(groupId));
    for (const row of stored.groups) if (!ids.has(groupId(row))) this.#applyGroup(row);
    // Written again, they are news to the others, who have let go of them.
    for (const { group } of again)
      alerts.push(...group.sorted().filter((alert) => isResolved(alert, this.#options.now())));
    return { alerts, silences: newerSilences, notificationLog: newerEntries, classifications, documents, groups };
  }

  /**
   * Groups whose last flush did not know what was told of them here: what it let go of may have to be told of again, so they
   * are looked at now.
   */
  #unsettled(
    told: readonly NotificationLogEntry[],
    rows: readonly SharedGroupRow[],
  ): { readonly group: Group; readonly row: GroupRow }[] {
    const { destination, now } = this.#options;
    const to = destination();
    if (to === undefined || told.length === 0) return [];
    const toldAt = new Map<string, number>();
    for (const { groupKey, timestamp } of told) toldAt.set(groupKey, Math.max(timestamp, toldAt.get(groupKey) ?? 0));
    return rows.flatMap((row) => {
      const group = row.configHash === to.configHash ? to.dispatcher.find(row) : undefined;
      const at = group === undefined ? undefined : toldAt.get(group.key);
      if (group === undefined || at === undefined || row.settled === undefined || row.settled.tick > at) return [];
      const { routeId, groupFingerprint, flushes, configHash } = row;
      return [{ group, row: { routeId, groupFingerprint, flushes, configHash, nextFlushAt: now() } }];
    });
  }

  #mergeAlerts(stored: readonly Alert[], sharedUntil: number): Alert[] {
    const { alerts: table, now, onGone } = this.#options;
    const theirs = new Map(stored.map((alert) => [alert.labels.key, alert]));
    const toTell: Alert[] = [];
    for (const alert of table.all()) {
      const other = theirs.get(alert.labels.key);
      const isNewer = alert.updatedAt.ms > sharedUntil;
      if (other === undefined) {
        if (isNewer) toTell.push(alert);
        else {
          table.remove(alert.labels);
          this.#leaveGroups(alert.labels);
          onGone(alert.labels);
        }
        continue;
      }
      if (!isNewer || alert.updatedAt.compare(other.updatedAt) <= 0) continue;
      const merged = mergeVersions(other, alert, now());
      theirs.delete(alert.labels.key);
      this.#applyAlert(merged);
      toTell.push(merged);
    }
    for (const alert of theirs.values()) this.#applyAlert(alert);
    return toTell;
  }

  #mergeClassifications(stored: readonly Classification[], sharedUntil: number): Classification[] {
    const { classifications: table } = this.#options;
    const theirs = new Map(stored.map((one) => [one.fingerprint, one]));
    const toTell: Classification[] = [];
    for (const held of table.all()) {
      const other = theirs.get(held.fingerprint);
      const isNewer = held.classifiedAt > sharedUntil - ON_ITS_WAY;
      if (isNewer && (other === undefined || supersedes(held, other))) toTell.push(held);
      // A correction may have been taken back meanwhile.
      else table.delete(held.fingerprint);
    }
    for (const one of stored) table.put(one);
    return toTell;
  }

  /** Whoever was away longer than a removal is remembered cannot tell what was removed from what the database has lost. */
  #mergeDocuments(stored: readonly DocumentRow[], sharedUntil: number): DocumentRow[] {
    const { documents, now } = this.#options;
    if (sharedUntil + REMEMBERED <= now()) {
      const missing = new Set(newerDocuments(documents.rows(), stored));
      for (const row of missing) if (row.updatedAt <= sharedUntil) documents.forget(row);
    }
    const toTell = newerDocuments(documents.rows(), stored);
    documents.take(stored);
    return toTell;
  }

  #leaveGroups(labels: LabelSet): void {
    const { destination } = this.#options;
    const dispatcher = destination()?.dispatcher;
    for (const group of dispatcher?.groupsOf(labels) ?? []) {
      const alert = group.get(labels);
      if (alert !== undefined) dispatcher?.letGo(group, alert);
    }
  }

  #applyAlert(alert: Alert): readonly Group[] {
    const { alerts, alertChanges, destination, now } = this.#options;
    const before = alerts.get(alert.labels);
    const known = alerts.replace(alert);
    alertChanges.came(known, before, now(), "elsewhere");
    const to = destination();
    to?.inhibitor.observe(known);
    return to?.dispatcher.insert(known) ?? [];
  }

  #applySilence(silence: Silence): void {
    const { silences, elsewhere } = this.#options;
    const held = silences.get(silence.id);
    if (held !== undefined && silence.updatedAt.compare(held.updatedAt) <= 0) return;
    elsewhere.silence(silence, held);
    silences.put(silence);
  }

  /** Takes the groups of a configuration that was just loaded to where the database has them. */
  applyGroups(): void {
    for (const row of this.#rows.values()) this.#applyGroup(row);
  }

  /** Drops what is known of groups that nobody has any more, all of them unless told. */
  forgetGroups(groups: readonly Pick<SharedGroupRow, "routeId" | "groupFingerprint">[] | undefined): void {
    if (groups === undefined) this.#rows.clear();
    else for (const group of groups) this.#rows.delete(groupId(group));
  }

  #applyGroup(row: SharedGroupRow): void {
    this.#rows.set(groupId(row), row);
    const to = this.#options.destination();
    if (to === undefined || row.configHash !== to.configHash) return;
    const group = to.dispatcher.find(row);
    if (group === undefined) return;
    to.dispatcher.follow(group, row);
    if (row.settled !== undefined) this.#settle(to.dispatcher, group, row.settled);
  }

  /** Lets go of what a flush anywhere told to be resolved, but for what has changed since. */
  #settle(dispatcher: Dispatcher, group: Group, settled: NonNullable<SharedGroupRow["settled"]>): void {
    // A flush under way here has its own end.
    if (group.flushing) return;
    const { isPending, changeOf } = this.#options;
    for (const alert of group.sorted().slice()) {
      if (!isResolved(alert, settled.tick) || isPending(alert.labels)) continue;
      const change = changeOf(alert.labels.fingerprint);
      if (change !== undefined && change <= settled.change) dispatcher.letGo(group, alert);
    }
    dispatcher.dropIfEmpty(group);
  }

  #countDuplicates(
    ours: readonly NotificationLogEntry[],
    stored: readonly NotificationLogEntry[],
    sharedUntil: number,
  ): void {
    const theirs = new Map(stored.map((entry) => [entry.key, entry]));
    for (const { key, firing } of ours) {
      const other = theirs.get(key);
      if (other === undefined || other.timestamp <= sharedUntil) continue;
      if (other.firing.join() === firing.join()) this.#options.onDuplicate();
    }
  }
}

/** Those of ours that they do not have, or have an older version of. */
function newer<T>(
  ours: Iterable<T>,
  theirs: readonly T[],
  keyOf: (one: T) => string,
  compare: (a: T, b: T) => number,
): T[] {
  const byKey = new Map(theirs.map((one) => [keyOf(one), one]));
  return [...ours].filter((one) => {
    const other = byKey.get(keyOf(one));
    return other === undefined || compare(one, other) > 0;
  });
}
