import type {
  Claim,
  FlushPlan,
  Granted,
  SharedDecision,
  SharedGroupRow,
} from "../../core/interfaces/shared-storage.ts";
import type { OutboxRow } from "../../core/interfaces/storage.ts";
import type { Row } from "./connection.ts";
import { numberOf } from "./database.ts";
import { changesAfter, decisionOf, type Feed, type OnUnreadable } from "./feed.ts";
import { groupIdOf, idOf, idempotencyKey } from "./keys.ts";
import { Script } from "./script.ts";
import {
  alertsOf,
  decodeSnapshot,
  encodeSnapshot,
  writeDecisions,
  writeSnapshots,
  type NewDecision,
} from "./decisions.ts";
import { LOCK_STATE, NOW, USE_NUMBER, flags, number, numbers, text, texts } from "./sql.ts";

/** Set for one transaction: the groups claimed in it, comma separated. */
const CLAIMED = "alertmanager_plus.claimed";
const IDS = `string_to_array(current_setting('${CLAIMED}'), ',')`;

/** ms until an empty group that could not be removed is looked at again. */
const LATER = 1000;

export interface ClaimOptions {
  readonly configHash: string;
  readonly limit: number;
  /** ms */
  readonly lease: number;
}

/** A group that can be had, with what is known of it. */
export interface Found {
  readonly id: string;
  readonly claim: Claim;
}

/** Takes due groups that nobody holds, and reads all there is to know for deciding. */
export class ClaimScript extends Script {
  readonly feed: Feed;
  #groups: readonly Row[] = [];
  #outbox: readonly Row[] = [];
  #snapshots: readonly Row[] = [];

  constructor({ configHash, limit }: ClaimOptions, after: number, feed: Feed) {
    super();
    this.feed = feed;
    // Whoever else wants one of these waits for nobody: it takes others.
    this.query(
      `WITH due AS MATERIALIZED (
         SELECT * FROM groups WHERE due_at <= (SELECT ${NOW}) AND config_hash = ${text(configHash)}
         ORDER BY due_at LIMIT ${number(limit)} FOR UPDATE SKIP LOCKED
       ), claimed AS MATERIALIZED (
         SELECT set_config('${CLAIMED}', coalesce(string_agg(id, ','), ''), true) FROM due
       )
       SELECT due.* FROM claimed LEFT JOIN due ON true ORDER BY due_at`,
      (rows) => {
        this.#groups = rows.filter(({ id }) => id !== null);
      },
    );
    this.query(`SELECT * FROM outbox WHERE group_id = ANY (${IDS}) ORDER BY id`, (rows) => {
      this.#outbox = rows;
    });
    this.query(`SELECT * FROM snapshots WHERE group_id = ANY (${IDS})`, (rows) => {
      this.#snapshots = rows;
    });
    this.query(changesAfter(after, `current_setting('${CLAIMED}') <> ''`), (rows) => {
      for (const row of rows) feed.add(Object.values(row));
    });
  }

  found(onUnreadable: OnUnreadable): Found[] {
    const snapshots = new Map(this.#snapshots.map((row) => [snapshotKey(row), String(row["content"])]));
    const left = Map.groupBy(this.#outbox, (row) => String(row["group_id"]));
    return this.#groups.map((row) => {
      const id = String(row["id"]);
      const decisions = (left.get(id) ?? []).flatMap((one): SharedDecision[] => {
        try {
          return [decisionAsStored(one, snapshots.get(snapshotKey(one)) ?? "")];
        } catch (error) {
          onUnreadable(`outbox row ${String(one["key"])}`, error as Error);
          return [];
        }
      });
      return { id, claim: { group: groupOf(row), left: decisions } };
    });
  }
}

function decisionAsStored(row: Row, snapshot: string): SharedDecision {
  const version = numberOf(row, "version");
  const decision = decisionOf(JSON.parse(String(row["key"])) as string, String(row["content"]), version);
  const alerts = alertsOf(decision, decodeSnapshot(snapshot));
  return { row: decision, version, attempt: numberOf(row, "attempt"), alerts };
}

function snapshotKey(row: Row): string {
  return `${String(row["group_id"])} ${String(row["version"])}`;
}

function groupOf(row: Row): SharedGroupRow {
  const tick = row["settled_tick"];
  return {
    routeId: JSON.parse(String(row["route_id"])) as string,
    groupFingerprint: String(row["group_fingerprint"]),
    nextFlushAt: numberOf(row, "next_flush_at"),
    flushes: numberOf(row, "flushes"),
    configHash: String(row["config_hash"]),
    settled: tick === null ? undefined : { tick: Number(tick), change: numberOf(row, "settled_change") },
  };
}

interface Planned {
  readonly id: string;
  readonly plan: FlushPlan;
  /** What is to be tried once more. */
  readonly left: readonly SharedDecision[];
  readonly isHeld: boolean;
}

/** Stores what was decided about claimed groups. The state is locked only here, at the end of the transaction. */
export class GrantScript extends Script {
  readonly #planned: Planned[];
  readonly #upTo: number;
  #version = 0;
  #attempts = new Map<string, number>();

