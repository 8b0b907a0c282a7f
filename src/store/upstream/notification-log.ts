import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { ReceiverData } from "../../core/model/notification.ts";
import { readTime, writeTime } from "./time.ts";
import { WireReader, WireWriter, fromHex, toHex } from "./wire.ts";

type Draft = { -readonly [K in Exclude<keyof NotificationLogEntry, "key">]: NotificationLogEntry[K] };

/**
 * Reads a snapshot of the notification log (spec §6.8).
 *
 * @throws WireError when it cannot be decoded
 */
export function decodeNotificationLog(file: Uint8Array): NotificationLogEntry[] {
  const entries: NotificationLogEntry[] = [];
  const reader = new WireReader(file);
  while (!reader.done) {
    const mesh = new WireReader(reader.lengthDelimited());
    const draft: Draft = {
      groupKey: "",
      receiver: "",
      integration: "",
      index: 0,
      firing: [],
      resolved: [],
      timestamp: 0,
      expiresAt: 0,
      receiverData: {},
    };
    while (!mesh.done) {
      const field = mesh.field();
      if (field === 1) readEntry(mesh.message(), draft);
      else if (field === 2) draft.expiresAt = readTime(mesh.message()).ms;
      else mesh.skip();
    }
    entries.push({ key: `${draft.groupKey}:${draft.receiver}/${draft.integration}/${draft.index}`, ...draft });
  }
  return entries;
}

/** Fields 3 and 4, one hash for a whole group and whether it was resolved, have not been written for many releases. */
function readEntry(message: WireReader, draft: Draft): void {
  const firing: string[] = [];
  const resolved: string[] = [];
  const data: [string, string | number][] = [];
  while (!message.done) {
    const field = message.field();
    if (field === 1) draft.groupKey = message.text();
    else if (field === 2) readReceiver(message.message(), draft);
    else if (field === 5) draft.timestamp = readTime(message.message()).ms;
    else if (field === 6) firing.push(...message.uint64s().map(toHex));
    else if (field === 7) resolved.push(...message.uint64s().map(toHex));
    else if (field === 8) data.push(readReceiverData(message.message()));
    else message.skip();
  }
  draft.firing = firing.sort();
  draft.resolved = resolved.sort();
  draft.receiverData = Object.fromEntries(data);
}

function readReceiver(message: WireReader, draft: Draft): void {
  while (!message.done) {
    const field = message.field();
    if (field === 1) draft.receiver = message.text();
    else if (field === 2) draft.integration = message.text();
    else if (field === 3) draft.index = message.int();
    else message.skip();
  }
}

function readReceiverData(message: WireReader): [string, string | number] {
  let key = "";
  let value: string | number = "";
  while (!message.done) {
    const field = message.field();
    if (field === 1) key = message.text();
    else if (field === 2) value = readReceiverDataValue(message.message());
    else message.skip();
  }
  return [key, value];
}

function readReceiverDataValue(message: WireReader): string | number {
  let value: string | number = "";
  while (!message.done) {
    const field = message.field();
    if (field === 1) value = message.text();
    else if (field === 2) value = message.int();
    else if (field === 3) value = message.double();
    else message.skip();
  }
  return value;
}

export function encodeNotificationLog(entries: readonly NotificationLogEntry[]): Uint8Array {
  const file = new WireWriter();
  for (const entry of entries) {
    const receiver = new WireWriter().text(1, entry.receiver).text(2, entry.integration).int(3, entry.index);
    const message = new WireWriter()
      .text(1, entry.groupKey)
      .message(2, receiver)
      .message(5, writeTime({ ms: entry.timestamp, nanos: 0 }))
      .uint64s(6, entry.firing.map(fromHex))
      .uint64s(7, entry.resolved.map(fromHex));
    writeReceiverData(message, entry.receiverData);
    const expires = writeTime({ ms: entry.expiresAt, nanos: 0 });
    file.delimited(new WireWriter().message(1, message).message(2, expires).finish());
  }
  return file.finish();
}

/** A value is one of three kinds and always written, its default included: which field it is says its kind. */
function writeReceiverData(message: WireWriter, data: ReceiverData): void {
  for (const [key, value] of Object.entries(data)) {
    const stored = new WireWriter();
    if (typeof value === "string") stored.presentText(1, value);
    else if (Number.isSafeInteger(value)) stored.presentInt(2, value);
    else stored.presentDouble(3, value);
    message.message(8, new WireWriter().presentText(1, key).message(2, stored));
  }
}
