import type { PostgresSettings } from "../../config/plus/postgres.ts";
import { postgresIn } from "../../backup/database.ts";
import { migrate } from "../../backup/offline.ts";
import type { Values } from "../../kingpin/index.ts";
import type { Terminal } from "../../kingpin/terminal.ts";
import { MIGRATED_DIRECTORY, PLUS_CONFIG_FILE, SCHEMA_ONLY } from "./flags.ts";
import { unreadableTo } from "./place.ts";
import { countLines } from "./summary.ts";

/** `alertmanager migrate`. @throws Error */
export async function migrateDirectory(values: Values, terminal: Terminal): Promise<void> {
  const directory = values.get(MIGRATED_DIRECTORY);
  const settings = postgresIn(values.get(PLUS_CONFIG_FILE));
  if (values.get(SCHEMA_ONLY)) {
    // Whoever connects brings the tables up to date.
    const { checkConnection } = await import("../../store/postgres/index.ts");
    await checkConnection(settings);
    terminal.out(`the tables are up to date in schema ${settings.schema} of ${nameOf(settings)}\n`);
    return;
  }
  const counts = await migrate(directory, settings, unreadableTo(terminal.error));
  terminal.out(`moved ${directory} into ${nameOf(settings)}\n${countLines(counts)}`);
}

function nameOf({ servers, database }: PostgresSettings): string {
  return `the database ${database} at ${servers.map(({ host, port }) => `${host}:${port}`).join(",")}`;
}
