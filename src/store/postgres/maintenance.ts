import { numberOf } from "./database.ts";
import type { HistoryLimits } from "./history-trim.ts";
import { Script } from "./script.ts";
import { NOW, lockNumber, text } from "./sql.ts";

export interface MaintenanceSettings extends HistoryLimits {
  readonly schema: string;
}

/** Set for one transaction: whether we are the one that tidies up. */
const MINE = "alertmanager_plus.tidies";
const IS_MINE = `current_setting('${MINE}') = 'yes'`;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Removes what nobody needs any more, by one server at a time; the others leave it to that one. */
export class MaintenanceScript extends Script {
  /** Bytes of all our tables. */
  sizeBytes = 0;

  constructor({ schema }: Pick<MaintenanceSettings, "schema">) {
    super();
    this.query(
      `SELECT set_config('${MINE}', CASE WHEN pg_try_advisory_xact_lock(${lockNumber("maintenance", schema)}) THEN 'yes' ELSE 'no' END, true)`,
      () => undefined,
    );
    this.add(`DELETE FROM replicas WHERE ${IS_MINE} AND seen_at < ${NOW} - ${7 * DAY}`);
    // Left by servers with a configuration that nobody has any more.
    this.add(
      `DELETE FROM groups WHERE ${IS_MINE} AND due_at < ${NOW} - ${DAY} AND config_hash <> (SELECT config_hash FROM state)`,
    );
    this.add(
      `DELETE FROM outbox o WHERE ${IS_MINE} AND NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = o.group_id)
         AND o.version < (SELECT change FROM state) - 10000`,
    );
    this.add(
      `DELETE FROM snapshots s WHERE ${IS_MINE}
         AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.group_id = s.group_id AND o.version = s.version)`,
    );
    // Left by servers of a version that knows of none.
    this.add(
      `DELETE FROM classifications c WHERE ${IS_MINE}
         AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.fingerprint = c.fingerprint)`,
    );
    this.query(
      `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${text(schema)} AND c.relkind = 'r'`,
      ([row]) => {
        this.sizeBytes = numberOf(row, "bytes");
      },
    );
  }
}
