import { HISTORY_KINDS } from "../../core/interfaces/history.ts";
import { TakeOverScript } from "./append.ts";
import type { Database } from "./database.ts";
import { HistorySweepScript, HistoryTrimScript } from "./history-trim.ts";
import { MaintenanceScript, type MaintenanceSettings } from "./maintenance.ts";

/** Tidied up after so many events of history, and after so many ms. */
const AFTER = { events: 256, time: 60_000 };
/** How often in a row some history is removed. */
const TRIM_ROUNDS = 20;

/** Removes now and then what nobody needs any more, in nobody's way: what fails is tried again another time. */
export class Tidying {
  readonly #database: Database;
  readonly #settings: MaintenanceSettings;
  #underWay: Promise<void> | undefined;
  #stopped = false;
  #lastAt = performance.now();
  #eventsSince = 0;
  #sizeBytes = 0;

  constructor(database: Database, settings: MaintenanceSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  /** Of all our tables, as of the last time; 0 before it. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Something was written, so many events of history among it. */
  wrote(events = 0): void {
    this.#eventsSince += events;
    if (this.#eventsSince >= AFTER.events || performance.now() - this.#lastAt >= AFTER.time) this.begin();
  }

  begin(): void {
    if (this.#underWay !== undefined || this.#stopped) return;
    this.#eventsSince = 0;
    this.#lastAt = performance.now();
    this.#underWay = this.#tidy()
      .catch(() => undefined)
      .finally(() => {
        this.#underWay = undefined;
      });
  }

  /** Begins no more. */
  stop(): void {
    this.#stopped = true;
  }

  async idle(): Promise<void> {
    await this.#underWay;
  }

  async #tidy(): Promise<void> {
    const { sizeBytes } = await this.#database.run(() => new MaintenanceScript(this.#settings));
    this.#sizeBytes = sizeBytes;
    await this.#database.run(() => new TakeOverScript(HISTORY_KINDS));
    let removed = false;
    for (let round = 0; round < TRIM_ROUNDS && !this.#stopped; round++) {
      const trim = await this.#database.run(() => new HistoryTrimScript(this.#settings));
      removed ||= trim.removed > 0;
      if (!trim.hasMore) break;
    }
    if (removed) await this.#database.run(() => new HistorySweepScript());
  }
}
