import { existsSync } from "node:fs";
import { join } from "node:path";
import { openHistoryWriter, openWriter } from "../store/sqlite/port.ts";
import { SqliteStorage } from "../store/sqlite/storage.ts";
import { makeDataDirectory } from "../store/data-directory.ts";

/** How long another process may take to let go of the disk, ms. */
const PATIENCE = 60_000;

export type OnUnreadable = (what: string, error: Error) => void;

/**
 * Opens the database of a server that is not running. Nothing of its history is trimmed, and what upstream left in the
 * directory stays for the server to read.
 *
 * @param create whether to make what is not there
 * @throws Error naming the directory where there is nothing; StorageError naming the file when a server holds it
 */
export async function openDirectory(
  directory: string,
  { create, onUnreadable }: { readonly create: boolean; readonly onUnreadable: OnUnreadable },
): Promise<SqliteStorage> {
  const path = join(directory, "alertmanager.db");
  if (create) makeDataDirectory(directory);
  else if (!existsSync(path)) {
    throw new Error(`there is no alertmanager.db in ${directory}: expected the --storage.path of a server`);
  }
  const kept = Number.MAX_SAFE_INTEGER;
  const storage = new SqliteStorage(
    { path, sync: "full", patience: PATIENCE, historyRetention: kept, historyMaxBytes: kept, onUnreadable },
    openWriter,
    openHistoryWriter,
  );
  await storage.open();
  return storage;
}
