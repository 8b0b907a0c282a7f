import type { DocumentRow, HistoryRow, NotificationLogEntry, OutboxRow } from "../core/interfaces/storage.ts";
import type { GroupRow } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Timestamp } from "../core/model/timestamp.ts";

/** Lines of a backup. `JSON.stringify` keeps whatever a string can hold: a NUL, a line break, half a surrogate pair. */

/** ms; with nanoseconds and seconds east of UTC only where there are any. */
function time({ ms, nanos, offset }: Timestamp): string {
  return nanos === 0 && offset === 0 ? String(ms) : `[${ms},${nanos},${offset}]`;
}

/**
 * In pieces: there are many, and to put each together would leave as much garbage as there are alerts. A set's key is its
 * JSON, so the labels need not be taken apart.
 */
export function alertLine(alert: Alert): readonly string[] {
  return [
    '{"alert":{"labels":',
    alert.labels.key,
    ',"annotations":',
    alert.annotations.key,
    ',"startsAt":',
    time(alert.startsAt),
    ',"endsAt":',
    time(alert.endsAt),
    ',"updatedAt":',
    time(alert.updatedAt),
    ',"generatorURL":',
    JSON.stringify(alert.generatorURL),
    alert.timeout ? ',"timeout":true}}\n' : ',"timeout":false}}\n',
  ];
}

export function silenceLine(silence: Silence): string {
  const { id, matcherSets, createdBy, comment, annotations } = silence;
  const sets = matcherSets.map((set) => set.map(({ type, name, value }) => ({ type, name, value })));
  return (
    `{"silence":{"id":${JSON.stringify(id)},"matcherSets":${JSON.stringify(sets)},"startsAt":${time(silence.startsAt)},` +
    `"endsAt":${time(silence.endsAt)},"updatedAt":${time(silence.updatedAt)},"createdBy":${JSON.stringify(createdBy)},` +
    `"comment":${JSON.stringify(comment)},"annotations":${JSON.stringify(annotations)}}}\n`
  );
}

/** Without its key, which the rest makes. */
export function logEntryLine(entry: NotificationLogEntry): string {
  const { groupKey, receiver, integration, index, firing, resolved, timestamp, expiresAt, receiverData } = entry;
  return line({
    logEntry: { groupKey, receiver, integration, index, firing, resolved, timestamp, expiresAt, receiverData },
  });
}

export function groupLine({ routeId, groupFingerprint, nextFlushAt, flushes, configHash }: GroupRow): string {
  return line({ group: { routeId, groupFingerprint, nextFlushAt, flushes, configHash } });
}

export function decisionLine(row: OutboxRow): string {
  const { groupKey, receiver, integration, index, routeId, groupFingerprint, reason, idempotencyKey, decidedAt } = row;
  const about = row.alerts.map(([fingerprint, firing]) => ({ fingerprint, firing }));
  const named = {
    groupKey,
    receiver,
    integration,
    index,
    routeId,
    groupFingerprint,
    reason,
    idempotencyKey,
    decidedAt,
  };
  return line({ decision: { ...named, alerts: about } });
}

export function classificationLine(classification: Classification): string {
  const { fingerprint, classifier, classifiedAt, severity, category, confidence, reason, recommendations } =
    classification;
  const { model, tokens, costUsd, takenBackAt } = classification;
  const said = { severity, category, confidence, reason, recommendations, model, tokens, costUsd, takenBackAt };
  return line({ classification: { fingerprint, classifier, classifiedAt, ...said } });
}

export function documentLine({ kind, key, updatedAt, content }: DocumentRow): string {
  return line({ document: { kind, key, updatedAt, content } });
}

export function historyLine(row: HistoryRow): string {
  const { at, kind, subject, detail, change, labels, about, receiver, integration, actor, replica, mark } = row;
  const rest = { change, labels: labels?.toObject(), about, receiver, integration, actor, replica, mark };
  return line({ history: { at, kind, subject, detail, ...rest } });
}

export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
