import { Type, type Static } from "@sinclair/typebox";
import { NOTIFICATION_STATES, type KnownNotification } from "../../../dispatch/notifications/known.ts";
import { LABELS, oneOf, orNull, TIME } from "../schemas.ts";

export const NOTIFICATION = Type.Object(
  {
    id: Type.String(),
    key: Type.String({ description: "As in the notification log: GROUPKEY:RECEIVER/INTEGRATION/INDEX." }),
    groupKey: Type.String(),
    groupLabels: LABELS,
    receiver: Type.String(),
    integration: Type.String(),
    index: Type.Integer(),
    state: oneOf(NOTIFICATION_STATES),
    reason: orNull(Type.String()),
    decidedAt: orNull(TIME),
    deliveredAt: orNull(TIME),
    attempts: Type.Integer(),
    lastAttempt: orNull(
      Type.Object({
        at: TIME,
        durationMs: Type.Integer(),
        outcome: oneOf(["delivered", "failed", "refused", "unknown"]),
        statusCode: orNull(Type.Integer()),
        error: orNull(Type.String()),
      }),
    ),
    firing: Type.Integer(),
    resolved: Type.Integer(),
    error: orNull(Type.String()),
    nextFlushAt: orNull(TIME),
  },
  { $id: "Notification" },
);

/** What stands for a key in a path. */
export function idOf(key: string): string {
  return Buffer.from(key).toString("base64url");
}

/** ms; when something last became of it. */
export function changedAt({ state, row, entry, last }: KnownNotification): number {
  if (row !== undefined) return row.decidedAt;
  return (state === "failed" ? last?.at : entry?.timestamp) ?? 0;
}

export function shownNotification(known: KnownNotification): Static<typeof NOTIFICATION> {
  const { key, groupKey, receiver, integration, index, state, group, row, entry, last, lastAttempt, attempts } = known;
  const firing = row?.alerts.filter(([, isFiring]) => isFiring).length;
  return {
    id: idOf(key),
    key,
    groupKey,
    // Of a group that is gone only the key is known.
    groupLabels: group?.labels.toObject() ?? {},
    receiver,
    integration,
    index,
    state,
    reason: row?.reason ?? (state === "failed" ? (last?.reason ?? null) : null),
    decidedAt: time(row?.decidedAt ?? (state === "failed" ? last?.at : undefined)),
    deliveredAt: time(state === "dropped" ? undefined : entry?.timestamp),
    attempts,
    lastAttempt: lastAttempt === undefined ? null : shownAttempt(lastAttempt),
    firing: firing ?? entry?.firing.length ?? 0,
    resolved: row === undefined ? (entry?.resolved.length ?? 0) : row.alerts.length - (firing ?? 0),
    error: state === "failed" ? (last?.detail ?? null) : (lastAttempt?.error ?? null),
    nextFlushAt: time(group?.nextFlushAt),
  };
}

function shownAttempt({ at, durationMs, outcome, statusCode, error }: NonNullable<KnownNotification["lastAttempt"]>) {
  return { at: new Date(at).toISOString(), durationMs, outcome, statusCode, error };
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
