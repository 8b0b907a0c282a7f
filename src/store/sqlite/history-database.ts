import { Database } from "bun:sqlite";
import { dirname, join } from "node:path";
import initial from "../../../migrations/sqlite-history/0001_initial.sql" with { type: "text" };

/** Steps of the schema, each of which only adds; the number of those taken is the file's `user_version`. */
const STEPS: readonly string[] = [initial];
/** To what size the write-ahead log is cut when it has been copied into the database, bytes. */
const LOG_BYTES = 4 * 1024 * 1024;

/** Where the history of a database is. */
export function historyPath(path: string): string {
  return join(dirname(path), "history.db");
}

/** Opens or makes the history. Others may read it at the same time. @throws SQLiteError */
export function openHistory(path: string): Database {
  const db = new Database(path, { create: true, readwrite: true });
  try {
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

/** The one number a statement gives. */
export function numberOf(db: Database, sql: string): number {
  using statement = db.prepare(sql);
  const [[value] = []] = statement.values();
  return Number(value ?? 0);
}
