import { Database } from "bun:sqlite";
import { accessSync, constants, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { StorageError } from "../../core/interfaces/storage.ts";
import { explainFailure, notWritable } from "./errors.ts";
import { migrate } from "./migrations.ts";
import type { OpenOptions } from "./protocol.ts";

/** How long to wait at the start for another process to let go of the database, ms: a server that is just stopping. */
const PATIENCE_FOR_OTHERS = 1_000;
/** To what size the write-ahead log is cut when it has been copied into the database, bytes. */
const LOG_BYTES = 8 * 1024 * 1024;

/**
 * Opens or makes the database, takes it for this process alone and brings its schema up to date.
 *
 * The exclusive lock is what keeps a second server out; it also spares the shared-memory file and four system calls per
 * transaction. Pages are not checked one by one here: loading reads all but the history's, and what is damaged says so.
 *
 * @throws StorageError saying what is wrong with which file
 */
export function openDatabase(options: Pick<OpenOptions, "path" | "sync">): Database {
  const { path } = options;
  makeDirectory(dirname(path));
  checkWritable(path);
  let db: Database | undefined;
  try {
    db = new Database(path, { create: true, readwrite: true });
    const synchronous = options.sync === "full" ? "FULL" : "NORMAL";
    db.run(`PRAGMA busy_timeout = ${PATIENCE_FOR_OTHERS}`);
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    if (isNew(db)) {
      // NORMAL promises nothing about power loss before the first checkpoint, so a new file need not wait for the disk.
      if (synchronous === "NORMAL") db.run("PRAGMA synchronous = OFF");
      db.run("PRAGMA auto_vacuum = INCREMENTAL");
    }
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA temp_store = MEMORY");
    db.run(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
    // The writer copies the log into the database itself, after it has answered (maintenance.ts).
    db.run("PRAGMA wal_autocheckpoint = 0");
    // Takes the lock now, and fails now if the file or its directory cannot be written.
    db.run("BEGIN IMMEDIATE");
    db.run("ROLLBACK");
    migrate(db, path);
    db.run(`PRAGMA synchronous = ${synchronous}`);
    return db;
  } catch (error) {
    db?.close();
    throw explainFailure(path, error);
  }
}

/** SQLite opens a file it may only read, and fails much later and with less to say. */
function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw notWritable(path, (error as Error).message);
  }
}

function isNew(db: Database): boolean {
  using pages = db.prepare<{ page_count: number }, []>("PRAGMA page_count");
  return pages.get()?.page_count === 0;
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageError(
      "failed",
      `the storage path ${directory} is not a directory and cannot be made one: ${reason}`,
    );
  }
}
