import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryRow } from "../../core/interfaces/storage.ts";
import { testStorage } from "../conformance.ts";
import { createSqliteStorage } from "./index.ts";

testStorage("SQLite", async () => {
  const directory = await mkdtemp(join(tmpdir(), "store-"));
  return {
    open: () => createSqliteStorage({ directory }),
    async history() {
      const db = new Database(join(directory, "alertmanager.db"));
      const rows = db.query("SELECT at, kind, subject, detail FROM history ORDER BY position").all();
      db.close();
      return (rows as (HistoryRow & { detail: string })[]).map((row) =>
        Object.assign(row, { detail: JSON.parse(row.detail) }),
      );
    },
    remove: () => rm(directory, { recursive: true }),
  };
});
