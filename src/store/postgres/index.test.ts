import { afterAll, beforeAll } from "bun:test";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { testStorage } from "../conformance.ts";
import { testHistory } from "../history-conformance.ts";
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
let schemas = 0;
beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);

for (const testAll of [testStorage, testHistory])
  testAll("Postgres", async () => {
    const schema = `place_${++schemas}`;
    return {
      open: () => createPostgresStorage({ settings: settingsFor(database.url, { schema }) }),
      remove: async () => undefined,
    };
  });
