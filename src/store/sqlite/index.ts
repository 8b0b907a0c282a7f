import { join } from "node:path";
import { readUpstreamSnapshots, type UpstreamSnapshots } from "../upstream/index.ts";
import type { OnUnreadable } from "./decoder.ts";
import { openHistoryWriter, openWriter } from "./port.ts";
import type { OpenPort } from "./port.ts";
import { SqliteStorage } from "./storage.ts";

export interface SqliteStorageOptions {
  /** The directory the database `alertmanager.db` lives in, made if missing. */
  readonly directory: string;
  /** `normal` (the default) survives the death of the process, `full` also that of the machine, for 150 us a commit. */
  readonly sync?: "normal" | "full";
  /** How long a commit may take before it is rejected, ms; 5,000 unless told. */
  readonly patience?: number;
  /** Older history is deleted, ms; 30 days unless told. */
  readonly historyRetention?: number;
  /** The oldest history is deleted when there is more than this; 8 MiB unless told. */
  readonly historyMaxBytes?: number;
  /** Told of a row that cannot be understood, such as a silence whose matchers do not compile. It stays in the database. */
  readonly onUnreadable?: OnUnreadable;
  /** Told of what upstream had left, and is stored now. */
  readonly onTakenOver?: (left: UpstreamSnapshots) => void;
  /** How to reach the writer; a worker thread unless told. */
  readonly openPort?: OpenPort;
}

const DAY = 86_400_000;

/**
 * Opens or makes the database of a storage directory. The first time, and the first time after they were written back
 * for upstream, the silences and the notification log upstream left in that directory are taken over, in one transaction
 * with the note that they have been.
 *
 * @throws StorageError saying what is wrong with which file: damaged, in use, not writable, too new
 * @throws SnapshotError when upstream's files cannot be read
 */
export async function createSqliteStorage(options: SqliteStorageOptions): Promise<SqliteStorage> {
  const storage = new SqliteStorage(
    {
      path: join(options.directory, "alertmanager.db"),
      sync: options.sync ?? "normal",
      patience: options.patience ?? 5_000,
      historyRetention: options.historyRetention ?? 30 * DAY,
      historyMaxBytes: options.historyMaxBytes ?? 8 * 1024 * 1024,
      onUnreadable: options.onUnreadable ?? (() => undefined),
    },
    options.openPort ?? openWriter,
    openHistoryWriter,
  );
  const { takenOver } = await storage.open();
  if (!takenOver) await takeOver(storage, options);
  return storage;
}

async function takeOver(storage: SqliteStorage, options: SqliteStorageOptions): Promise<void> {
  const { directory, onUnreadable, onTakenOver } = options;
  try {
    const snapshots = await readUpstreamSnapshots(directory, (id, error) => onUnreadable?.(`silence ${id}`, error));
    await storage.takeOver(snapshots, Date.now());
    if (snapshots.silences.length + snapshots.notificationLog.length > 0) onTakenOver?.(snapshots);
  } catch (error) {
    await storage.close();
    throw error;
  }
}
