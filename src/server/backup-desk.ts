import type { BackupDesk } from "../api/plus/backup/backup.ts";
import type { HistoryRow, HistoryStorage } from "../core/interfaces/storage.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { Source } from "../backup/format.ts";
import type { Destination } from "../backup/restore.ts";

/** Bytes of a backup restored into a running server, once unpacked: some 400,000 alerts. What is staged takes memory. */
const MOST_UNPACKED = 256 * 1024 * 1024;

/**
 * Backups of a running server: it alone has its database, so it reads and writes them itself. What that takes is imported
 * when first used.
 *
 * @param history where the history is now: all of it is read from one place
 */
export function createBackupDesk(
  engine: Engine,
  storage: HistoryStorage,
  source: Source,
  history: () => Pick<HistoryStorage, "readHistory">,
): BackupDesk {
  return {
    async take() {
      const { historyOf, writeBackup } = await import("../backup/write.ts");
      const snapshot = await engine.backups.take();
      const all = history();
      // That it cannot be read is to be said before anything is sent.
      await all.readHistory();
      return writeBackup(snapshot, source, writtenBy(snapshot.takenAt, historyOf(all)));
    },
    async restore(file) {
      const { restoreBackup } = await import("../backup/restore.ts");
      const open = () => new Blob([file]).stream();
      const destination: Destination = {
        storage,
        alert: (labels) => engine.alert(labels),
        takeIn: (backup) => engine.backups.takeIn(backup),
      };
      return restoreBackup(open, destination, MOST_UNPACKED);
    },
  };
}

/** What had been written by a time, ms. */
async function* writtenBy(
  time: number,
  history: AsyncIterable<readonly HistoryRow[]>,
): AsyncGenerator<readonly HistoryRow[]> {
  for await (const rows of history) yield rows.filter(({ at }) => at <= time);
}
