import { supersedes } from "../classification/precedence.ts";
import { isForgotten, isNewerDocument } from "../documents/document.ts";
import type {
  DocumentId,
  DocumentRow,
  GroupRow,
  NotificationLogEntry,
  OutboxRow,
  Stored,
} from "../interfaces/storage.ts";
import { mergeVersions, type Alert } from "../model/alert.ts";
import type { Classification } from "../model/classification.ts";
import type { LabelSet } from "../model/labels.ts";
import type { Silence } from "../model/silence.ts";
import { withDeafTime } from "./deaf-time.ts";

/** Everything a server has but its history, as of one moment. */
export interface Snapshot extends Pick<
  Stored,
  "alerts" | "silences" | "groups" | "notificationLog" | "outbox" | "classifications" | "documents"
> {
  /** ms */
  readonly takenAt: number;
}

/** What is there before a backup is taken in. */
export interface Present {
  alert(labels: LabelSet): Alert | undefined;
  silence(id: string): Silence | undefined;
  logEntry(key: string): NotificationLogEntry | undefined;
  logEntries(): Iterable<NotificationLogEntry>;
  /** Whether a group could start with this timer: it has none yet. */
  wantsTimer(row: GroupRow): boolean;
  hasDecision(key: string): boolean;
  classification(fingerprint: string): Classification | undefined;
  document(id: DocumentId): DocumentRow | undefined;
  /** Fingerprints of all alerts. */
  fingerprints(): Set<string>;
}

export interface Circumstances {
  /** ms */
  readonly now: number;
  /** ms a silence is kept after its end. */
  readonly retention: number;
  /**
   * ms; when whoever takes the backup in began to hear of alerts, if that was after it was taken and there was nothing before.
   * Undefined for one that has been listening: what it does not know has ended.
   */
  readonly deafUntil: number | undefined;
}

/** How many of a kind were newer than what is there, and how many were not, or are past their time. */
export interface Count {
  readonly new: number;
  readonly older: number;
}

export interface Counts {
  readonly silences: Count;
  readonly notificationLog: Count;
  readonly groups: Count;
  readonly decisions: Count;
  readonly alerts: Count;
  readonly classifications: Count;
  readonly documents: Count;
}

/** What of a backup is to be taken in. */
export interface Newer extends Omit<Snapshot, "takenAt"> {
  readonly counts: Counts;
}

/**
 * What a backup has that is newer than what is there:
 *
 * - silences, log entries and documents by their later update, as other servers' (spec §6.8, §7.5);
 * - alerts that were updated later, made one with what is known of them by the rule of ingestion (spec §3.2); what has been told
 *   to be resolved here since the backup was taken does not come back;
 * - timers of groups and decisions without an outcome only where there are none, and a decision not when the log says that
 *   something later was delivered;
 * - what alerts are classified as where it counts over what is known, and only of alerts that are there by then.
 */
export function newerThan(present: Present, backup: Snapshot, circumstances: Circumstances): Newer {
  const { now, retention } = circumstances;
  const silences = backup.silences.filter((silence) => {
    const held = present.silence(silence.id);
    return silence.endsAt.ms + retention > now && (held === undefined || silence.updatedAt.compare(held.updatedAt) > 0);
  });
  const notificationLog = backup.notificationLog.filter((entry) => {
    const held = present.logEntry(entry.key);
    return entry.expiresAt > now && (held === undefined || entry.timestamp > held.timestamp);
  });
  const groups = backup.groups.filter((row) => present.wantsTimer(row));
  const outbox = undecided(present, backup);
  const alerts = newerAlerts(present, backup, circumstances);
  const classifications = newerClassifications(present, backup, alerts);
  const documents = backup.documents.filter((row) => {
    const held = present.document(row);
    return !isForgotten(row, now) && (held === undefined || isNewerDocument(row, held));
  });
  const count = (all: readonly unknown[], taken: readonly unknown[]): Count => ({
    new: taken.length,
    older: all.length - taken.length,
  });
  return {
    silences,
    notificationLog,
    groups,
    outbox,
    alerts,
    classifications,
    documents,
    counts: {
      silences: count(backup.silences, silences),
      notificationLog: count(backup.notificationLog, notificationLog),
      groups: count(backup.groups, groups),
      decisions: count(backup.outbox, outbox),
      alerts: count(backup.alerts, alerts),
      classifications: count(backup.classifications, classifications),
      documents: count(backup.documents, documents),
    },
  };
}

/** Whether a backup's version of an alert has nothing to tell where this one is known. */
export function isOlder(alert: Alert, held: Alert | undefined): boolean {
  return held !== undefined && alert.updatedAt.compare(held.updatedAt) <= 0;
}

function undecided(present: Present, { outbox, notificationLog }: Snapshot): OutboxRow[] {
  const told = new Map(notificationLog.map((entry) => [entry.key, entry.timestamp]));
  return outbox.filter(({ key, decidedAt }) => {
    const toldAt = Math.max(told.get(key) ?? 0, present.logEntry(key)?.timestamp ?? 0);
    return !present.hasDecision(key) && toldAt < decidedAt;
  });
}

function newerClassifications(
  present: Present,
  { classifications }: Snapshot,
  newAlerts: readonly Alert[],
): Classification[] {
  if (classifications.length === 0) return [];
  const known = present.fingerprints();
  for (const { labels } of newAlerts) known.add(labels.fingerprint);
  return classifications.filter((one) => {
    const held = present.classification(one.fingerprint);
    return known.has(one.fingerprint) && (held === undefined || supersedes(one, held));
  });
}

function newerAlerts(
  present: Present,
  { alerts, takenAt }: Snapshot,
  { now, deafUntil = takenAt }: Circumstances,
): Alert[] {
  const ended = toldToBeResolvedSince(present, takenAt);
  return alerts.flatMap((alert) => {
    const held = present.alert(alert.labels);
    if (held === undefined) {
      return ended.size > 0 && ended.has(alert.labels.logHash) ? [] : [withDeafTime(alert, takenAt, deafUntil)];
    }
    if (isOlder(alert, held)) return [];
    return [mergeVersions(held, alert, now)];
  });
}

/** The log's hashes of alerts that somebody was told to be resolved after `time`, and nobody to be firing. */
function toldToBeResolvedSince(present: Present, time: number): ReadonlySet<string> {
  const resolved = new Set<string>();
  const firing = new Set<string>();
  for (const entry of present.logEntries()) {
    if (entry.timestamp <= time) continue;
    for (const hash of entry.resolved) resolved.add(hash);
    for (const hash of entry.firing) firing.add(hash);
  }
  return resolved.difference(firing);
}
