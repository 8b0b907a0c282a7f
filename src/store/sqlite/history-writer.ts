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

/** Writes events into the history. */
export class HistoryWriter {
  readonly #db: Database;
  readonly #statements;
  /** Rows of label sets by fingerprint. */
  #known = new Map<string, number>();
  /** Rows of pairs by both texts. */
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
      same: db.prepare(
        `SELECT 1 FROM history_links l JOIN history_events e ON e.id = l.event_id
         WHERE l.set_id = ?1 AND l.event_id >= ((?2 - ${SAME_WITHIN}) << 20) AND l.event_id <= ((?2 + ${SAME_WITHIN} + 1) << 20)
           AND e.kind = ?3 AND e.change = ?4 AND e.mark = ?5 LIMIT 1`,
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
      this.forgetSets();
      throw error;
    }
  }

  /** Sets may have been removed. */
  forgetSets(): void {
    this.#known = new Map();
    this.#pairs = new Map();
  }

  close(): void {
    finalizeAll(this.#statements);
  }

  #event(event: StoredEvent, sets: StoredSets): void {
    const { at, kind, change, fingerprint, about, mark } = event;
    const set = fingerprint === null ? null : this.#set(fingerprint, sets);
    if (mark !== null && set !== null && this.#statements.same.get(set, at, kind, change, mark) !== null) return;
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
    const key = `${name}\0${value}`;
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
