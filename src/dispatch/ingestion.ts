import type { IngestResult } from "../core/interfaces/backend.ts";
import type { AlertTable } from "../core/ingestion/alert-table.ts";
import type { AlertWatcher } from "../core/interfaces/classification.ts";
import type { GroupRow } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import type { PostableAlert } from "../core/model/postable.ts";
import type { AlertChanges } from "./alert-changes.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { Journal } from "./journal.ts";
import type { Running } from "./running.ts";
import type { SharedCommits } from "./sharing/commits.ts";
import type { Sharing } from "./sharing/sharing.ts";

export interface IngestionParts {
  readonly options: Pick<EngineOptions, "clock" | "log" | "metrics" | "steps">;
  readonly alerts: AlertTable;
  readonly alertChanges: AlertChanges;
  readonly journal: Journal;
  readonly sharedCommits: SharedCommits;
  readonly running: () => Running | undefined;
  readonly sharing: () => Sharing | undefined;
  readonly watcher: () => AlertWatcher | undefined;
}

/** Takes alerts in: into memory, into their groups, and into the store. */
export class Ingestion {
  readonly #parts: IngestionParts;
  /** How many alerts have been new since the start, or were there before. */
  newAlerts = 0;

  constructor(parts: IngestionParts) {
    this.#parts = parts;
  }

  /** Resolves when what was posted is stored. */
  async take(posted: readonly PostableAlert[]): Promise<IngestResult> {
    const { options, alerts, alertChanges, journal, sharedCommits } = this.#parts;
    const { clock, metrics, steps } = options;
    const sharing = this.#parts.sharing();
    if (sharing?.isInDoubt === true) await sharing.look();
    const running = this.#parts.running();
    const watcher = this.#parts.watcher();
    if (running === undefined) return { invalid: [], storeError: "no configuration is loaded yet" };
    const began = clock.elapsed();
    const at = clock.timestamp();
    const invalid: string[] = [];
    const changed: Alert[] = [];
    const groups: GroupRow[] = [];
    for (const one of posted) {
      const result = alerts.ingest(one, at, running.config.resolveTimeout);
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
        steps?.created(alert);
      }
      running.inhibitor.observe(alert);
      for (const group of running.dispatcher.insert(alert)) groups.push(group.row(running.config.hash));
      if (result.change === "extended") journal.extended(alert.labels);
      else {
        changed.push(alert);
        alertChanges.came(alert, result.before, at.ms);
        watcher?.noticed(alert, result.change === "new");
      }
    }
    this.#countInserted(posted.length - invalid.length, clock.elapsed() - began);
    if (changed.length === 0) return { invalid };
    const isShared = sharing?.isActive === true;
    const stored = isShared ? sharedCommits.store(changed, groups) : journal.commit({ alerts: changed, groups });
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

  #limited(alert: Alert): void {
    const { log, metrics } = this.#parts.options;
    const alertname = alert.labels.get("alertname");
    metrics.alertsLimited.with(alertname).inc();
    log.warn("error on set alert", { alertname, err: "alert limited" });
  }

  #countInserted(count: number, took: number): void {
    const { metrics } = this.#parts.options;
    metrics.dispatcher.alertProcessingDuration.sum += took / 1000;
    metrics.dispatcher.alertProcessingDuration.count += count;
    metrics.alertsSubscriberChannelWrites.with("dispatcher").inc(count);
    metrics.alertsSubscriberChannelWrites.with("inhibitor").inc(count);
  }
}
