import type { Database } from "bun:sqlite";
import { Meta, Op } from "./protocol.ts";
import { Packer, joinPacked } from "./packing.ts";

/** Rows are handed over in messages of about this many characters, so that one side decodes while the other reads. */
const CHUNK = 512 * 1024;

type Cell = number | string;

/** Each table as it is packed: numbers and texts in the order of the columns. */
const TABLES: readonly (readonly [op: number, sql: string])[] = [
  [Op.names, "SELECT id, names FROM name_lists"],
  [
    Op.alert,
    `SELECT a.id, a.seq, a.label_names, a.annotation_names, a.content,
       ifnull(e.seq, -1), ifnull(e.ends_at, 0), ifnull(e.updated_at, 0), ifnull(e.timeout, 0), ifnull(e.exact, '')
     FROM alerts a LEFT JOIN alert_ends e ON e.id = a.id ORDER BY a.id`,
  ],
  [Op.classification, "SELECT id, fingerprint, standing, classified_at, content FROM classifications"],
  [Op.silence, "SELECT id, content FROM silences"],
  [Op.group, "SELECT group_fingerprint, route_id, next_flush_at, flushes, config_hash FROM groups"],
  [Op.log, "SELECT key, content FROM notification_log"],
  [Op.outbox, "SELECT key, content FROM outbox"],
  [Op.document, "SELECT key, updated_at, content FROM documents"],
  [Op.cached, "SELECT key, value, expires_at FROM cache"],
  [Op.meta, `SELECT name, value FROM meta UNION ALL SELECT '${Meta.lastEndSeq}', ifnull(max(seq), 0) FROM alert_ends`],
];

/**
 * Reads everything but the history.
 *
 * @param emit is given packed messages: the operation that would write a row, then its columns
 */
export function readAll(db: Database, emit: (message: string) => void): void {
  let packer = new Packer();
  for (const [op, sql] of TABLES) {
    using statement = db.prepare<Record<string, Cell>, []>(sql);
    for (const row of statement.iterate()) {
      packer.number(op);
      for (const column in row) {
        const cell = row[column] as Cell;
        if (typeof cell === "number") packer.number(cell);
        else packer.text(cell);
      }
      if (packer.size < CHUNK) continue;
      emit(joinPacked([packer.finish()]));
      packer = new Packer();
    }
  }
  if (!packer.isEmpty) emit(joinPacked([packer.finish()]));
}
