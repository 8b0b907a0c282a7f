import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testStorage } from "../conformance.ts";
import { testHistory } from "../history-conformance.ts";
import { createSqliteStorage } from "./index.ts";

for (const testAll of [testStorage, testHistory])
  testAll("SQLite", async () => {
    const directory = await mkdtemp(join(tmpdir(), "store-"));
    return {
      open: () => createSqliteStorage({ directory }),
      remove: () => rm(directory, { recursive: true }),
    };
  });
