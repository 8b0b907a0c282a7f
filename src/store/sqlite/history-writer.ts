import type { Database } from "bun:sqlite";
import { SAME_WITHIN } from "../../core/history/select.ts";
import type { StoredEvent, StoredEvents, StoredSets } from "../history/encode.ts";
import { finalizeAll } from "./statements.ts";

/** Sets of which the row is remembered. */
const MOST_KNOWN = 20_000;
/** Pairs of a label's name and value of which the row is remembered: most alerts have most of theirs in common with others. */
const MOST_PAIRS = 20_000;
/** Numbers that tell events of one ms apart. */
const NUMBERS = 1 << 20;

/** What is remembered no more, because its row is gone. */
export interface Removed {
  /** Of label sets. */
  readonly fingerprints: readonly string[];
  /** As `pairKey` gives them. */
  readonly pairs: readonly string[];
}

/** A name and a value of a label as one text. */
export function pairKey(name: string, value: string): string {
  return `${name}\0${value}`;
}

/** Writes events into the history. */
export class HistoryWriter {
  readonly #db: Database;
  readonly #statements;
  /** Rows of label sets by fingerprint. */
  #known = new Map<string, number>();
  /** Rows of pairs by `pairKey`. */
  #pairs = new Map<string, number>();
  #n = Math.floor(Math.random() * NUMBERS);

  constructor(db: Database) {
    this.#db = db;
    this.#statements = {
      set: db.prepare("SELECT id FROM history_sets WHERE fingerprint = ?"),
      newSet: db.prepare("INSERT INTO history_sets (fingerprint, labels) VALUES (?, ?) RETURNING id"),
      pair: db.prepare("SELECT id FROM history_pairs WHERE name = ? AND value = ?"),
      newPair: db.prepare("INSERT INTO history_pairs (name, value) VALUES (?, ?) RETURNING id"),
      setPair: db.prepare("INSERT OR IGNORE INTO history_set_pairs VALUES (?, ?)"),
      event: db.prepare(
        "INSERT OR IGNORE INTO history_events VALUES ((?1 << 20) + ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      ),
      link: db.prepare("INSERT OR IGNORE INTO history_links VALUES (?1, (?2 << 20) + ?3)"),
      // Two statements, because one that joins both tables takes ten times as long to find nothing.
      near: db.prepare(
        `SELECT event_id >> 20, event_id & ${NUMBERS - 1} FROM history_links
         WHERE set_id = ?1 AND event_id >= ((?2 - ${SAME_WITHIN}) << 20) AND event_id <= ((?2 + ${SAME_WITHIN} + 1) << 20)`,
      ),
      same: db.prepare(
        "SELECT 1 FROM history_events WHERE id = (?1 << 20) + ?2 AND +kind = ?3 AND change = ?4 AND mark = ?5",
      ),
    };
  }

  /** All of them or none. @throws SQLiteError */
  append({ events, sets }: StoredEvents): void {
    try {
      this.#db.transaction(() => {
        for (const event of events) this.#event(event, sets);
      })();
    } catch (error) {
      // Sets of a transaction that came to nothing are not there.
      this.#known = new Map();
      this.#pairs = new Map();
      throw error;
    }
  }

  /** What has been removed by somebody else. */
  forget({ fingerprints, pairs }: Removed): void {
    for (const fingerprint of fingerprints) this.#known.delete(fingerprint);
    for (const pair of pairs) this.#pairs.delete(pair);
  }

  close(): void {
    finalizeAll(this.#statements);
  }

  #event(event: StoredEvent, sets: StoredSets): void {
    const { at, kind, change, fingerprint, about, mark } = event;
    const set = fingerprint === null ? null : this.#set(fingerprint, sets);
    if (mark !== null && set !== null && this.#isKept(set, event)) return;
    const further = about.map((one) => this.#set(one, sets)).filter((id) => id !== null);
    const { subject, receiver, integration, actor, replica, detail } = event;
    const list = further.length === 0 ? null : JSON.stringify(further);
    const cells = [kind, change, subject, set, list, receiver, integration, actor, replica, mark, detail];
    let n: number;
    do n = this.#n = (this.#n + 1) % NUMBERS;
    while (this.#statements.event.run(at, n, ...cells).changes === 0);
    if (set !== null) this.#statements.link.run(set, at, n);
    for (const one of further) this.#statements.link.run(one, at, n);
  }

  /** Whether another server has told of it already. */
  #isKept(set: number, { at, kind, change, mark }: StoredEvent): boolean {
    const near = this.#statements.near.values(set, at) as unknown as (readonly [at: number, n: number])[];
    return near.some((id) => this.#statements.same.get(...id, kind, change, mark) !== null);
  }

  /** The row of a label set, made if it is missing; null where nobody knows its labels. */
  #set(fingerprint: string, sets: StoredSets): number | null {
    const known = this.#known.get(fingerprint);
    if (known !== undefined) return known;
    const found = this.#statements.set.get(fingerprint) as { id: number } | null;
    const labels = sets[fingerprint];
    if (found === null && labels === undefined) return null;
    const id = found?.id ?? this.#newSet(fingerprint, labels as string);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(fingerprint, id);
    return id;
  }

  #newSet(fingerprint: string, labels: string): number {
    const { newSet, setPair } = this.#statements;
    const { id } = newSet.get(fingerprint, labels) as { id: number };
    for (const [name, value] of Object.entries(JSON.parse(labels) as Record<string, string>)) {
      setPair.run(this.#pair(name, value), id);
    }
    return id;
  }

  #pair(name: string, value: string): number {
    const key = pairKey(name, value);
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const { pair, newPair } = this.#statements;
    const texts = [JSON.stringify(name), JSON.stringify(value)] as const;
    const { id } = (pair.get(...texts) ?? newPair.get(...texts)) as { id: number };
    if (this.#pairs.size >= MOST_PAIRS) this.#pairs.clear();
    this.#pairs.set(key, id);
    return id;
  }
}