  /**
   * @param lease whose claims they are from now on
   * @param tick when the flushes were decided on, ms
   */
  constructor(
    found: readonly Found[],
    plans: readonly FlushPlan[],
    {
      lease,
      until,
      tick,
      upTo,
    }: { readonly lease: string; readonly until: number; readonly tick: number; readonly upTo: number },
  ) {
    super();
    const byId = new Map(found.map(({ id, claim }) => [id, claim]));
    this.#upTo = upTo;
    this.#planned = plans.flatMap((plan): Planned[] => {
      const id = groupIdOf(plan.group);
      const claim = byId.get(id);
      if (claim === undefined) return [];
      const isHeld = plan.nextFlushAt !== undefined && !plan.settled && plan.postponed !== true;
      const decided = new Set(plan.decisions.map(({ key }) => key));
      return [{ id, plan, isHeld, left: isHeld ? claim.left.filter(({ row }) => !decided.has(row.key)) : [] }];
    });
    this.query(LOCK_STATE, ([row]) => {
      this.#version = numberOf(row, "change");
    });
    this.#remove(this.#planned.filter(({ plan }) => plan.nextFlushAt === undefined).map(({ id }) => id));
    this.#keep(lease, until, tick);
    this.#beginAgain();
    const decisions = this.#planned.flatMap(({ id, plan }) =>
      plan.decisions.map((row): NewDecision => ({ row, groupId: id })),
    );
    if (decisions.length > 0) {
      const about = this.#planned.filter(({ plan }) => plan.decisions.length > 0);
      this.add(writeSnapshots(about.map(({ id, plan }) => [id, encodeSnapshot(plan.alerts)])));
      this.add(writeDecisions(decisions));
    }
    this.query(USE_NUMBER, () => undefined);
  }

  /** Groups without alerts, unless any alert has changed since: it may have been one of theirs. Then they are looked at again. */
  #remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const removed = `= ANY (${texts(ids)}) AND coalesce((SELECT max(change) FROM alerts), 0) <= ${number(this.#upTo)}`;
    this.add(`DELETE FROM outbox WHERE group_id ${removed}`);
    this.add(`DELETE FROM snapshots WHERE group_id ${removed}`);
    this.add(`DELETE FROM groups WHERE id ${removed}`);
    this.add(
      `UPDATE groups SET next_flush_at = ${NOW} + ${LATER}, lease = NULL, lease_until = NULL WHERE id = ANY (${texts(ids)})`,
    );
  }

  #keep(lease: string, until: number, tick: number): void {
    const kept = this.#planned.filter(({ plan }) => plan.nextFlushAt !== undefined);
    if (kept.length === 0) return;
    const columns = [
      texts(kept.map(({ id }) => id)),
      numbers(kept.map(({ plan }) => plan.nextFlushAt)),
      numbers(kept.map(({ plan }) => plan.flushes)),
      flags(kept.map(({ isHeld }) => isHeld)),
      flags(kept.map(({ plan }) => plan.settled)),
      flags(kept.map(({ plan }) => plan.empty)),
    ];
    this.add(
      `UPDATE groups g SET change = (SELECT change + 1 FROM state), next_flush_at = i.next_flush_at, flushes = i.flushes,
         lease = CASE WHEN i.held THEN ${text(lease)} END,
         lease_until = CASE WHEN i.held THEN ${NOW} + ${number(until)} END,
         settled_tick = CASE WHEN i.settles THEN ${number(tick)} ELSE g.settled_tick END,
         settled_change = CASE WHEN i.settles THEN ${number(this.#upTo)} ELSE g.settled_change END,
         empty = CASE WHEN i.held THEN false WHEN i.settles THEN i.empty ELSE g.empty END
       FROM unnest(${columns.join(", ")}) AS i (id, next_flush_at, flushes, held, settles, empty) WHERE g.id = i.id`,
    );
  }

  #beginAgain(): void {
    const ids = this.#planned.flatMap(({ left }) => left.map(({ row }) => idOf(row.key)));
    if (ids.length === 0) return;
    this.query(
      `UPDATE outbox SET attempt = attempt + 1 WHERE id = ANY (${texts(ids)}) RETURNING id, attempt`,
      (rows) => {
        this.#attempts = new Map(rows.map((row) => [String(row["id"]), numberOf(row, "attempt")]));
      },
    );
  }

  /** The number of the transaction. */
  get change(): number {
    return this.#version;
  }

  /** IDs of the groups that are held from now on. */
  get held(): readonly string[] {
    return this.#planned.filter(({ isHeld }) => isHeld).map(({ id }) => id);
  }

  get granted(): Granted[] {
    const planned = this.#planned.filter(({ plan }) => plan.postponed !== true);
    return planned.map(({ plan, left }) => ({
      group: plan.group,
      decisions: plan.decisions.map((row) => begun(row, this.#version, plan)),
      left: left.flatMap((decision) => {
        // One that is not there any more has had its outcome meanwhile.
        const attempt = this.#attempts.get(idOf(decision.row.key));
        return attempt === undefined ? [] : [{ ...decision, attempt }];
      }),
      change: this.#upTo,
    }));
  }
}

function begun(row: OutboxRow, version: number, { alerts }: FlushPlan): SharedDecision {
  return {
    row: { ...row, idempotencyKey: idempotencyKey(row.key, version) },
    version,
    attempt: 1,
    alerts: alertsOf(row, alerts),
  };
}
