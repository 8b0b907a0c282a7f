import { afterAll, beforeAll } from "bun:test";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import type { HistoryRow } from "../../core/interfaces/storage.ts";
import { testStorage } from "../conformance.ts";
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
let schemas = 0;
beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);

testStorage("Postgres", async () => {
  const schema = `place_${++schemas}`;
  return {
    open: () => createPostgresStorage({ settings: settingsFor(database.url, { schema }) }),
    async history() {
      const rows = await database.psql(`SELECT at, kind, subject, detail FROM ${schema}.history ORDER BY position`);
      return rows.map((row): HistoryRow => {
        const { at, kind, subject, detail } = row as Record<string, string>;
        return {
          at: Number(at),
          kind: kind as HistoryRow["kind"],
          subject: JSON.parse(subject as string),
          detail: JSON.parse(detail as string),
        };
      });
    },
    remove: async () => undefined,
  };
});
