import { Database } from "bun:sqlite";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import initial from "../../../migrations/sqlite/0001_initial.sql" with { type: "text" };
import type { Alert } from "../../core/model/alert.ts";
import type { Silence } from "../../core/model/silence.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import type { Batch, GroupRow, Storage, Stored } from "../../core/interfaces/storage.ts";
import * as codec from "./codec.ts";

export interface SqliteStorageOptions {
  /** The directory the database `alertmanager.db` lives in, made if missing. */
  readonly directory: string;
}

/** Opens (or makes) the database. Throws StorageError when it cannot be used. */
export async function createSqliteStorage(options: SqliteStorageOptions): Promise<Storage> {
  mkdirSync(options.directory, { recursive: true });
  const path = join(options.directory, "alertmanager.db");
  const fresh = !existsSync(path);
  const db = new Database(path, { create: true, readwrite: true });
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY");
  if (fresh) db.exec(initial);
  return new InThreadStorage(db);
}

class InThreadStorage implements Storage {
  #seq: number;
  #shapes = new Map<string, number>();
  readonly #run;

  constructor(readonly db: Database) {
    const max = db.query(
      "SELECT max((SELECT ifnull(max(seq), 0) FROM alerts), (SELECT ifnull(max(seq), 0) FROM alert_ends)) AS seq",
    );
    this.#seq = (max.get() as { seq: number }).seq;
    const q = (sql: string) => db.prepare(sql);
    this.#run = {
      shape: q("INSERT INTO shapes (names) VALUES (?) RETURNING id"),
      alert: q(
        "INSERT INTO alerts (fingerprint, seq, shape, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (fingerprint) DO UPDATE SET seq = ?2, shape = ?3, content = ?4",
      ),
      end: q("INSERT OR REPLACE INTO alert_ends (fingerprint, seq, times) VALUES (?, ?, ?)"),
      deleteAlert: q("DELETE FROM alerts WHERE fingerprint = ?"),
      deleteEnd: q("DELETE FROM alert_ends WHERE fingerprint = ?"),
      silence: q("INSERT OR REPLACE INTO silences (id, content) VALUES (?, ?)"),
      deleteSilence: q("DELETE FROM silences WHERE id = ?"),
      group: q(
        "INSERT OR REPLACE INTO groups (group_fingerprint, route_id, next_flush_at, flushes, config_hash) VALUES (?, ?, ?, ?, ?)",
      ),
      deleteGroup: q("DELETE FROM groups WHERE group_fingerprint = ? AND route_id = ?"),
      log: q("INSERT OR REPLACE INTO notification_log (key, content) VALUES (?, ?)"),
      deleteLog: q("DELETE FROM notification_log WHERE key = ?"),
      outbox: q("INSERT OR REPLACE INTO outbox (key, content) VALUES (?, ?)"),
      deleteOutbox: q("DELETE FROM outbox WHERE key = ?"),
      meta: q("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)"),
    };
  }

  async load(): Promise<Stored> {
    const { db } = this;
    const shapes = new Map<number, codec.Shape>();
    for (const [id, names] of db.query("SELECT id, names FROM shapes").values() as [number, string][]) {
      const [labels, annotations] = JSON.parse(names) as [string[], string[]];
      shapes.set(id, { labels, annotations });
      this.#shapes.set(names, id);
    }
    const alerts: Alert[] = [];
    const rows = db
      .query(
        "SELECT a.shape, a.content, e.times FROM alerts a LEFT JOIN alert_ends e ON e.fingerprint = a.fingerprint AND e.seq >= a.seq",
      )
      .values() as [number, string, string | null][];
    for (const [shape, content, times] of rows) {
      const alert = codec.decodeAlert(content, shapes.get(shape) as codec.Shape);
      alerts.push(times === null ? alert : { ...alert, ...codec.decodeEnd(times) });
    }
    const pairs = (sql: string) => db.query(sql).values() as [string, string][];
    const silences: Silence[] = [];
    for (const [id, content] of pairs("SELECT id, content FROM silences")) {
      try {
        silences.push(codec.decodeSilence(id, content));
      } catch {
        continue;
      }
    }
    const groups = db
      .query(
        "SELECT route_id AS routeId, group_fingerprint AS groupFingerprint, next_flush_at AS nextFlushAt, flushes, config_hash AS configHash FROM groups",
      )
      .all() as GroupRow[];
    const alive = db.query("SELECT value FROM meta WHERE name = 'alive_at'").get() as { value: number } | null;
    return {
      alerts,
      silences,
      groups,
      notificationLog: pairs("SELECT key, content FROM notification_log").map(([k, c]) => codec.decodeLogEntry(k, c)),
      outbox: pairs("SELECT key, content FROM outbox").map(([k, c]) => codec.decodeOutbox(k, c)),
      aliveAt: alive?.value,
    };
  }

  async commit(batch: Batch): Promise<void> {
    try {
      this.db.transaction(() => this.#write(batch))();
    } catch (error) {
      throw new StorageError("failed", `store: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #write(batch: Batch): void {
    const run = this.#run;
    for (const fp of batch.deletedAlerts ?? []) {
      run.deleteAlert.run(fp);
      run.deleteEnd.run(fp);
    }
    for (const alert of batch.alerts ?? []) {
      const names = JSON.stringify([alert.labels.names, alert.annotations.names]);
      let shape = this.#shapes.get(names);
      if (shape === undefined) {
        shape = (run.shape.get(names) as { id: number }).id;
        this.#shapes.set(names, shape);
      }
      run.alert.run(alert.labels.fingerprint, ++this.#seq, shape, codec.encodeAlert(alert));
    }
    for (const moved of batch.extendedAlerts ?? []) {
      run.end.run(moved.labels.fingerprint, ++this.#seq, codec.encodeEnd(moved));
    }
    for (const id of batch.deletedSilences ?? []) run.deleteSilence.run(id);
    for (const silence of batch.silences ?? []) run.silence.run(silence.id, codec.encodeSilence(silence));
    for (const g of batch.deletedGroups ?? []) run.deleteGroup.run(g.groupFingerprint, g.routeId);
    for (const g of batch.groups ?? []) {
      run.group.run(g.groupFingerprint, g.routeId, g.nextFlushAt, g.flushes, g.configHash);
    }
    for (const key of batch.deletedNotificationLog ?? []) run.deleteLog.run(key);
    for (const entry of batch.notificationLog ?? []) run.log.run(entry.key, codec.encodeLogEntry(entry));
    for (const key of batch.deletedOutbox ?? []) run.deleteOutbox.run(key);
    for (const row of batch.outbox ?? []) run.outbox.run(row.key, codec.encodeOutbox(row));
    if (batch.aliveAt !== undefined) run.meta.run("alive_at", batch.aliveAt);
  }

  health() {
    return { state: "ok", queued: 0, sizeBytes: 0 } as const;
  }

  async close(): Promise<void> {
    this.db.close();
  }
}
