import { hostname } from "node:os";
import { readPlusConfig } from "../config/plus.ts";
import type { PostgresSettings } from "../config/plus/postgres.ts";
import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { Stored } from "../core/interfaces/storage.ts";
import type { OnUnreadable } from "./directory.ts";

/**
 * The database that the settings name.
 *
 * @param file `--plus.config.file`; "" for none
 * @throws ConfigError, or Error when they name none
 */
export function postgresIn(file: string): PostgresSettings {
  const { postgres } = readPlusConfig(file, process.env).storage;
  if (postgres !== undefined) return postgres;
  throw new Error(
    "no Postgres is configured: expected storage.postgres in --plus.config.file, or ALERTMANAGER_POSTGRES_URL",
  );
}

/** Opens a database that servers may be using. Nothing of its history is trimmed. */
export async function openPostgres(settings: PostgresSettings, onUnreadable: OnUnreadable): Promise<SharedStorage> {
  const { createPostgresStorage } = await import("../store/postgres/index.ts");
  const kept = Number.MAX_SAFE_INTEGER;
  return createPostgresStorage({
    settings,
    replica: REPLICA,
    historyRetention: kept,
    historyMaxBytes: kept,
    onUnreadable,
  });
}

/** What commands like this one are called among the servers. */
const KIND = "(backup) ";
const REPLICA = `${KIND}${hostname()}:${process.pid}`;

/** What is in a database that is written to next. */
export interface Joined {
  readonly stored: Stored;
  /** ms; the database's clock. */
  readonly now: number;
  /** Names of the servers that are using it. */
  readonly inUseBy: readonly string[];
  /** No server has ever worked with it. */
  readonly isUnused: boolean;
}

/**
 * Reads a database as a server does that joins those which share it: where nobody was connected, that time is added to
 * the ends of what is there, so that it ends with this and does not go for what is added now.
 */
export async function join(storage: SharedStorage): Promise<Joined> {
  const { now, replicas, configHash } = await storage.sync({ name: REPLICA, address: "", configHash: "" });
  const stored = await storage.load();
  const inUseBy = replicas.map(({ name }) => name).filter((name) => !name.startsWith(KIND));
  return { stored, now, inUseBy, isUnused: configHash === undefined };
}
