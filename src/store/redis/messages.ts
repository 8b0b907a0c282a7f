import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { Silence } from "../../core/model/silence.ts";
import { decodeNotificationLog } from "../upstream/notification-log.ts";
import { decodeSilences } from "../upstream/silences.ts";

/** Bytes of one message at most. An outcome with more than 100,000 alerts is not told; the others learn of it from the database. */
export const MAX_MESSAGE = 2 ** 20;

/** Puts records together into messages that are not too long; a record that is too long by itself is left out. */
export function pack(records: readonly Uint8Array[], from: string): Buffer[] {
  const head = Buffer.from(`${JSON.stringify(from)}\n`);
  const messages: Buffer[] = [];
  let parts: Uint8Array[] = [];
  let length = head.length;
  const flush = () => {
    if (parts.length > 0) messages.push(Buffer.concat([head, ...parts]));
    parts = [];
    length = head.length;
  };
  for (const record of records) {
    if (head.length + record.length > MAX_MESSAGE) continue;
    if (length + record.length > MAX_MESSAGE) flush();
    parts.push(record);
    length += record.length;
  }
  flush();
  return messages;
}

export interface Message {
  readonly from: string;
  readonly records: Uint8Array;
}

/** @throws Error when it is none of ours */
export function unpack(message: Buffer): Message {
  if (message.length > MAX_MESSAGE)
    throw new Error(`message of ${message.length} bytes; expected ${MAX_MESSAGE} at most`);
  const end = message.indexOf("\n");
  const from: unknown = JSON.parse(message.toString("utf8", 0, Math.max(0, end)));
  if (typeof from !== "string") throw new Error("message without the name of a server");
  return { from, records: message.subarray(end + 1) };
}

/** Reads entries of the notification log in upstream's encoding. @throws Error when one makes no sense */
export function readLogEntries(records: Uint8Array): readonly NotificationLogEntry[] {
  const entries = decodeNotificationLog(records);
  for (const { key, groupKey, receiver, integration, index, timestamp, expiresAt } of entries) {
    const named = groupKey !== "" && receiver !== "" && integration !== "" && index >= 0;
    if (!named || timestamp <= 0 || expiresAt < timestamp) {
      throw new Error(`notification log entry ${JSON.stringify(key)} makes no sense`);
    }
  }
  return entries;
}

/** Reads silences in upstream's encoding. @throws Error when one makes no sense */
export function readSilences(records: Uint8Array): readonly Silence[] {
  const silences = decodeSilences(records, (id, error) => {
    throw new Error(`silence ${JSON.stringify(id)}: ${error.message}`, { cause: error });
  });
  for (const { id, matcherSets, startsAt, endsAt, updatedAt } of silences) {
    const matches = matcherSets.length > 0 && matcherSets.every((set) => set.length > 0);
    if (id === "" || !matches || updatedAt.ms <= 0 || endsAt.compare(startsAt) < 0) {
      throw new Error(`silence ${JSON.stringify(id)} makes no sense`);
    }
  }
  return silences;
}
