import type { ClassificationTable } from "../core/classification/table.ts";
import type { AlertTable } from "../core/ingestion/alert-table.ts";
import type { AlertWatcher } from "../core/interfaces/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import { acknowledgedHashes } from "../core/silencing/origin.ts";
import type { Cancel } from "./clock.ts";
import type { Documents } from "./documents.ts";
import type { Lasting, Running } from "./running.ts";

/** ms between two sweeps of the inhibitor's index. */
const INHIBITOR_GC = 15 * 60_000;

export interface MaintenanceParts extends Pick<
  Lasting,
  "options" | "journal" | "notificationLog" | "silences" | "alertChanges" | "sharing"
> {
  readonly alerts: AlertTable;
  readonly classifications: ClassificationTable;
  readonly documents: Documents;
  readonly running: () => Running | undefined;
  readonly watcher: () => AlertWatcher | undefined;
}

/** Throws away, every so often, what is over: alerts, silences, log entries, empty groups. */
export class Maintenance {
  readonly #parts: MaintenanceParts;
  readonly #recurring: Cancel[] = [];

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
  }

  start(): void {
    const { maintenanceInterval, alertGCInterval, dispatchMaintenanceInterval, clock } = this.#parts.options;
    this.#every(maintenanceInterval, () => this.#collectGarbage());
    this.#every(alertGCInterval, () => this.#collectAlerts());
    this.#every(dispatchMaintenanceInterval, () => this.#removeEmptyGroups());
    this.#every(INHIBITOR_GC, () => this.#parts.running()?.inhibitor.collectGarbage(clock.now()));
  }

  stop(): void {
    for (const cancel of this.#recurring) cancel();
  }

  /** Lets go of a label set for good once neither the store nor a group has it any more. */
  forgetIfGone(labels: LabelSet): void {
    const { alerts, classifications, journal, running, watcher } = this.#parts;
    const dispatcher = running()?.dispatcher;
    if (alerts.get(labels) !== undefined || dispatcher?.holds(labels)) return;
    dispatcher?.forget(labels);
    alerts.forget(labels);
    watcher()?.forgotten(labels);
    journal.alert(labels);
    if (classifications.delete(labels.fingerprint)) journal.classification(labels.fingerprint);
  }

  /** Garbage of silences and of the notification log (every `--data.maintenance-interval`). */
  #collectGarbage(): void {
    const { options, silences, notificationLog, documents, journal } = this.#parts;
    const { clock, metrics, retention } = options;
    const now = clock.now();
    for (const id of silences.collectGarbage(now, retention)) journal.silence(id);
    metrics.silences.maintenance.inc();
    const awaited = acknowledgedHashes(silences.all(), now);
    for (const key of notificationLog.collectGarbage(now, awaited)) journal.logEntry(key);
    metrics.nflog.maintenance.inc();
    documents.collectGarbage(now);
  }

  #collectAlerts(): void {
    const { options, alerts, alertChanges, sharing } = this.#parts;
    // Cut off from the others we cannot know what has ended.
    if (sharing()?.isActive === false) return;
    for (const alert of alerts.collectGarbage(options.clock.now())) {
      alertChanges.ended(alert);
      this.forgetIfGone(alert.labels);
    }
    if (sharing() !== undefined) this.#forgetClassifications();
  }

  /** Another server may have told of an alert that was collected here before. */
  #forgetClassifications(): void {
    const { alerts, classifications, running } = this.#parts;
    if (classifications.size === 0) return;
    const known = new Set<string>();
    for (const { labels } of alerts.all()) known.add(labels.fingerprint);
    for (const group of running()?.dispatcher.groups() ?? []) {
      for (const { labels } of group.sorted()) known.add(labels.fingerprint);
    }
    for (const { fingerprint } of classifications.all()) {
      if (!known.has(fingerprint)) classifications.delete(fingerprint);
    }
  }

  #removeEmptyGroups(): void {
    const { journal, running, sharing } = this.#parts;
    const removed =
      running()
        ?.dispatcher.maintain()
        .map((group) => group.row("")) ?? [];
    for (const row of removed) journal.group(row);
    sharing()?.forgetGroups(removed);
  }

  #every(interval: number, action: () => void): void {
    const slot = this.#recurring.length;
    const arm = () => {
      this.#recurring[slot] = this.#parts.options.clock.schedule(interval, () => {
        action();
        arm();
      });
    };
    arm();
  }
}
