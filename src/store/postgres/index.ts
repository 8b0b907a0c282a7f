import type { PostgresSettings } from "../../config/plus/postgres.ts";
import type { SharedStorage } from "../../core/interfaces/shared-storage.ts";
import { Database } from "./database.ts";
import type { OnUnreadable } from "./feed.ts";
import { PostgresStorage } from "./storage.ts";

export interface PostgresStorageOptions {
  readonly settings: PostgresSettings;
  /** The name of this server, for whoever looks into the database. */
  readonly replica?: string;
  /** Older history is deleted, ms; 14 days unless told. */
  readonly historyRetention?: number;
  /** The oldest history is deleted when there is more than this; 8 MiB unless told. */
  readonly historyMaxBytes?: number;
  /** Told of a row that cannot be understood, such as a silence whose matchers do not compile. It stays in the database. */
  readonly onUnreadable?: OnUnreadable;
}

const DAY = 86_400_000;

/**
 * Prepares for a database that several servers share. It does not have to answer now: it is connected to, and our schema made
 * or brought up to date, by whatever is asked of it first; every method rejects with a StorageError saying what is wrong
 * while that does not work.
 */
export function createPostgresStorage(options: PostgresStorageOptions): Promise<SharedStorage> {
  const { settings, replica = "" } = options;
  const storage = new PostgresStorage(databaseOf(settings, replica), {
    replica,
    schema: settings.schema,
    historyRetention: options.historyRetention ?? 14 * DAY,
    historyMaxBytes: options.historyMaxBytes ?? 8 * 1024 * 1024,
    onUnreadable: options.onUnreadable ?? (() => undefined),
  });
  return Promise.resolve(storage);
}

/**
 * Connects once and sees to it that our schema is there and of a version we can use.
 *
 * @throws StorageError saying what is wrong: unreachable, refused, too old or too new
 */
export async function checkConnection(settings: PostgresSettings): Promise<void> {
  const { pool, deadline } = databaseOf(settings, "");
  try {
    await pool.use(deadline, async () => undefined);
  } finally {
    pool.close();
  }
}

function databaseOf(settings: PostgresSettings, replica: string): Database {
  return new Database({
    place: { ...settings, application: `alertmanager ${replica}`.trim() },
    schema: settings.schema,
    patience: settings.timeout,
    maxConnections: settings.max_connections,
  });
}
