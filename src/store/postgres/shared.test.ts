import { afterAll, beforeAll } from "bun:test";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { testSharedStorage } from "../shared-conformance.ts";
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
let schemas = 0;
beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);

testSharedStorage("Postgres", async () => {
  const schema = `shared_${++schemas}`;
  return {
    open: () => createPostgresStorage({ settings: settingsFor(database.url, { schema }) }),
    async passTime(ms) {
      await database.psql(`UPDATE ${schema}.replicas SET seen_at = seen_at - ${ms}`);
      await database.psql(
        `UPDATE ${schema}.groups SET next_flush_at = next_flush_at - ${ms}, lease_until = lease_until - ${ms}`,
      );
    },
    remove: async () => undefined,
  };
});
