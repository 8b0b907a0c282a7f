import type { PostgresSettings } from "../config/plus/postgres.ts";
import type { Count, Counts, Snapshot } from "../core/backup/newer.ts";
import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { Stored } from "../core/interfaces/storage.ts";
import { HistoryAppender } from "./append-history.ts";
import { join, openPostgres } from "./database.ts";
import { openDirectory, type OnUnreadable } from "./directory.ts";
import type { Source } from "./format.ts";
import { restoreBackup, type Restored } from "./restore.ts";
import { heardUntil, StoredDestination } from "./stored.ts";
import { historyOf, writeBackup } from "./write.ts";

/** A database without a server between: a directory's, while no server runs on it, or one that servers share. */
export type Place = { readonly directory: string } | { readonly postgres: PostgresSettings };

/** Writes a backup of what is in a database, piece by piece. @throws StorageError, Error */
export async function* backUp(place: Place, onUnreadable: OnUnreadable): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const isFile = "directory" in place;
  const storage = isFile
    ? await openDirectory(place.directory, { create: false, onUnreadable })
    : await openPostgres(place.postgres, onUnreadable);
  try {
    const stored = await storage.load();
    const source: Source = isFile ? "sqlite" : "postgres";
    yield* writeBackup({ ...stored, takenAt: lastHeard(stored) }, source, historyOf(storage));
  } finally {
    await storage.close();
  }
}

/** Restores a backup into a database. @throws BackupError, StorageError, Error */
export async function restoreInto(
  place: Place,
  open: () => AsyncIterable<Uint8Array>,
  onUnreadable: OnUnreadable,
): Promise<Restored> {
  return "directory" in place
    ? restoreIntoDirectory(place.directory, open, onUnreadable)
    : restoreIntoPostgres(place.postgres, open, onUnreadable);
}

async function restoreIntoDirectory(
  directory: string,
  open: () => AsyncIterable<Uint8Array>,
  onUnreadable: OnUnreadable,
): Promise<Restored> {
  const storage = await openDirectory(directory, { create: true, onUnreadable });
  try {
    const stored = await storage.load();
    if (stored.sharedUntil !== undefined) {
      throw new Error(
        `${directory} holds a copy of a Postgres database, in which what it does not have counts as gone: expected --postgres, or another directory`,
      );
    }
    const first = (takenAt: number) => heardUntil(stored, takenAt);
    const options = { storage, stored, now: Date.now(), deafUntil: undefined, first };
    return await restoreBackup(open, new StoredDestination(options));
  } finally {
    await storage.close();
  }
}

async function restoreIntoPostgres(
  settings: PostgresSettings,
  open: () => AsyncIterable<Uint8Array>,
  onUnreadable: OnUnreadable,
): Promise<Restored> {
  const storage = await openPostgres(settings, onUnreadable);
  try {
    const { stored, now, inUseBy, isUnused } = await join(storage);
    if (inUseBy.length > 0) {
      throw new Error(
        `the database is in use by ${inUseBy.join(", ")}: restore through one of these servers, with --url, or stop them`,
      );
    }
    const deafUntil = isUnused ? now : undefined;
    return await restoreBackup(open, new StoredDestination({ storage, stored, now, deafUntil, first: () => ({}) }));
  } finally {
    await storage.close();
  }
}

/** What was moved, by kind. */
export type Migrated = Counts & { readonly history: Count };

/**
 * Moves what a directory's server has into a database that servers share. The directory keeps it, with the note that all of
 * it is in the database: a server that starts on both later has nothing of it to tell.
 *
 * @throws StorageError naming the file when a server holds it
 */
export async function migrate(
  directory: string,
  settings: PostgresSettings,
  onUnreadable: OnUnreadable,
): Promise<Migrated> {
  const local = await openDirectory(directory, { create: false, onUnreadable });
  try {
    const stored = await local.load();
    const shared = await openPostgres(settings, onUnreadable);
    try {
      const { counts, now } = await moveAll(stored, shared);
      const history = new HistoryAppender(shared);
      for await (const rows of historyOf(local)) await history.append(rows);
      const moved = { ...counts, history: await history.finish() };
      await local.commit({ sharedUntil: Math.max(now, lastHeard(stored), Date.now()) });
      return moved;
    } finally {
      await shared.close();
    }
  } finally {
    await local.close();
  }
}

async function moveAll(stored: Stored, storage: SharedStorage): Promise<{ counts: Counts; now: number }> {
  const there = await join(storage);
  const { now } = there;
  const destination = new StoredDestination({ ...there, storage, deafUntil: now, first: () => ({}) });
  return { counts: await destination.takeIn(toTell(stored, there)), now };
}

/** What a server knew that stopped, but for alerts that were in the database before and are gone from it by now. */
function toTell(stored: Stored, { stored: theirs, isUnused }: Awaited<ReturnType<typeof join>>): Snapshot {
  const takenAt = lastHeard(stored);
  const { sharedUntil } = stored;
  if (sharedUntil === undefined || isUnused) return { ...stored, takenAt };
  const known = new Set(theirs.alerts.map((alert) => alert.labels.key));
  const alerts = stored.alerts.filter(({ labels, updatedAt }) => updatedAt.ms > sharedUntil || known.has(labels.key));
  return { ...stored, alerts, takenAt };
}

/** ms; when the server that stored this was last alive. */
function lastHeard({ aliveAt, alerts }: Stored): number {
  return aliveAt ?? alerts.reduce((last, { updatedAt }) => Math.max(last, updatedAt.ms), 0);
}
