import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { Silence } from "../../core/model/silence.ts";
import { decodeNotificationLog, encodeNotificationLog } from "./notification-log.ts";
import { decodeSilences, encodeSilences } from "./silences.ts";
import type { OnInvalidSilence } from "./silences.ts";

/** Upstream's snapshot files below its `--storage.path`. */
const SILENCES = "silences";
const NOTIFICATION_LOG = "nflog";

export interface UpstreamSnapshots {
  readonly silences: readonly Silence[];
  readonly notificationLog: readonly NotificationLogEntry[];
}

/** A snapshot file that cannot be read. The message begins as upstream's does, which refuses to start as well. */
export class SnapshotError extends Error {}

/**
 * Reads the files upstream left in a directory; a file that is missing is an empty one.
 *
 * @throws SnapshotError naming the file
 */
export async function readUpstreamSnapshots(
  directory: string,
  onInvalidSilence: OnInvalidSilence,
): Promise<UpstreamSnapshots> {
  const notificationLog = await read(join(directory, NOTIFICATION_LOG), "notification log", decodeNotificationLog);
  const silences = await read(join(directory, SILENCES), "silence", (file) => decodeSilences(file, onInvalidSilence));
  return { silences, notificationLog };
}

async function read<T>(path: string, what: string, decode: (file: Uint8Array) => T[]): Promise<T[]> {
  try {
    return decode(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new SnapshotError(`error creating ${what}: ${path}: ${(error as Error).message}`);
  }
}

/**
 * Writes the files upstream starts from, each whole or not at all.
 *
 * @param snapshots `retention`: how long expired silences stay, ms (`--data.retention`)
 */
export async function writeUpstreamSnapshots(
  directory: string,
  snapshots: UpstreamSnapshots & { readonly retention: number },
): Promise<void> {
  await write(join(directory, SILENCES), encodeSilences(snapshots.silences, snapshots.retention));
  await write(join(directory, NOTIFICATION_LOG), encodeNotificationLog(snapshots.notificationLog));
}

async function write(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString("hex")}`;
  const file = await open(temporary, "wx", 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
