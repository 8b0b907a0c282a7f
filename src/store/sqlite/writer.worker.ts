/**
 * The thread that owns the database. SQLite's calls block, and on a disk that hangs they block for as long as it hangs:
 * here they hold up nothing but the next commit.
 *
 * What the thread costs beside calling SQLite on the server's own (2 cores, ext4, rows of 400 bytes; latency at the
 * median, CPU of all threads): 2 ms at the start and 5 MB; one commit at a time 57 us instead of 7 us, and 54 us of CPU
 * instead of 16; with 32 one-row commits in flight 6.7 us of CPU a row instead of 4.9, with 8 of 64 rows 3.0 instead of 2.9.
 * It stores 150,000 one-row commits a second that way, and 300,000 rows a second in batches of 64.
 */
import type { Database } from "bun:sqlite";
import { openDatabase } from "./database.ts";
import { explainFailure } from "./errors.ts";
import { historyPath } from "./history-database.ts";
import { Maintenance, sizeOnDisk } from "./maintenance.ts";
import { Answer, Ask, Meta, failureText } from "./protocol.ts";
import type { Opened, OpenOptions } from "./protocol.ts";
import { takeOverHistory } from "./history-file.ts";
import { readAll } from "./reader.ts";
import { Writer } from "./writer.ts";

declare const self: Worker;

function answer(text: string | number): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's
  self.postMessage(text);
}

interface OpenStore {
  readonly db: Database;
  readonly path: string;
  readonly writer: Writer;
  readonly maintenance: Maintenance;
}

let store: OpenStore | undefined;

function open(options: OpenOptions): Opened {
  const db = openDatabase(options);
  const { path } = options;
  store = { db, path, writer: new Writer(db, path), maintenance: new Maintenance(db, options) };
  takeOverHistory(db, options);
  const exists = (sql: string) => {
    using statement = db.prepare(sql);
    return statement.get() !== null;
  };
  return {
    empty: !exists("SELECT 1 FROM alerts") && !exists("SELECT 1 FROM alert_ends"),
    takenOver: exists(`SELECT 1 FROM meta WHERE name = '${Meta.takenOverAt}' AND value > 0`),
    sizeBytes: store.maintenance.sizeBytes,
    historyBytes: sizeOnDisk(historyPath(path)),
  };
}

function opened(): OpenStore {
  if (store === undefined) throw new Error("the database is not open");
  return store;
}

function commit(packed: string): void {
  const { writer, maintenance } = opened();
  writer.commit(packed);
  answer(maintenance.sizeBytes);
  try {
    maintenance.run();
  } catch {
    return; // A full disk: what was answered is stored, the rest is tried again after the next commit.
  }
}

function load(): void {
  const { db, path } = opened();
  try {
    readAll(db, (rows) => answer(Answer.rows + rows));
  } catch (error) {
    throw explainFailure(path, error);
  }
  answer(Answer.loaded);
  // What the rows passed through here is garbage now: some 15 MB for 50,000 alerts, which would stay until the next need.
  Bun.gc(true);
}

function close(): void {
  store?.writer.close();
  store?.maintenance.close();
  store?.db.close(true);
  store = undefined;
  answer(Answer.closed);
}

self.addEventListener("message", ({ data }: MessageEvent<string>) => {
  const rest = data.slice(1);
  try {
    switch (data[0]) {
      case Ask.commit:
        return commit(rest);
      case Ask.load:
        return load();
      case Ask.open:
        return answer(Answer.opened + JSON.stringify(open(JSON.parse(rest) as OpenOptions)));
      case Ask.close:
        return close();
    }
  } catch (error) {
    answer(failureText(error));
  }
});
