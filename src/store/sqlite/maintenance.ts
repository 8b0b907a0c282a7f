import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import type { OpenOptions } from "./protocol.ts";

/** The write-ahead log is copied into the database from this many pages on (4 MiB). */
const CHECKPOINT_PAGES = 1_024;
/** History is trimmed after this many new rows, and so many at a time. */
const TRIM_EVERY = 256;
const TRIM_ROWS = 1_024;
/** Pages given back to the file system at a time, when more than half of at least this many stand empty. */
const VACUUM_PAGES = 1_024;

/**
 * What keeps the file small. All of it is done after the answer to a commit, so that no request waits for it, and none
 * of it may fail a commit: on a full disk it is simply tried again after the next one.
 */
export class Maintenance {
  readonly #checkpointState;
  readonly #checkpoint;
  readonly #trimBySize;
  readonly #trimByAge;
  readonly #pages;
  readonly #freePages;
  readonly #vacuum;
  #historyRows = TRIM_EVERY;

  constructor(
    db: Database,
    readonly options: OpenOptions,
  ) {
    this.#checkpointState = db.prepare("PRAGMA wal_checkpoint = NOOP");
    this.#checkpoint = db.prepare("PRAGMA wal_checkpoint = PASSIVE");
    this.#trimBySize = db.prepare(
      `DELETE FROM history WHERE position IN (SELECT position FROM history
         WHERE position <= (SELECT max(position) FROM history) - ? ORDER BY position LIMIT ${TRIM_ROWS})`,
    );
    // Age is counted back from the newest row, which is as good as the clock while there is anything to trim for.
    this.#trimByAge = db.prepare(
      `DELETE FROM history WHERE at < (SELECT at FROM history ORDER BY position DESC LIMIT 1) - ?
         AND position IN (SELECT position FROM history ORDER BY position LIMIT ${TRIM_ROWS})`,
    );
    this.#pages = db.prepare("PRAGMA page_count");
    this.#freePages = db.prepare("PRAGMA freelist_count");
    this.#vacuum = db.prepare(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
  }

  /** @param historyRows how many were written since the last call */
  run(historyRows: number): void {
    this.#historyRows += historyRows;
    if (historyRows > 0 && this.#historyRows >= TRIM_EVERY) this.#trim();
    const { log } = this.#checkpointState.get() as { log: number };
    if (log < CHECKPOINT_PAGES) return;
    this.#checkpoint.get();
    const { page_count } = this.#pages.get() as { page_count: number };
    const { freelist_count } = this.#freePages.get() as { freelist_count: number };
    if (freelist_count > VACUUM_PAGES / 2 && freelist_count > page_count / 2) this.#vacuum.all();
  }

  #trim(): void {
    const { historyMaxBytes, historyRetention } = this.options;
    const removed = this.#trimBySize.run(historyMaxBytes).changes + this.#trimByAge.run(historyRetention).changes;
    if (removed < TRIM_ROWS) this.#historyRows = 0;
  }

  /** Bytes on disk, the write-ahead log included. */
  sizeBytes(): number {
    const { path } = this.options;
    return sizeOf(path) + sizeOf(`${path}-wal`);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
