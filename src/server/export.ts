import { existsSync } from "node:fs";
import { join } from "node:path";

import { createSqliteStorage } from "../store/sqlite/index.ts";
import { writeUpstreamSnapshots } from "../store/upstream/index.ts";
import { optionsOf, readFlags } from "./flags.ts";
import { PROCESS_TERMINAL, type Terminal } from "../kingpin/terminal.ts";

/**
 * `alertmanager export`: writes upstream's `silences` and `nflog` files into the storage directory from what is stored
 * there, so that upstream can take over again without lifting a silence or repeating a page. Our next start
 * reads them again, with what upstream did meanwhile. Takes the server's flags, of which `--storage.path` and
 * `--data.retention` count. The server must not be running on the directory.
 */
export async function exportSnapshots(
  args: readonly string[],
  name: string,
  terminal: Terminal = PROCESS_TERMINAL,
): Promise<number> {
  const outcome = readFlags(args, name, terminal.width);
  if (outcome.kind === "print") {
    terminal.out(outcome.text);
    return 0;
  }
  try {
    if (outcome.kind === "error") throw new Error(`${outcome.message}, try --help`);
    const { dataDir, retentionMs } = optionsOf(outcome.values);
    if (!existsSync(join(dataDir, "alertmanager.db"))) {
      throw new Error(`there is no alertmanager.db in ${dataDir}: expected the --storage.path of a server`);
    }
    // Nothing is trimmed by what only copies.
    const kept = Number.MAX_SAFE_INTEGER;
    const storage = await createSqliteStorage({ directory: dataDir, historyRetention: kept, historyMaxBytes: kept });
    const { silences, notificationLog } = await storage.load();
    await writeUpstreamSnapshots(dataDir, { silences, notificationLog, retention: retentionMs });
    await storage.handBack();
    await storage.close();
    terminal.out(
      `wrote ${silences.length} silences and ${notificationLog.length} notification log entries to ${dataDir}\n`,
    );
    return 0;
  } catch (error) {
    terminal.error(`${name}: error: ${(error as Error).message}\n`);
    return 1;
  }
}
