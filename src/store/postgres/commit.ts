import type { Alert } from "../../core/model/alert.ts";
import { mergeVersions } from "../../core/model/alert.ts";
import { decodeAlert, decodeEnd, encodeAlert } from "../codec.ts";
import { standingOf, supersedesInSQL } from "../standing.ts";
import type { Row } from "./connection.ts";
import { numberOf } from "./database.ts";
import { Script } from "./script.ts";
import { CHANGE, LOCK_STATE, flags, number, numbers, texts, useNumber } from "./sql.ts";
import { endRow, type EndRow, type Work } from "./work.ts";

/** One alert as it is to be written this time. */
interface AlertWrite extends EndRow {
  readonly alert: Alert;
  readonly content: string;
  /** Number of the version it is written over. */
  readonly over: number;
  readonly isMerged: boolean;
}

/** What a commit came to. */
export interface Committed {
  /** Its number; undefined where nothing carries one. */
  readonly change: number | undefined;
  /** Alerts that are in the database other than this server committed them, or on top of what it does not know. */
  readonly foreign: ReadonlySet<string>;
  /** Alerts of which only the end was written, over the version this server knows. */
  readonly moved: readonly string[];
}

/** Set for one transaction: whether all alerts are as we know them, so that anything may be written at all. */
const CLEAR = "alertmanager_plus.clear";
const IS_CLEAR = `current_setting('${CLEAR}') = 'yes'`;

/** The end another server has set is as good as ours when it is no more than this before it, ms. */
const NEARLY = 1000;

/**
 * One commit. It is tried in one message; where an alert is not as this server knows it, that message writes nothing and
 * brings what is there, and the next one writes what the two make together.
 */
export class Commit {
  readonly #work: Work;
  /** Changes this server wrote itself and so knows. */
  readonly #own: readonly number[];
  readonly #alerts: Map<string, AlertWrite>;

  constructor(work: Work, own: readonly number[]) {
    this.#work = work;
    this.#own = own;
    this.#alerts = new Map();
    for (const [fingerprint, row] of work.alerts) {
      this.#alerts.set(fingerprint, { ...row, over: row.base.change, isMerged: false });
    }
  }

  script(): CommitScript {
    return new CommitScript(this.#work, this.#alerts, this.#own);
  }

  /** Puts what is there together with what was to be written. */
  merge({ conflicts, now }: CommitScript): void {
    for (const row of conflicts) {
      const fingerprint = String(row["fingerprint"]);
      const ours = this.#work.alerts.get(fingerprint)?.alert;
      if (ours === undefined) continue;
      const alert = mergeVersions(storedAlert(row), ours, now);
      const over = numberOf(row, "change");
      this.#alerts.set(fingerprint, {
        alert,
        content: encodeAlert(alert, true),
        ...endRow(alert),
        over,
        isMerged: true,
      });
    }
  }

  result({ change, moved }: CommitScript): Committed {
    const merged = [...this.#alerts].filter(([, { isMerged }]) => isMerged).map(([fingerprint]) => fingerprint);
    const over = moved.filter(({ was }) => !was).map(({ fingerprint }) => fingerprint);
    return {
      change,
      foreign: new Set([...merged, ...over]),
      moved: moved.filter(({ was }) => was).map(({ fingerprint }) => fingerprint),
    };
  }
}

function storedAlert(row: Row): Alert {
  const { content, exact } = row as Record<string, string>;
  const end = decodeEnd(
    numberOf(row, "ends_at"),
    numberOf(row, "updated_at"),
    row["timeout"] === true ? 1 : 0,
    exact as string,
  );
  return decodeAlert(content as string, end);
}

class CommitScript extends Script {
  conflicts: readonly Row[] = [];
  moved: readonly { readonly fingerprint: string; readonly was: boolean }[] = [];
  now = 0;
  change: number | undefined;
  #number = 0;
  readonly #guard: string;

