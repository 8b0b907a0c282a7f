import { parsePlusConfig } from "../../config/plus.ts";
import type { PostgresSettings } from "../../config/plus/postgres.ts";

/** What the settings come to for a server whose environment names this URL. */
export function settingsFor(url: string, change: Partial<PostgresSettings> = {}): PostgresSettings {
  const { postgres } = parsePlusConfig("", { ALERTMANAGER_POSTGRES_URL: url }).storage;
  return { ...(postgres as PostgresSettings), ...change };
}
