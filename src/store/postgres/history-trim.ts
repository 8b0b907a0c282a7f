import { numberOf } from "./database.ts";
import { LOCK_HISTORY } from "./append.ts";
import { Script } from "./script.ts";
import { number } from "./sql.ts";

/** Events removed in one transaction. */
const AT_ONCE = 5000;

export interface HistoryLimits {
  /** ms */
  readonly historyRetention: number;
  readonly historyMaxBytes: number;
}

/** Removes the oldest events that are too old or too much, some at a time. */
export class HistoryTrimScript extends Script {
  removed = 0;

  constructor({ historyRetention, historyMaxBytes }: HistoryLimits) {
    super();
    this.query(LOCK_HISTORY, () => undefined);
    // Age is counted back from the newest event, which is as good as the clock while there is anything to trim for.
    this.query(
      `WITH oldest AS (
         SELECT id, set_id, sets, bytes, sum(bytes) OVER (ORDER BY id) - bytes AS earlier
         FROM (SELECT id, set_id, sets, bytes FROM history_events ORDER BY id LIMIT ${AT_ONCE}) AS first
       ), doomed AS (
         SELECT * FROM oldest WHERE earlier < (SELECT bytes FROM history_state) - ${number(historyMaxBytes)}
           OR (id >> 20) < (SELECT (max(id) >> 20) - ${number(historyRetention)} FROM history_events)
       ), gone AS (
         DELETE FROM history_events e USING doomed d WHERE e.id = d.id RETURNING e.id
       ), unlinked AS (
         DELETE FROM history_links l USING (
           SELECT set_id, id FROM doomed WHERE set_id IS NOT NULL UNION SELECT unnest(sets), id FROM doomed
         ) AS d WHERE l.set_id = d.set_id AND l.event_id = d.id RETURNING l.set_id
       ), counted AS (
         UPDATE history_state SET bytes = history_state.bytes - coalesce((SELECT sum(bytes) FROM doomed), 0)
       )
       SELECT count(*) AS removed FROM gone`,
      ([row]) => {
        this.removed = numberOf(row, "removed");
      },
    );
  }

  /** Whether there may be more to remove. */
  get hasMore(): boolean {
    return this.removed === AT_ONCE;
  }
}

/** Removes label sets nothing is about any more. */
export class HistorySweepScript extends Script {
  constructor() {
    super();
    this.query(LOCK_HISTORY, () => undefined);
    this.add(
      `WITH unused AS (
         DELETE FROM history_sets s WHERE NOT EXISTS (SELECT 1 FROM history_links l WHERE l.set_id = s.id) RETURNING s.id
       )
       DELETE FROM history_set_pairs sp USING unused u WHERE sp.set_id = u.id`,
    );
    this.add(
      "DELETE FROM history_pairs p WHERE NOT EXISTS (SELECT 1 FROM history_set_pairs sp WHERE sp.pair_id = p.id)",
    );
  }
}
