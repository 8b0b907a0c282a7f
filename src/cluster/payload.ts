import type { NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Timestamp } from "../core/model/timestamp.ts";
import { decodeNotificationLog, encodeNotificationLog } from "../store/upstream/notification-log.ts";
import { decodeSilences, encodeSilences } from "../store/upstream/silences.ts";
import { ChannelError } from "./errors.ts";
import { FRAME_LIMIT } from "./frames.ts";

/** Bytes that silences or log entries are gathered to before they are sent. */
const FULL = 64 << 10;

/** The furthest a date can be from 1970, ms. */
const LAST_DATE = 8.64e15;
const YEAR_1 = -62_135_596_800_000;

/** Told of what is left out, and why. */
export type OnLeftOut = (what: string, reason: string) => void;

/** Silences in upstream's encoding, in pieces of a size to send. @param retention ms */
export function encodedSilences(
  silences: Iterable<Silence>,
  retention: number,
  onLeftOut: OnLeftOut,
): Generator<Uint8Array> {
  return pieces(
    silences,
    (silence) => encodeSilences([silence], retention),
    ({ id }) => `silence ${id}`,
    onLeftOut,
  );
}

/** Log entries in upstream's encoding, in pieces of a size to send. */
export function encodedLogEntries(
  entries: Iterable<NotificationLogEntry>,
  onLeftOut: OnLeftOut,
): Generator<Uint8Array> {
  return pieces(
    entries,
    (entry) => encodeNotificationLog([entry]),
    ({ key }) => `log entry ${key}`,
    onLeftOut,
  );
}

export function* pieces<T>(
  items: Iterable<T>,
  encode: (item: T) => Uint8Array,
  name: (item: T) => string,
  onLeftOut: OnLeftOut,
): Generator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for (const item of items) {
    const bytes = encode(item);
    if (bytes.length >= FRAME_LIMIT) {
      onLeftOut(name(item), `it has ${bytes.length} bytes, less than ${FRAME_LIMIT} were expected`);
      continue;
    }
    if (held.length > 0 && size + bytes.length > FULL) {
      yield Buffer.concat(held);
      [held, size] = [[], 0];
    }
    held.push(bytes);
    size += bytes.length;
  }
  if (held.length > 0) yield Buffer.concat(held);
}

/**
 * Reads silences another member sent. One that could not have come from a server's API is left out.
 *
 * @throws ChannelError `malformed`
 */
export function decodedSilences(payload: Uint8Array, onLeftOut: OnLeftOut): Silence[] {
  const silences = decoded(() => decodeSilences(payload, (id, error) => onLeftOut(`silence ${id}`, error.message)));
  return silences.filter(({ id, matcherSets, startsAt, endsAt, updatedAt }) => {
    // A silence without matchers would mute everything.
    const matches = matcherSets.length > 0 && matcherSets.every((set) => set.length > 0);
    const good = id !== "" && matches && [startsAt, endsAt, updatedAt].every(isTime);
    if (!good) onLeftOut(`silence ${id}`, "an ID, matchers and times were expected");
    return good;
  });
}

/** Reads log entries another member sent. @throws ChannelError `malformed` */
export function decodedLogEntries(payload: Uint8Array, onLeftOut: OnLeftOut): NotificationLogEntry[] {
  return decoded(() => decodeNotificationLog(payload)).filter(({ key, index, timestamp, expiresAt }) => {
    const good = isDate(timestamp) && isDate(expiresAt) && Number.isSafeInteger(index) && index >= 0;
    if (!good) onLeftOut(`log entry ${key}`, "an index and times were expected");
    return good;
  });
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (e) {
    throw new ChannelError("malformed", `state that cannot be decoded: ${(e as Error).message}`);
  }
}

function isTime({ ms, nanos }: Timestamp): boolean {
  return isDate(ms) && Number.isInteger(nanos) && nanos >= 0 && nanos < 1e6;
}

function isDate(ms: number): boolean {
  return Number.isInteger(ms) && ms >= YEAR_1 && ms <= LAST_DATE;
}
