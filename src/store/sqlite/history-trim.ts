import type { Database } from "bun:sqlite";
import { numberOf } from "./history-database.ts";
import { pairKey } from "./history-writer.ts";
import type { Removed } from "./history-writer.ts";
import { finalizeAll } from "./statements.ts";

/** Events removed in one transaction. */
const AT_ONCE = 512;
/** Transactions at a time: where there is much too much, such as after a new limit, what comes meanwhile goes in between. */
const MOST_AT_A_TIME = 8;
/** Share of its size that is filled. The file cannot grow beyond its size by what comes between two looks then. */
const FILLED = 7 / 8;
/** Pages given back to the file system at a time, when more than half of at least this many stand empty. */
const VACUUM_PAGES = 256;

export interface HistoryLimits {
  /** ms */
  readonly retention: number;
  readonly maxBytes: number;
}

type Doomed = readonly [at: number, n: number, set: number | null, sets: string | null];

/** Keeps the history to its age and size. */
export class HistoryTrim {
  readonly #db: Database;
  readonly #limits: HistoryLimits;
  readonly #statements;
  readonly #pageSize: number;

  constructor(db: Database, limits: HistoryLimits) {
    this.#db = db;
    // More than this is for ever, and would not fit.
    this.#limits = { ...limits, retention: Math.min(limits.retention, 2 ** 42) };
    this.#statements = {
      pages: db.prepare("PRAGMA page_count"),
      freePages: db.prepare("PRAGMA freelist_count"),
      vacuum: db.prepare(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`),
      // Age is counted back from the newest event, which is as good as the clock while there is anything to trim for.
      // Each by itself: asked for together, all events would be gone through.
      tooOld: db.prepare(
        "SELECT ((SELECT min(id) FROM history_events) >> 20) < ((SELECT max(id) FROM history_events) >> 20) - ?",
      ),
      oldest: db.prepare(
        `SELECT id >> 20, id & 1048575, set_id, sets FROM history_events
         WHERE ?1 OR id < (SELECT ((max(id) >> 20) - ?2) << 20 FROM history_events) ORDER BY id LIMIT ${AT_ONCE}`,
      ),
      event: db.prepare("DELETE FROM history_events WHERE id = (?1 << 20) + ?2"),
      link: db.prepare("DELETE FROM history_links WHERE set_id = ?1 AND event_id = (?2 << 20) + ?3"),
      isLinked: db.prepare("SELECT 1 FROM history_links WHERE set_id = ? LIMIT 1"),
      labels: db.prepare("SELECT fingerprint, labels FROM history_sets WHERE id = ?"),
      pair: db.prepare("SELECT id FROM history_pairs WHERE name = ? AND value = ?"),
      setPair: db.prepare("DELETE FROM history_set_pairs WHERE pair_id = ? AND set_id = ?"),
      set: db.prepare("DELETE FROM history_sets WHERE id = ?"),
      isPaired: db.prepare("SELECT 1 FROM history_set_pairs WHERE pair_id = ? LIMIT 1"),
      deletePair: db.prepare("DELETE FROM history_pairs WHERE id = ?"),
    };
    this.#pageSize = numberOf(db, "PRAGMA page_size");
  }

  /** Removes what is too much, or some of it. @returns what is gone */
  run(): Removed {
    const fingerprints: string[] = [];
    const pairs: string[] = [];
    for (let i = 0; i < MOST_AT_A_TIME && this.#isTooMuch(); i++) {
      const removed = this.#db.transaction(() => this.#remove(this.#isTooLarge()))();
      fingerprints.push(...removed.fingerprints);
      pairs.push(...removed.pairs);
    }
    const free = valueOf(this.#statements.freePages.values());
    if (free > VACUUM_PAGES / 2 && free > this.#usedPages()) this.#statements.vacuum.all();
    return { fingerprints, pairs };
  }

  close(): void {
    finalizeAll(this.#statements);
  }

  #usedPages(): number {
    const { pages, freePages } = this.#statements;
    return valueOf(pages.values()) - valueOf(freePages.values());
  }

  #isTooLarge(): boolean {
    return this.#usedPages() * this.#pageSize > this.#limits.maxBytes * FILLED;
  }

  #isTooMuch(): boolean {
    return this.#isTooLarge() || valueOf(this.#statements.tooOld.values(this.#limits.retention)) === 1;
  }

  #remove(anyAge: boolean): Removed {
    const { oldest, event, link, isLinked } = this.#statements;
    const doomed = oldest.values(anyAge ? 1 : 0, this.#limits.retention) as unknown as Doomed[];
    const touched = new Set<number>();
    for (const [at, n, set, sets] of doomed) {
      event.run(at, n);
      const further = sets === null ? [] : (JSON.parse(sets) as number[]);
      for (const id of set === null ? further : [set, ...further]) {
        link.run(id, at, n);
        touched.add(id);
      }
    }
    return this.#removeSets([...touched].filter((id) => isLinked.get(id) === null));
  }

  /** Removes sets without events, and of their pairs those that no other set has. */
  #removeSets(sets: readonly number[]): Removed {
    const { labels, pair, setPair, set, isPaired, deletePair } = this.#statements;
    const fingerprints: string[] = [];
    const pairs = new Map<string, number>();
    for (const id of sets) {
      const [row] = labels.values(id) as unknown as (readonly [fingerprint: string, labels: string])[];
      if (row === undefined) continue;
      fingerprints.push(row[0]);
      for (const [name, value] of Object.entries(JSON.parse(row[1]) as Record<string, string>)) {
        const key = pairKey(name, value);
        const pairId = pairs.get(key) ?? valueOf(pair.values(JSON.stringify(name), JSON.stringify(value)));
        pairs.set(key, pairId);
        setPair.run(pairId, id);
      }
      set.run(id);
    }
    for (const [key, id] of pairs) {
      if (isPaired.get(id) === null) deletePair.run(id);
      else pairs.delete(key);
    }
    return { fingerprints, pairs: [...pairs.keys()] };
  }
}

function valueOf(rows: readonly unknown[][]): number {
  return Number(rows[0]?.[0] ?? 0);
}
