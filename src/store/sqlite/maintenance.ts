import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { finalizeAll } from "./statements.ts";
import type { OpenOptions } from "./protocol.ts";

/** The write-ahead log is copied into the database from this many pages on (4 MiB). */
const CHECKPOINT_PAGES = 1_024;
/** The files are measured after so many commits, and after each checkpoint. */
const MEASURE_EVERY = 64;
/** Pages given back to the file system at a time, when more than half of at least this many stand empty. */
const VACUUM_PAGES = 1_024;

/**
 * What keeps the file small. All of it is done after the answer to a commit, so that no request waits for it, and none
 * of it may fail a commit: on a full disk it is simply tried again after the next one.
 */
export class Maintenance {
  /** Bytes on disk, the write-ahead log included; at most some commits old. */
  sizeBytes: number;
  readonly #statements;
  #sinceMeasured = 0;

  constructor(
    db: Database,
    readonly options: Pick<OpenOptions, "path">,
  ) {
    this.sizeBytes = sizeOnDisk(options.path);
    this.#statements = {
      checkpointState: db.prepare("PRAGMA wal_checkpoint = NOOP"),
      checkpoint: db.prepare("PRAGMA wal_checkpoint = PASSIVE"),
      pages: db.prepare("PRAGMA page_count"),
      freePages: db.prepare("PRAGMA freelist_count"),
      vacuum: db.prepare(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`),
    };
  }

  run(): void {
    if (++this.#sinceMeasured >= MEASURE_EVERY) this.#measure();
    const { log } = this.#statements.checkpointState.get() as { log: number };
    if (log < CHECKPOINT_PAGES) return;
    this.#statements.checkpoint.get();
    this.#measure();
    const { page_count } = this.#statements.pages.get() as { page_count: number };
    const { freelist_count } = this.#statements.freePages.get() as { freelist_count: number };
    if (freelist_count > VACUUM_PAGES / 2 && freelist_count > page_count / 2) this.#statements.vacuum.all();
  }

  close(): void {
    finalizeAll(this.#statements);
  }

  #measure(): void {
    this.sizeBytes = sizeOnDisk(this.options.path);
    this.#sinceMeasured = 0;
  }
}

/** Bytes of a database and its write-ahead log. */
export function sizeOnDisk(path: string): number {
  return sizeOf(path) + sizeOf(`${path}-wal`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
