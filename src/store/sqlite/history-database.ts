import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import initial from "../../../migrations/sqlite-history/0001_initial.sql" with { type: "text" };

/** Steps of the schema, each of which only adds; the number of those taken is the file's `user_version`. */
const STEPS: readonly string[] = [initial];
/** To what size the write-ahead log is cut when it has been copied into the database, bytes. */
const LOG_BYTES = 4 * 1024 * 1024;
/** How long a reader waits for a writer that has the file alone, such as to make it, ms. */
const READER_PATIENCE = 5_000;
/** How long the writer waits for a reader that has just found the file, or a server that is just stopping, ms. */
const WRITER_PATIENCE = 1_000;

/** Where the history of a database is. */
export function historyPath(path: string): string {
  return join(dirname(path), "history.db");
}

/** Opens or makes the history, which is not of use to a reader before all of this is done. Others may read it at the same time. @throws SQLiteError */
export function openHistory(path: string): Database {
  const db = new Database(path, { create: true, readwrite: true });
  try {
    db.run(`PRAGMA busy_timeout = ${WRITER_PATIENCE}`);
    if (numberOf(db, "PRAGMA page_count") === 0) db.run("PRAGMA auto_vacuum = INCREMENTAL");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = NORMAL");
    db.run("PRAGMA temp_store = MEMORY");
    db.run(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
    const taken = numberOf(db, "PRAGMA user_version");
    const missing = STEPS.slice(taken);
    if (missing.length > 0) {
      db.transaction(() => {
        for (const sql of missing) db.run(sql);
        db.run(`PRAGMA user_version = ${STEPS.length}`);
      })();
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the history for a reader; undefined where there is none, or it is only being made. @throws SQLiteError */
export function openHistoryToRead(path: string): Database | undefined {
  if (!existsSync(path)) return undefined;
  const db = new Database(path, { readonly: true });
  try {
    db.run(`PRAGMA busy_timeout = ${READER_PATIENCE}`);
    db.run("PRAGMA temp_store = MEMORY");
    if (numberOf(db, "PRAGMA user_version") > 0) return db;
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return undefined;
}

/** The one number a statement gives. */
export function numberOf(db: Database, sql: string): number {
  using statement = db.prepare(sql);
  const [[value] = []] = statement.values();
  return Number(value ?? 0);
}
