import { createSqliteStorage } from "../store/sqlite/index.ts";
import { writeUpstreamSnapshots } from "../store/upstream/index.ts";
import { optionsOf, readFlags } from "./flags.ts";
import { PROCESS_TERMINAL, type Terminal } from "./terminal.ts";

/**
 * `alertmanager export`: writes upstream's `silences` and `nflog` files into the storage directory from what is stored
 * there, so that upstream can take over again without lifting a silence or repeating a page (promise 6). Takes the
 * server's flags, of which `--storage.path` and `--data.retention` count. The server must not be running on the directory.
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
    const storage = await createSqliteStorage({ directory: dataDir });
    const { silences, notificationLog } = await storage.load();
    await writeUpstreamSnapshots(dataDir, { silences, notificationLog, retention: retentionMs });
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
