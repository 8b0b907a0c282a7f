import type { Alert } from "../../core/model/alert.ts";
import { labelSetOf } from "../../core/model/labels.ts";
import { newMatcher } from "../../core/model/matcher.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import type { Silence } from "../../core/model/silence.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import type { NotificationLogEntry, OutboxRow } from "../../core/interfaces/storage.ts";

/**
 * How rows look inside the database: JSON arrays, which are short, survive every string JavaScript can hold (a lone
 * surrogate, a NUL) and can still be read by a person with the sqlite3 command.
 */

/** Milliseconds; with nanoseconds and seconds east of UTC only where there are any. */
type StoredTime = number | readonly [ms: number, nanos: number, offset: number];

/** Names of labels and annotations as a set of alerts shares them. */
export interface Shape {
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
}

function encodeTime(t: Timestamp): StoredTime {
  return t.nanos === 0 && t.offset === 0 ? t.ms : [t.ms, t.nanos, t.offset];
}

function decodeTime(stored: StoredTime): Timestamp {
  return typeof stored === "number" ? new Timestamp(stored) : new Timestamp(stored[0], stored[1], stored[2]);
}

type AlertContent = [StoredTime, StoredTime, StoredTime, 0 | 1, string, ...string[]];

/** `[starts, ends, updated, timeout, generatorURL, ...label values, ...annotation values]` */
export function encodeAlert(alert: Alert): string {
  const content: AlertContent = [
    encodeTime(alert.startsAt),
    encodeTime(alert.endsAt),
    encodeTime(alert.updatedAt),
    alert.timeout ? 1 : 0,
    alert.generatorURL,
  ];
  for (const value of alert.labels.values) content.push(value);
  for (const value of alert.annotations.values) content.push(value);
  return JSON.stringify(content);
}

export function decodeAlert(content: string, shape: Shape): Alert {
  const [starts, ends, updated, timeout, generatorURL, ...values] = JSON.parse(content) as AlertContent;
  const split = shape.labels.length;
  return {
    labels: labelSetOf(shape.labels, values.slice(0, split)),
    annotations: labelSetOf(shape.annotations, values.slice(split)),
    startsAt: decodeTime(starts),
    endsAt: decodeTime(ends),
    updatedAt: decodeTime(updated),
    generatorURL,
    timeout: timeout === 1,
  };
}

type EndContent = readonly [ends: StoredTime, updated: StoredTime, timeout: 0 | 1];

export function encodeEnd(moved: Pick<Alert, "endsAt" | "updatedAt" | "timeout">): string {
  const content: EndContent = [encodeTime(moved.endsAt), encodeTime(moved.updatedAt), moved.timeout ? 1 : 0];
  return JSON.stringify(content);
}

export function decodeEnd(content: string): Pick<Alert, "endsAt" | "updatedAt" | "timeout"> {
  const [ends, updated, timeout] = JSON.parse(content) as EndContent;
  return { endsAt: decodeTime(ends), updatedAt: decodeTime(updated), timeout: timeout === 1 };
}

type StoredMatcher = readonly [type: Matcher["type"], name: string, value: string];
type SilenceContent = readonly [
  matcherSets: readonly (readonly StoredMatcher[])[],
  starts: StoredTime,
  ends: StoredTime,
  updated: StoredTime,
  createdBy: string,
  comment: string,
  annotations: readonly (readonly [string, string])[],
];

export function encodeSilence(silence: Silence): string {
  const content: SilenceContent = [
    silence.matcherSets.map((set) => set.map((m): StoredMatcher => [m.type, m.name, m.value])),
    encodeTime(silence.startsAt),
    encodeTime(silence.endsAt),
    encodeTime(silence.updatedAt),
    silence.createdBy,
    silence.comment,
    Object.entries(silence.annotations),
  ];
  return JSON.stringify(content);
}

/** @throws RegexError for a matcher that does not compile */
export function decodeSilence(id: string, stored: string): Silence {
  const [sets, starts, ends, updated, createdBy, comment, annotations] = JSON.parse(stored) as SilenceContent;
  return {
    id,
    matcherSets: sets.map((set) => set.map(([type, name, value]) => newMatcher(type, name, value))),
    startsAt: decodeTime(starts),
    endsAt: decodeTime(ends),
    updatedAt: decodeTime(updated),
    createdBy,
    comment,
    annotations: Object.fromEntries(annotations),
  };
}

const HASH = 16;

function unpack(packed: string, width: number): string[] {
  const parts: string[] = [];
  for (let i = 0; i < packed.length; i += width) parts.push(packed.slice(i, i + width));
  return parts;
}

/** The group key, the receiver and the rest are parts of the row's key: two lengths and the index find them again. */
type LogContent = readonly [
  groupKeyLength: number,
  receiverLength: number,
  index: number,
  firing: string,
  resolved: string,
  timestamp: number,
  expiresAt: number,
  receiverData: NotificationLogEntry["receiverData"],
];

export function encodeLogEntry(entry: NotificationLogEntry): string {
  const content: LogContent = [
    entry.groupKey.length,
    entry.receiver.length,
    entry.index,
    entry.firing.join(""),
    entry.resolved.join(""),
    entry.timestamp,
    entry.expiresAt,
    entry.receiverData,
  ];
  return JSON.stringify(content);
}

export function decodeLogEntry(key: string, stored: string): NotificationLogEntry {
  const [groupKeyLength, receiverLength, index, firing, resolved, timestamp, expiresAt, receiverData] = JSON.parse(
    stored,
  ) as LogContent;
  return {
    key,
    ...partsOfKey(key, groupKeyLength, receiverLength),
    index,
    firing: unpack(firing, HASH),
    resolved: unpack(resolved, HASH),
    timestamp,
    expiresAt,
    receiverData,
  };
}

function partsOfKey(key: string, groupKeyLength: number, receiverLength: number) {
  const receiverEnd = groupKeyLength + 1 + receiverLength;
  return {
    groupKey: key.slice(0, groupKeyLength),
    receiver: key.slice(groupKeyLength + 1, receiverEnd),
    integration: key.slice(receiverEnd + 1, key.lastIndexOf("/")),
  };
}

type OutboxContent = readonly [
  groupKeyLength: number,
  receiverLength: number,
  index: number,
  routeId: string,
  groupFingerprint: string,
  reason: OutboxRow["reason"],
  idempotencyKey: string,
  decidedAt: number,
  alerts: string,
];

export function encodeOutbox(row: OutboxRow): string {
  const content: OutboxContent = [
    row.groupKey.length,
    row.receiver.length,
    row.index,
    row.routeId,
    row.groupFingerprint,
    row.reason,
    row.idempotencyKey,
    row.decidedAt,
    row.alerts.map(([fingerprint, firing]) => fingerprint + (firing ? "1" : "0")).join(""),
  ];
  return JSON.stringify(content);
}

export function decodeOutbox(key: string, stored: string): OutboxRow {
  const [groupKeyLength, receiverLength, index, routeId, groupFingerprint, reason, idempotencyKey, decidedAt, packed] =
    JSON.parse(stored) as OutboxContent;
  return {
    key,
    ...partsOfKey(key, groupKeyLength, receiverLength),
    index,
    routeId,
    groupFingerprint,
    reason,
    idempotencyKey,
    decidedAt,
    alerts: unpack(packed, HASH + 1).map((a) => [a.slice(0, HASH), a.endsWith("1")] as const),
  };
}
