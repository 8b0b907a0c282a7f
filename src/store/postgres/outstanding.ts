import type { GroupIdentity, Outstanding } from "../../core/interfaces/shared-storage.ts";
import { numberOf } from "./database.ts";
import { decisionOf, type OnUnreadable } from "./feed.ts";
import { groupIdOf } from "./keys.ts";
import { Script } from "./script.ts";
import { CHANGE, LOCK_STATE, NOW, text, useNumber } from "./sql.ts";

/** Reads all decisions that have no outcome yet, and who may be at them. */
export class OutstandingScript extends Script {
  readonly found: Outstanding[] = [];

  constructor(onUnreadable: OnUnreadable) {
    super();
    this.query(
      `SELECT o.key, o.version, o.attempt, o.content, coalesce(g.lease_until > ${NOW}, false) AS held
       FROM outbox o LEFT JOIN groups g ON g.id = o.group_id ORDER BY o.id`,
      (rows) => {
        for (const row of rows) {
          const version = numberOf(row, "version");
          try {
            const decision = decisionOf(JSON.parse(String(row["key"])) as string, String(row["content"]), version);
            const attempt = numberOf(row, "attempt");
            this.found.push({ decision: { row: decision, version, attempt, alerts: [] }, isHeld: isTrue(row["held"]) });
          } catch (error) {
            onUnreadable(`outbox row ${String(row["key"])}`, error as Error);
          }
        }
      },
    );
  }
}

/** Makes a group due now, unless somebody holds it. */
export class HurryScript extends Script {
  isDue = false;
  change: number | undefined;
  #number = 0;

  constructor(group: GroupIdentity) {
    super();
    const id = text(groupIdOf(group));
    // In the order of locks: groups, then the state.
    this.query(`SELECT count(*) FROM (SELECT 1 FROM groups WHERE id = ${id} FOR UPDATE) AS locked`, () => undefined);
    this.query(LOCK_STATE, ([row]) => {
      this.#number = numberOf(row, "change");
    });
    this.query(
      `UPDATE groups SET change = ${CHANGE}, next_flush_at = least(next_flush_at, ${NOW})
       WHERE id = ${id} AND coalesce(lease_until, 0) <= ${NOW} RETURNING id`,
      (rows) => {
        this.isDue = rows.length > 0;
      },
    );
    this.query(useNumber(["groups"]), ([row]) => {
      const change = numberOf(row, "change");
      this.change = change === this.#number ? change : undefined;
    });
  }
}

function isTrue(value: unknown): boolean {
  return value === true || value === "t" || value === "true";
}
