import type { OutboxRow } from "../../core/interfaces/storage.ts";
import type { NotifiedAlert } from "../../core/model/notification.ts";
import { decodeAlert, encodeAlert } from "../codec.ts";
import { idOf } from "./keys.ts";
import { CHANGE, texts } from "./sql.ts";
import { decisionRow } from "./work.ts";

/** Between the alerts of a snapshot; JSON has none unescaped. */
const SEPARATOR = "\u001f";

/** The alerts of a flush as text: each with its status before it. */
export function encodeSnapshot(alerts: readonly NotifiedAlert[]): string {
  return alerts.map((alert) => (alert.status === "firing" ? "f" : "r") + encodeAlert(alert, true)).join(SEPARATOR);
}

export function decodeSnapshot(content: string): NotifiedAlert[] {
  if (content === "") return [];
  return content.split(SEPARATOR).map((text) => {
    const status = text.startsWith("f") ? "firing" : "resolved";
    return Object.assign(decodeAlert(text.slice(1)), { status } as const);
  });
}

/** Those of a flush's alerts that one decision is about, in its order. */
export function alertsOf(row: OutboxRow, alerts: readonly NotifiedAlert[]): readonly NotifiedAlert[] {
  const byStatus = new Map(alerts.map((alert) => [`${alert.labels.fingerprint} ${alert.status === "firing"}`, alert]));
  return row.alerts.flatMap(([fingerprint, firing]) => byStatus.get(`${fingerprint} ${firing}`) ?? []);
}

export interface NewDecision {
  readonly row: OutboxRow;
  readonly groupId: string;
}

/** Decisions with their first try begun. They take the place of older ones of the same key. */
export function writeDecisions(decisions: readonly NewDecision[], guard = "true"): string {
  const rows = [...new Map(decisions.map((decision) => [idOf(decision.row.key), decision]))];
  const encoded = rows.map(([, { row }]) => decisionRow({ ...row, idempotencyKey: "" }));
  const columns = [
    texts(rows.map(([id]) => id)),
    texts(encoded.map(({ key }) => key)),
    texts(rows.map(([, { groupId }]) => groupId)),
    texts(encoded.map(({ content }) => content)),
  ];
  return `INSERT INTO outbox (id, key, group_id, version, attempt, content)
    SELECT i.id, i.key, i.group_id, ${CHANGE}, 1, i.content
    FROM unnest(${columns.join(", ")}) AS i (id, key, group_id, content) WHERE ${guard} ORDER BY i.id
    ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id, version = excluded.version, attempt = 1, content = excluded.content`;
}

/** What the decisions of this transaction are about, once for each group. */
export function writeSnapshots(
  snapshots: readonly (readonly [groupId: string, content: string])[],
  guard = "true",
): string {
  const columns = [texts(snapshots.map(([id]) => id)), texts(snapshots.map(([, content]) => content))];
  return `INSERT INTO snapshots (group_id, version, content) SELECT i.group_id, ${CHANGE}, i.content
    FROM unnest(${columns.join(", ")}) AS i (group_id, content) WHERE ${guard}`;
}

/** Removes snapshots that no decision of the given flushes is about any more. */
export function removeSnapshots(groupIds: string, versions: string): string {
  return `DELETE FROM snapshots s USING unnest(${groupIds}, ${versions}) AS i (group_id, version)
    WHERE s.group_id = i.group_id AND s.version = i.version
      AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.group_id = s.group_id AND o.version = s.version)`;
}