  constructor(work: Work, alerts: ReadonlyMap<string, AlertWrite>, own: readonly number[]) {
    super();
    this.#guard = alerts.size > 0 ? IS_CLEAR : "true";
    // In the order of locks: groups, then the state, then all that only whoever holds the state writes.
    if (work.groups.size + work.deletedGroups.size > 0) this.#lockGroups(work);
    this.query(LOCK_STATE, ([row]) => {
      this.#number = numberOf(row, "change");
      this.now = numberOf(row, "now");
    });
    if (alerts.size > 0) this.#compare(alerts);
    if (work.deletedAlerts.size > 0) this.#deleteAlerts(work);
    if (alerts.size > 0) this.#writeAlerts(alerts);
    if (work.moved.size > 0) this.#moveAlerts(work);
    this.#deleteSeen("classifications", work.deletedClassifications, own, "fingerprint");
    if (work.classifications.size > 0) this.#writeClassifications(work);
    this.#deleteSeen("silences", work.deletedSilences, own);
    if (work.silences.size > 0) this.#writeSilences(work);
    this.#deleteSeen("documents", work.deletedDocuments, own);
    if (work.documents.size > 0) this.#writeDocuments(work);
    this.#deleteSeen("notification_log", work.deletedLog, own);
    if (work.log.size > 0) this.#writeLog(work);
    this.#groups(work);
    this.#outbox(work);
    this.#useNumber(work, alerts.size > 0);
  }

