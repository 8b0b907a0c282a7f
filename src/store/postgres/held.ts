import type { Released, SharedDecision } from "../../core/interfaces/shared-storage.ts";
import type { OutboxRow } from "../../core/interfaces/storage.ts";
import type { NotifiedAlert } from "../../core/model/notification.ts";
import { numberOf } from "./database.ts";
import { alertsOf, encodeSnapshot, writeDecisions, writeSnapshots } from "./decisions.ts";
import { idOf, idempotencyKey } from "./keys.ts";
import { Script } from "./script.ts";
import { CHANGE, LOCK_STATE, NOW, flags, number, numbers, text, texts, useNumber } from "./sql.ts";

/** A claim of ours on a group. */
export interface Held {
  readonly id: string;
  /** Tells this claim from all others, our own earlier ones too. */
  readonly lease: string;
  /** What the group was claimed under. */
  readonly configHash: string;
}

/** Set for one transaction: whether the claim is still ours. */
const OURS = "alertmanager_plus.ours";
const IS_OURS = `current_setting('${OURS}') = 'yes'`;

/** Renews claims that nobody else has taken over, even where they have run out meanwhile. */
export class RenewScript extends Script {
  ids: readonly string[] = [];

  constructor(claims: readonly Held[], lease: number) {
    super();
    const [ids, leases] = [texts(claims.map(({ id }) => id)), texts(claims.map((claim) => claim.lease))];
    this.query(
      `WITH ours AS MATERIALIZED (
         SELECT g.id FROM groups g JOIN unnest(${ids}, ${leases}) AS i (id, lease) ON g.id = i.id AND g.lease = i.lease
         ORDER BY g.id FOR UPDATE OF g
       )
       UPDATE groups g SET lease_until = ${NOW} + ${number(lease)} FROM ours WHERE g.id = ours.id RETURNING g.id`,
      (rows) => {
        this.ids = rows.map((row) => String(row["id"]));
      },
    );
  }
}

export class BeginAttemptScript extends Script {
  /** Undefined when the claim or the decision is not ours any more. */
  attempt: number | undefined;

  constructor(claim: Held, { row, version, attempt }: SharedDecision, lease: number) {
    super();
    this.query(
      `WITH ours AS (
         UPDATE groups SET lease_until = ${NOW} + ${number(lease)}
         WHERE id = ${text(claim.id)} AND lease = ${text(claim.lease)} RETURNING id
       )
       UPDATE outbox o SET attempt = o.attempt + 1 FROM ours
       WHERE o.id = ${text(idOf(row.key))} AND o.version = ${number(version)} AND o.attempt = ${number(attempt)}
       RETURNING o.attempt`,
      ([begun]) => {
        this.attempt = begun === undefined ? undefined : numberOf(begun, "attempt");
      },
    );
  }
}

export class DecideScript extends Script {
  readonly #rows: readonly OutboxRow[];
  readonly #alerts: readonly NotifiedAlert[];
  #isOurs = false;
  change = 0;

  constructor(claim: Held, rows: readonly OutboxRow[], alerts: readonly NotifiedAlert[]) {
    super();
    this.#rows = rows;
    this.#alerts = alerts;
    this.query(
      `WITH ours AS MATERIALIZED (
         SELECT 1 FROM groups WHERE id = ${text(claim.id)} AND lease = ${text(claim.lease)} AND lease_until > ${NOW} FOR UPDATE
       )
       SELECT set_config('${OURS}', CASE WHEN EXISTS (SELECT 1 FROM ours) THEN 'yes' ELSE 'no' END, true) AS ours`,
      ([row]) => {
        this.#isOurs = row?.["ours"] === "yes";
      },
    );
    this.query(LOCK_STATE, ([row]) => {
      this.change = numberOf(row, "change");
    });
    if (rows.length > 0) {
      this.add(writeSnapshots([[claim.id, encodeSnapshot(alerts)]], IS_OURS));
      this.add(
        writeDecisions(
          rows.map((row) => ({ row, groupId: claim.id })),
          IS_OURS,
        ),
      );
    }
    this.add(`UPDATE state SET change = change + 1 WHERE ${IS_OURS}`);
  }

  get decisions(): SharedDecision[] | undefined {
    if (!this.#isOurs) return undefined;
    return this.#rows.map((row) => ({
      row: { ...row, idempotencyKey: idempotencyKey(row.key, this.change) },
      version: this.change,
      attempt: 1,
      alerts: alertsOf(row, this.#alerts),
    }));
  }
}

/** Gives claims back. Under another configuration than it was claimed under, a group has other timers. */
export class ReleaseScript extends Script {
  change: number | undefined;
  #number = 0;

  constructor(releases: readonly (readonly [Held, Released])[]) {
    super();
    const claims = releases.map(([claim]) => claim);
    const released = releases.map(([, one]) => one);
    const ids = texts(claims.map(({ id }) => id));
    const columns = [
      ids,
      texts(claims.map(({ lease }) => lease)),
      texts(claims.map(({ configHash }) => configHash)),
      numbers(released.map(({ settled }) => settled?.tick)),
      numbers(released.map(({ settled }) => settled?.change)),
      numbers(released.map(({ nextFlushAt }) => nextFlushAt)),
      flags(released.map(({ empty }) => empty)),
    ];
    this.query(
      `SELECT count(*) FROM (SELECT 1 FROM groups WHERE id = ANY (${ids}) ORDER BY id FOR UPDATE) AS locked`,
      () => undefined,
    );
    this.query(LOCK_STATE, ([row]) => {
      this.#number = numberOf(row, "change");
    });
    this.add(
      `UPDATE groups g SET change = ${CHANGE}, lease = NULL, lease_until = NULL,
         settled_tick = CASE WHEN same THEN coalesce(i.tick, g.settled_tick) ELSE g.settled_tick END,
         settled_change = CASE WHEN same THEN coalesce(i.settled, g.settled_change) ELSE g.settled_change END,
         next_flush_at = CASE WHEN same THEN coalesce(i.next_flush_at, g.next_flush_at) ELSE g.next_flush_at END,
         empty = CASE WHEN same THEN i.empty ELSE g.empty END
       FROM (
         SELECT i.*, o.config_hash = i.config_hash AS same
         FROM unnest(${columns.join(", ")}) AS i (id, lease, config_hash, tick, settled, next_flush_at, empty)
         JOIN groups o ON o.id = i.id
       ) AS i WHERE g.id = i.id AND g.lease = i.lease`,
    );
    this.query(useNumber(["groups"]), ([row]) => {
      const change = numberOf(row, "change");
      this.change = change === this.#number ? change : undefined;
    });
  }
}
