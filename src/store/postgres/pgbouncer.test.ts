import { afterAll, beforeAll, describe } from "bun:test";
import {
  startPgBouncer,
  startPostgres,
  whyNoPgBouncer,
  type PgBouncer,
  type TestPostgres,
} from "../../../test/support/postgres.ts";
import { testSharedStorage } from "../shared-conformance.ts";
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

// A pool that gives each transaction any of its connections.
describe.skipIf(whyNoPgBouncer() !== undefined)("PgBouncer", () => {
  let database: TestPostgres;
  let pool: PgBouncer;
  let schemas = 0;
  beforeAll(async () => {
    database = await startPostgres();
    pool = await startPgBouncer(database);
  });
  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  testSharedStorage("Postgres behind PgBouncer", async () => {
    const schema = `pooled_${++schemas}`;
    return {
      open: () => createPostgresStorage({ settings: settingsFor(pool.url, { schema }) }),
      async passTime(ms) {
        await database.psql(`UPDATE ${schema}.replicas SET seen_at = seen_at - ${ms}`);
        await database.psql(
          `UPDATE ${schema}.groups SET next_flush_at = next_flush_at - ${ms}, lease_until = lease_until - ${ms}`,
        );
      },
      remove: async () => undefined,
    };
  });
});