  #lockGroups({ groups, deletedGroups }: Work): void {
    const ids = texts([...new Set([...groups.keys(), ...deletedGroups])]);
    this.query(
      `SELECT count(*) FROM (SELECT 1 FROM groups WHERE id = ANY (${ids}) ORDER BY id FOR UPDATE) AS locked`,
      () => undefined,
    );
  }

  #compare(alerts: ReadonlyMap<string, AlertWrite>): void {
    const changes = [...alerts.values()].map(({ over }) => over);
    this.query(
      `WITH conflict AS MATERIALIZED (
         SELECT a.* FROM unnest(${texts([...alerts.keys()])}, ${numbers(changes)}) AS i (fingerprint, change)
         JOIN alerts a ON a.fingerprint = i.fingerprint AND a.change <> i.change
       ), clear AS MATERIALIZED (
         SELECT set_config('${CLEAR}', CASE WHEN EXISTS (SELECT 1 FROM conflict) THEN 'no' ELSE 'yes' END, true)
       )
       SELECT conflict.* FROM clear LEFT JOIN conflict ON true`,
      (rows) => {
        this.conflicts = rows.filter(({ fingerprint }) => fingerprint !== null);
      },
    );
  }

  #deleteAlerts({ deletedAlerts }: Work): void {
    const changes = [...deletedAlerts.values()].map(({ change }) => change);
    this.add(
      `WITH gone AS (
         DELETE FROM alerts a USING unnest(${texts([...deletedAlerts.keys()])}, ${numbers(changes)}) AS i (fingerprint, change)
         WHERE a.fingerprint = i.fingerprint AND a.change = i.change AND ${this.#guard} RETURNING a.fingerprint
       )
       DELETE FROM classifications c USING gone WHERE c.fingerprint = gone.fingerprint`,
    );
  }

  #writeAlerts(alerts: ReadonlyMap<string, AlertWrite>): void {
    const rows = [...alerts.values()];
    this.add(
      `INSERT INTO alerts (fingerprint, change, ends_at, updated_at, timeout, exact, content)
       SELECT i.fingerprint, ${CHANGE}, i.ends_at, i.updated_at, i.timeout, i.exact, i.content
       FROM unnest(${texts([...alerts.keys()])}, ${ends(rows)}, ${texts(rows.map(({ content }) => content))})
         AS i (fingerprint, ends_at, updated_at, timeout, exact, content)
       WHERE ${this.#guard}
       ON CONFLICT (fingerprint) DO UPDATE SET change = excluded.change, ends_at = excluded.ends_at,
         updated_at = excluded.updated_at, timeout = excluded.timeout, exact = excluded.exact, content = excluded.content`,
    );
  }

  /**
   * Not the end of an alert that was told to be resolved. That of an alert another server has written meanwhile only moves on,
   * and only where that makes a difference: all servers are told the same by the same Prometheus.
   */
  #moveAlerts({ moved }: Work): void {
    const rows = [...moved.values()];
    this.query(
      `UPDATE alerts a SET change = ${CHANGE}, ends_at = x.ends_at, updated_at = x.updated_at, timeout = x.timeout, exact = x.exact
       FROM (
         SELECT i.*, o.change = i.change AS was
         FROM unnest(${texts([...moved.keys()])}, ${numbers(rows.map(({ base }) => base.change))}, ${ends(rows)})
           AS i (fingerprint, change, ends_at, updated_at, timeout, exact)
         JOIN alerts o ON o.fingerprint = i.fingerprint
         WHERE ${this.#guard} AND i.updated_at >= o.updated_at AND (o.timeout OR o.ends_at > o.updated_at)
           AND CASE WHEN o.change = i.change
             THEN (i.ends_at, i.updated_at, i.timeout, i.exact) IS DISTINCT FROM (o.ends_at, o.updated_at, o.timeout, o.exact)
             ELSE i.ends_at > o.ends_at + ${NEARLY} END
       ) AS x
       WHERE a.fingerprint = x.fingerprint RETURNING a.fingerprint, x.was`,
      (written) => {
        this.moved = written.map((row) => ({ fingerprint: String(row["fingerprint"]), was: row["was"] === true }));
      },
    );
  }

  /** Removes what has not been written by another server since whoever asks for it last looked. */
  #deleteSeen(table: string, removals: ReadonlyMap<string, number>, own: readonly number[], key = "id"): void {
    if (removals.size === 0) return;
    this.add(
      `DELETE FROM ${table} t USING unnest(${texts([...removals.keys()])}, ${numbers([...removals.values()])}) AS i (id, seen)
       WHERE t.${key} = i.id AND (t.change <= i.seen OR t.change = ANY (${numbers(own)})) AND ${this.#guard}`,
    );
  }

  #writeClassifications({ classifications }: Work): void {
    const rows = [...classifications.values()];
    this.add(
      `INSERT INTO classifications AS held (fingerprint, change, standing, classified_at, content)
       SELECT i.fingerprint, ${CHANGE}, i.standing, i.classified_at, i.content
       FROM unnest(${texts([...classifications.keys()])}, ${numbers(rows.map(({ classification }) => standingOf(classification)))},
         ${numbers(rows.map(({ classification }) => classification.classifiedAt))}, ${texts(rows.map(({ content }) => content))})
         AS i (fingerprint, standing, classified_at, content)
       JOIN alerts a ON a.fingerprint = i.fingerprint
       WHERE ${this.#guard}
       ON CONFLICT (fingerprint) DO UPDATE SET change = excluded.change, standing = excluded.standing,
         classified_at = excluded.classified_at, content = excluded.content
       WHERE ${supersedesInSQL("postgres", "excluded", "held")}`,
    );
  }

  #writeSilences({ silences }: Work): void {
    const rows = [...silences.values()];
    this.add(
      `INSERT INTO silences (id, change, key, updated_at, updated_nanos, content)
       SELECT i.id, ${CHANGE}, i.key, i.updated_at, i.updated_nanos, i.content
       FROM unnest(${texts([...silences.keys()])}, ${texts(rows.map(({ key }) => key))},
         ${numbers(rows.map(({ silence }) => silence.updatedAt.ms))}, ${numbers(rows.map(({ silence }) => silence.updatedAt.nanos))},
         ${texts(rows.map(({ content }) => content))}) AS i (id, key, updated_at, updated_nanos, content)
       WHERE ${this.#guard}
       ON CONFLICT (id) DO UPDATE SET change = excluded.change, updated_at = excluded.updated_at,
         updated_nanos = excluded.updated_nanos, content = excluded.content
       WHERE (silences.updated_at, silences.updated_nanos) <= (excluded.updated_at, excluded.updated_nanos)
         AND silences.content <> excluded.content`,
    );
  }

  #writeDocuments({ documents }: Work): void {
    const rows = [...documents.values()];
    this.add(
      `INSERT INTO documents AS held (id, change, key, updated_at, content)
       SELECT i.id, ${CHANGE}, i.key, i.updated_at, i.content
       FROM unnest(${texts([...documents.keys()])}, ${texts(rows.map(({ key }) => key))},
         ${numbers(rows.map(({ document }) => document.updatedAt))}, ${texts(rows.map(({ content }) => content))})
         AS i (id, key, updated_at, content)
       WHERE ${this.#guard}
       ON CONFLICT (id) DO UPDATE SET change = excluded.change, updated_at = excluded.updated_at, content = excluded.content
       WHERE (held.updated_at, held.content) < (excluded.updated_at, excluded.content)`,
    );
  }

  #writeLog({ log }: Work): void {
    const rows = [...log.values()];
    const columns = [
      texts([...log.keys()]),
      texts(rows.map(({ key }) => key)),
      numbers(rows.map(({ toldAt }) => toldAt)),
      texts(rows.map(({ content }) => content)),
    ];
    this.add(insertLog(`unnest(${columns.join(", ")}) AS i (id, key, told_at, content) WHERE ${this.#guard}`));
  }

  #groups({ groups, deletedGroups }: Work): void {
    if (deletedGroups.size > 0) {
      this.add(`DELETE FROM groups WHERE id = ANY (${texts([...deletedGroups])}) AND ${this.#guard}`);
    }
    if (groups.size > 0) this.add(writeGroups(groups, this.#guard));
  }

  #outbox({ outbox, deletedOutbox }: Work): void {
    if (deletedOutbox.size > 0) {
      this.add(`DELETE FROM outbox WHERE id = ANY (${texts([...deletedOutbox])}) AND ${this.#guard}`);
    }
    if (outbox.size === 0) return;
    const rows = [...outbox.values()];
    // What servers together have begun to send is newer than what one alone had decided.
    this.add(
      `INSERT INTO outbox (id, key, group_id, version, attempt, content)
       SELECT i.id, i.key, i.group_id, ${CHANGE}, 0, i.content
       FROM unnest(${texts([...outbox.keys()])}, ${texts(rows.map(({ key }) => key))}, ${texts(rows.map(({ groupId }) => groupId))},
         ${texts(rows.map(({ content }) => content))}) AS i (id, key, group_id, content)
       WHERE ${this.#guard}
       ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id, version = excluded.version, content = excluded.content
       WHERE outbox.attempt = 0`,
    );
  }

  #useNumber(work: Work, hasAlerts: boolean): void {
    const tables = [
      ...(hasAlerts || work.moved.size > 0 ? ["alerts"] : []),
      ...(work.classifications.size > 0 ? ["classifications"] : []),
      ...(work.silences.size > 0 ? ["silences"] : []),
      ...(work.documents.size > 0 ? ["documents"] : []),
      ...(work.log.size > 0 ? ["notification_log"] : []),
      ...(work.groups.size > 0 ? ["groups"] : []),
    ];
    const also =
      (work.aliveAt === undefined ? "" : `, alive_at = ${number(work.aliveAt)}`) +
      (work.sharedUntil === undefined ? "" : `, shared_until = ${number(work.sharedUntil)}`);
    const isUsed = work.outbox.size > 0;
    if (!isUsed && tables.length === 0 && also === "") return;
    this.query(
      isUsed ? `UPDATE state SET change = change + 1${also} RETURNING change` : useNumber(tables, also),
      ([row]) => {
        const change = numberOf(row, "change");
        this.change = change === this.#number ? change : undefined;
      },
    );
  }
}

