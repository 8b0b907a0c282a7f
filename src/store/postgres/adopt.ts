import type { GroupRow } from "../../core/interfaces/storage.ts";
import { numberOf } from "./database.ts";
import { groupIdOf } from "./keys.ts";
import { Script } from "./script.ts";
import { CHANGE, LOCK_STATE, numbers, text, texts } from "./sql.ts";
import { timerRow } from "./work.ts";

/** Set for one transaction: whether nobody has chosen this configuration before. */
const FIRST = "alertmanager_plus.first";

/** Has groups flushed by a configuration from now on. */
export class AdoptScript extends Script {
  isFirst = false;
  change = 0;

  constructor(configHash: string, groups: readonly GroupRow[]) {
    super();
    const rows = new Map(groups.map((row) => [groupIdOf(row), timerRow(row, true)]));
    const values = [...rows.values()];
    const ids = texts([...rows.keys()]);
    this.query("SELECT count(*) FROM (SELECT 1 FROM groups ORDER BY id FOR UPDATE) AS locked", () => undefined);
    this.query(LOCK_STATE, ([row]) => {
      this.change = numberOf(row, "change");
    });
    this.query(
      `SELECT set_config('${FIRST}', CASE WHEN config_hash IS DISTINCT FROM ${text(configHash)} THEN 'yes' ELSE 'no' END, true)
         AS first FROM state`,
      ([row]) => {
        this.isFirst = row?.["first"] === "yes";
      },
    );
    // A claim under way holds: what it is sending must not be sent by another at the same time.
    this.add(
      `DELETE FROM groups WHERE current_setting('${FIRST}') = 'yes' AND config_hash <> ${text(configHash)}
         AND NOT id = ANY (${ids})`,
    );
    const columns = [
      ids,
      texts(values.map(({ row }) => row.groupFingerprint)),
      texts(values.map(({ routeId }) => routeId)),
      numbers(values.map(({ row }) => row.nextFlushAt)),
      numbers(values.map(({ row }) => row.flushes)),
    ];
    if (rows.size > 0) {
      this.add(
        `INSERT INTO groups (id, group_fingerprint, route_id, change, next_flush_at, flushes, config_hash)
         SELECT i.id, i.group_fingerprint, i.route_id, ${CHANGE}, i.next_flush_at, i.flushes, ${text(configHash)}
         FROM unnest(${columns.join(", ")}) AS i (id, group_fingerprint, route_id, next_flush_at, flushes) ORDER BY i.id
         ON CONFLICT (id) DO UPDATE SET change = excluded.change, next_flush_at = excluded.next_flush_at,
           flushes = excluded.flushes, config_hash = excluded.config_hash, settled_tick = NULL, settled_change = NULL, empty = false
         WHERE groups.config_hash <> excluded.config_hash`,
      );
    }
    this.add(`UPDATE state SET change = change + 1, config_hash = ${text(configHash)}`);
  }
}
