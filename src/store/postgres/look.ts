import type { Replica } from "../../core/interfaces/shared-storage.ts";
import { REPLICAS, TIMELINE, changesAfter } from "./feed.ts";
import { numberOf } from "./database.ts";
import { Script } from "./script.ts";
import { CHANGE, LOCK_STATE, NOW, number, text, useNumber } from "./sql.ts";

/** Who was not seen for longer counts as gone, ms; when that is everybody, nobody was listening. */
export const ABSENT = 10_000;

const LAST_SEEN = "(SELECT max(seen_at) FROM replicas)";

/**
 * Statements that read what changed, who is there and, first of all, when the last one was.
 *
 * @param me to be told that we are alive; undefined when that was a moment ago
 * @param timeline whether this database can tell which server has written it last
 */
export function look(after: number, me: Replica | undefined, timeline: boolean): string {
  const read = `${changesAfter(after)} UNION ALL ${REPLICAS}${timeline ? ` UNION ALL ${TIMELINE}` : ""}`;
  // When nobody was there, that has to be made good first.
  return me === undefined ? read : `${read};${alive(me, `coalesce(${LAST_SEEN} > ${NOW} - ${ABSENT}, true)`)}`;
}

function alive({ name, address, configHash }: Replica, condition: string): string {
  return `INSERT INTO replicas (name, address, config_hash, seen_at)
    SELECT ${text(name)}, ${text(address)}, ${text(configHash)}, ${NOW} WHERE ${condition}
    ON CONFLICT (name) DO UPDATE SET address = excluded.address, config_hash = excluded.config_hash, seen_at = excluded.seen_at`;
}

/** Set for one transaction: since when nobody was there and how long that is, ms; "" when somebody was. */
const SINCE = "alertmanager_plus.deaf_since";
const GAP = "alertmanager_plus.deaf_for";
const milliseconds = (setting: string) => `nullif(current_setting('${setting}'), '')::bigint`;

/** Moves on all ends that were still ahead when the last one was there, by the time nobody was; the first to come does. */
export class DeafScript extends Script {
  /** ms; 0 when another one was first */
  deafFor = 0;

  constructor(me: Replica) {
    super();
    this.query(LOCK_STATE, () => undefined);
    this.query(
      `WITH last AS MATERIALIZED (SELECT max(seen_at) AS seen, ${NOW} AS now FROM replicas),
         deaf AS MATERIALIZED (SELECT seen, now - seen AS gap FROM last WHERE seen <= now - ${number(ABSENT)})
       SELECT set_config('${SINCE}', coalesce((SELECT seen::text FROM deaf), ''), true),
         set_config('${GAP}', coalesce((SELECT gap::text FROM deaf), ''), true) AS gap`,
      ([row]) => {
        this.deafFor = numberOf(row, "gap");
      },
    );
    this.add(
      `UPDATE alerts SET change = ${CHANGE}, ends_at = ends_at + ${milliseconds(GAP)} WHERE ends_at > ${milliseconds(SINCE)}`,
    );
    this.query(useNumber(["alerts"]), () => undefined);
    this.add(alive(me, "true"));
  }
}
