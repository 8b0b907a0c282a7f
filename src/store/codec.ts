import type { Alert } from "../core/model/alert.ts";
import { labelSetOf } from "../core/model/labels.ts";
import { newMatcher } from "../core/model/matcher.ts";
import type { Matcher } from "../core/model/matcher.ts";
import type { Silence } from "../core/model/silence.ts";
import { SharedTexts, sharedTimestamp } from "../core/model/shared.ts";
import type { Timestamp } from "../core/model/timestamp.ts";
import type { NotificationLogEntry, OutboxRow } from "../core/interfaces/storage.ts";

/**
 * How rows look inside a database: JSON arrays, which are short, survive every string JavaScript can hold (a lone
 * surrogate, a NUL) and can still be read by a person with the sqlite3 or the psql command.
 */

/** Milliseconds; with nanoseconds and seconds east of UTC only where there are any. */
type StoredTime = number | readonly [ms: number, nanos: number, offset: number];

function encodeTime(t: Timestamp): StoredTime {
  return t.nanos === 0 && t.offset === 0 ? t.ms : [t.ms, t.nanos, t.offset];
}

function decodeTime(stored: StoredTime): Timestamp {
  return typeof stored === "number" ? sharedTimestamp(stored) : sharedTimestamp(stored[0], stored[1], stored[2]);
}

/** The alerts of a rule have the same. */
const urls = new SharedTexts();

type Strings = readonly string[];
type AlertContent = readonly [
  starts: StoredTime,
  ends: StoredTime,
  updated: StoredTime,
  timeout: 0 | 1,
  generatorURL: string,
  labelValues: Strings,
  annotationValues: Strings,
  /** Only where the names are not in a list of their own. */
  labelNames?: Strings,
  annotationNames?: Strings,
];

/** @param withNames whether the names go into the content, because they have no list of their own */
export function encodeAlert(alert: Alert, withNames: boolean): string {
  const { labels, annotations } = alert;
  const starts = encodeTime(alert.startsAt);
  const ends = encodeTime(alert.endsAt);
  const updated = encodeTime(alert.updatedAt);
  const timeout = alert.timeout ? 1 : 0;
  const content: AlertContent = withNames
    ? [
        starts,
        ends,
        updated,
        timeout,
        alert.generatorURL,
        labels.values,
        annotations.values,
        labels.names,
        annotations.names,
      ]
    : [starts, ends, updated, timeout, alert.generatorURL, labels.values, annotations.values];
  return JSON.stringify(content);
}

/**
 * @param moved where its end has moved to since
 * @param labelNames the names of its labels and annotations, where they have lists of their own
 */
export function decodeAlert(stored: string, moved?: MovedEnd, labelNames?: Strings, annotationNames?: Strings): Alert {
  const content = JSON.parse(stored) as AlertContent;
  return {
    labels: labelSetOf((labelNames ?? content[7]) as Strings, content[5]),
    annotations: labelSetOf((annotationNames ?? content[8]) as Strings, content[6]),
    startsAt: decodeTime(content[0]),
    endsAt: moved?.endsAt ?? decodeTime(content[1]),
    updatedAt: moved?.updatedAt ?? decodeTime(content[2]),
    generatorURL: urls.of(content[4]),
    timeout: moved?.timeout ?? content[3] === 1,
  };
}

type MovedEnd = Pick<Alert, "endsAt" | "updatedAt" | "timeout">;

/** What whole milliseconds in UTC leave out of the two times of a moved end; "" when that is nothing. */
export function encodeExact({ endsAt, updatedAt }: MovedEnd): string {
  const exact = [endsAt.nanos, endsAt.offset, updatedAt.nanos, updatedAt.offset];
  return exact.every((n) => n === 0) ? "" : JSON.stringify(exact);
}

export function decodeEnd(ends: number, updated: number, timeout: number, exact: string): MovedEnd {
  if (exact === "")
    return { endsAt: sharedTimestamp(ends), updatedAt: sharedTimestamp(updated), timeout: timeout === 1 };
  const [endNanos, endOffset, updatedNanos, updatedOffset] = JSON.parse(exact) as number[];
  return {
    endsAt: sharedTimestamp(ends, endNanos, endOffset),
    updatedAt: sharedTimestamp(updated, updatedNanos, updatedOffset),
    timeout: timeout === 1,
  };
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
