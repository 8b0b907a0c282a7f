import { postgresIn } from "../../server/backup/database.ts";
import { migrate } from "../../server/backup/offline.ts";
import type { Values } from "../../server/kingpin/index.ts";
import type { Terminal } from "../../server/terminal.ts";
import { MIGRATED_DIRECTORY, PLUS_CONFIG_FILE } from "./flags.ts";
import { unreadableTo } from "./place.ts";
import { countLines } from "./summary.ts";

/** `alertmanager migrate`. @throws Error */
export async function migrateDirectory(values: Values, terminal: Terminal): Promise<void> {
  const directory = values.get(MIGRATED_DIRECTORY);
  const settings = postgresIn(values.get(PLUS_CONFIG_FILE));
  const counts = await migrate(directory, settings, unreadableTo(terminal.error));
  const { servers, database } = settings;
  const hosts = servers.map(({ host, port }) => `${host}:${port}`).join(",");
  terminal.out(`moved ${directory} into the database ${database} at ${hosts}\n${countLines(counts)}`);
}
