import { expect, test } from "bun:test";
import { startPgBouncer, startPostgres, whyNoPgBouncer } from "./postgres.ts";

test("each caller has an empty database, and one cannot stop the server of the others", async () => {
  await using a = await startPostgres();
  await using b = await startPostgres();
  await a.psql("CREATE TABLE t AS SELECT 1 AS n");

  expect(await a.psql("SELECT n FROM t")).toEqual([{ n: 1 }]);
  expect(await b.psql("SELECT to_regclass('t') AS t")).toEqual([{ t: null }]);
  expect(() => a.stop()).toThrow("own: true");
});

test("a server of one's own keeps its data while stopped, and its connections while paused", async () => {
  await using server = await startPostgres({ own: true });
  await server.psql("CREATE TABLE t AS SELECT 1 AS n");
  await server.stop();
  await expect(server.psql("SELECT 1")).rejects.toThrow();
  await server.start();
  await server.pause();
  const answer = server.psql("SELECT n FROM t");
  await server.resume();

  expect(await answer).toEqual([{ n: 1 }]);
});

test.skipIf(whyNoPgBouncer() !== undefined)("a pool in front of a database shows the same database", async () => {
  await using server = await startPostgres();
  await server.psql("CREATE TABLE t AS SELECT 1 AS n");
  await using pool = await startPgBouncer(server);
  const { default: postgres } = await import("postgres");
  const sql = postgres(pool.url, { max: 1, prepare: false, fetch_types: false });

  expect([...(await sql`SELECT n FROM t`)]).toEqual([{ n: 1 }]);
  await sql.end();
});