function ends(rows: readonly EndRow[]): string {
  return [
    numbers(rows.map(({ endsAt }) => endsAt)),
    numbers(rows.map(({ updatedAt }) => updatedAt)),
    flags(rows.map(({ timeout }) => timeout)),
    texts(rows.map(({ exact }) => exact)),
  ].join(", ");
}

/** @param from gives id, key, told_at and content as `i` */
export function insertLog(from: string): string {
  return `INSERT INTO notification_log (id, change, key, told_at, content)
    SELECT i.id, ${CHANGE}, i.key, i.told_at, i.content FROM ${from}
    ON CONFLICT (id) DO UPDATE SET change = excluded.change, told_at = excluded.told_at, content = excluded.content
    WHERE notification_log.told_at <= excluded.told_at AND notification_log.content <> excluded.content`;
}

/**
 * Writes rows of groups. One that is new stays away where there is one of the same configuration with alerts, or of the
 * configuration that groups are flushed by: a server with an outdated one must not take it away from the others.
 */
function writeGroups(groups: Work["groups"], guard: string): string {
  const rows = [...groups.values()];
  const columns = [
    texts([...groups.keys()]),
    texts(rows.map(({ row }) => row.groupFingerprint)),
    texts(rows.map(({ routeId }) => routeId)),
    numbers(rows.map(({ row }) => row.nextFlushAt)),
    numbers(rows.map(({ row }) => row.flushes)),
    texts(rows.map(({ row }) => row.configHash)),
  ];
  const isNew = `excluded.id = ANY (${texts([...groups].filter(([, row]) => row.isNew).map(([id]) => id))})`;
  return `INSERT INTO groups (id, group_fingerprint, route_id, change, next_flush_at, flushes, config_hash)
    SELECT i.id, i.group_fingerprint, i.route_id, ${CHANGE}, i.next_flush_at, i.flushes, i.config_hash
    FROM unnest(${columns.join(", ")}) AS i (id, group_fingerprint, route_id, next_flush_at, flushes, config_hash)
    WHERE ${guard} ORDER BY i.id
    ON CONFLICT (id) DO UPDATE SET change = excluded.change, next_flush_at = excluded.next_flush_at, flushes = excluded.flushes,
      config_hash = excluded.config_hash, settled_tick = NULL, settled_change = NULL, empty = false
    WHERE NOT ${isNew} OR (groups.config_hash = excluded.config_hash AND groups.empty)
      OR (groups.config_hash <> excluded.config_hash
        AND groups.config_hash IS DISTINCT FROM (SELECT config_hash FROM state))`;
}
