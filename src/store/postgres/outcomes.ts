import type { Outcome } from "../../core/interfaces/shared-storage.ts";
import { insertLog } from "./commit.ts";
import { numberOf } from "./database.ts";
import { removeSnapshots } from "./decisions.ts";
import { groupIdOf, idOf } from "./keys.ts";
import { Script } from "./script.ts";
import { LOCK_STATE, numbers, texts, useNumber } from "./sql.ts";
import { logRow } from "./work.ts";

/** Set for one transaction: which of the outcomes count, by their place, comma separated. */
const COUNTED = "alertmanager_plus.counted";
const COUNTS = `string_to_array(current_setting('${COUNTED}'), ',')::bigint[]`;

/** Stores how tries ended, each only if no other try of its decision has begun. */
export class FinishScript extends Script {
  #counted = new Set<number>();
  #number = 0;
  change: number | undefined;
  readonly #size: number;

  constructor(outcomes: readonly Outcome[]) {
    super();
    this.#size = outcomes.length;
    const decisions = outcomes.map(({ decision }) => decision);
    const columns = [
      texts(decisions.map(({ row }) => idOf(row.key))),
      numbers(decisions.map(({ version }) => version)),
      numbers(decisions.map(({ attempt }) => attempt)),
    ];
    this.query(LOCK_STATE, ([row]) => {
      this.#number = numberOf(row, "change");
    });
    this.query(
      `WITH done AS (
         DELETE FROM outbox o USING unnest(${columns.join(", ")}) WITH ORDINALITY AS i (id, version, attempt, place)
         WHERE o.id = i.id AND o.version = i.version AND o.attempt = i.attempt RETURNING i.place
       ), counted AS MATERIALIZED (
         SELECT set_config('${COUNTED}', coalesce(string_agg(place::text, ','), ''), true) FROM done
       )
       SELECT done.place FROM counted LEFT JOIN done ON true`,
      (rows) => {
        this.#counted = new Set(rows.map((row) => Number(row["place"] ?? 0)));
      },
    );
    const groupIds = texts(decisions.map(({ row }) => groupIdOf(row)));
    this.add(removeSnapshots(groupIds, numbers(decisions.map(({ version }) => version))));
    this.#writeLog(outcomes);
    this.query(useNumber(["notification_log"]), ([row]) => {
      const change = numberOf(row, "change");
      this.change = change === this.#number ? change : undefined;
    });
  }

  #writeLog(outcomes: readonly Outcome[]): void {
    const entries = outcomes.flatMap(({ entry }, i) => (entry === undefined ? [] : [{ entry, place: i + 1 }]));
    if (entries.length === 0) return;
    const rows = entries.map(({ entry }) => logRow(entry));
    const columns = [
      numbers(entries.map(({ place }) => place)),
      texts(entries.map(({ entry }) => idOf(entry.key))),
      texts(rows.map(({ key }) => key)),
      numbers(rows.map(({ toldAt }) => toldAt)),
      texts(rows.map(({ content }) => content)),
    ];
    // Of several outcomes for one key the last counts.
    this.add(
      insertLog(
        `(SELECT DISTINCT ON (id) * FROM unnest(${columns.join(", ")}) AS i (place, id, key, told_at, content)
          WHERE i.place = ANY (${COUNTS}) ORDER BY id, told_at DESC, place DESC) AS i`,
      ),
    );
  }

  get results(): boolean[] {
    return Array.from({ length: this.#size }, (_, i) => this.#counted.has(i + 1));
  }
}
