import type { Database, Statement } from "bun:sqlite";
import { supersedesInSQL } from "../standing.ts";

/** One prepared statement per way of writing. */
export function prepareStatements(db: Database) {
  const upsert = (table: string, columns: number) =>
    db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${Array(columns).fill("?").join(", ")})`);
  const remove = (table: string, key: string) => db.prepare(`DELETE FROM ${table} WHERE ${key} = ?`);
  return {
    begin: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    rollback: db.prepare("ROLLBACK"),
    names: upsert("name_lists", 2),
    deleteNames: remove("name_lists", "id"),
    alert: upsert("alerts", 5),
    end: upsert("alert_ends", 6),
    deleteAlert: remove("alerts", "id"),
    deleteEnd: remove("alert_ends", "id"),
    classification: db.prepare(
      `INSERT INTO classifications AS held VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint,
         standing = excluded.standing, classified_at = excluded.classified_at, content = excluded.content
       WHERE held.fingerprint <> excluded.fingerprint OR ${supersedesInSQL("sqlite", "excluded", "held")}`,
    ),
    deleteClassification: remove("classifications", "id"),
    silence: upsert("silences", 2),
    deleteSilence: remove("silences", "id"),
    group: upsert("groups", 5),
    newGroup: db.prepare(
      `INSERT INTO groups VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET next_flush_at = excluded.next_flush_at,
         flushes = excluded.flushes, config_hash = excluded.config_hash WHERE config_hash <> excluded.config_hash`,
    ),
    deleteGroup: db.prepare("DELETE FROM groups WHERE group_fingerprint = ? AND route_id = ?"),
    log: upsert("notification_log", 2),
    deleteLog: remove("notification_log", "key"),
    outbox: upsert("outbox", 2),
    deleteOutbox: remove("outbox", "key"),
    document: db.prepare(
      `INSERT INTO documents AS held VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at,
         content = excluded.content WHERE (excluded.updated_at, excluded.content) > (held.updated_at, held.content)`,
    ),
    deleteDocument: remove("documents", "key"),
    cached: upsert("cache", 3),
    deleteCached: remove("cache", "key"),
    meta: upsert("meta", 2),
  } as const;
}

/** A database stays open, and locked, while any of its statements does. */
export function finalizeAll(statements: Readonly<Record<string, Statement>>): void {
  for (const statement of Object.values(statements)) statement.finalize();
}

export type Statements = ReturnType<typeof prepareStatements>;
