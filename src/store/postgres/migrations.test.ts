import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { eventually } from "../../../test/support/wait.ts";
import { alertOf, classificationOf, failureOf } from "../fixtures.ts";
import { checkConnection, createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);

test("several servers that come at once make the schema once", async () => {
  const settings = settingsFor(database.url, { schema: "at_once" });
  const storages = await Promise.all(Array.from({ length: 5 }, () => createPostgresStorage({ settings })));

  await Promise.all(storages.map((storage) => storage.load()));

  expect(await database.psql("SELECT version, name FROM at_once.schema_migrations")).toEqual([
    { version: 1, name: "initial" },
    { version: 2, name: "classifications" },
    { version: 3, name: "history" },
    { version: 4, name: "documents" },
  ]);
  await Promise.all(storages.map((storage) => storage.close()));
});

test("everything is in a schema of its own, whatever its name", async () => {
  const schema = 'Ünusual "na.me"';
  const storage = await createPostgresStorage({ settings: settingsFor(database.url, { schema }) });
  await storage.load();
  await storage.commit({ alerts: [alertOf({ alertname: "A" })] });

  const where = "FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'at_once')";
  const schemas = await database.psql(`SELECT DISTINCT schemaname ${where}`);
  expect(schemas).toEqual([{ schemaname: schema }]);
  await storage.close();
});

test("a database of the version before is brought up to date with what is in it, beside a server of that version", async () => {
  const settings = settingsFor(database.url, { schema: "before" });
  const alert = alertOf({ alertname: "A" });
  const old = await createPostgresStorage({ settings });
  await old.load();
  await old.commit({ alerts: [alert] });
  await old.close();
  await database.psql(
    "DROP TABLE before.classifications, before.documents, before.history_pairs, before.history_sets, before.history_set_pairs, before.history_events, before.history_links, before.history_state; DROP SEQUENCE before.history_numbers",
  );
  await database.psql("DELETE FROM before.schema_migrations WHERE version > 1");

  const storage = await createPostgresStorage({ settings });
  expect(await storage.load()).toMatchObject({ alerts: [{ generatorURL: alert.generatorURL }], classifications: [] });
  await storage.commit({ classifications: [classificationOf(alert)] });
  expect((await storage.load()).classifications).toEqual([classificationOf(alert)]);
  // One of the version before removes alerts and knows of no more; what is left over is removed in passing.
  await database.psql("DELETE FROM before.alerts");
  await storage.close();
  const next = await createPostgresStorage({ settings });
  await next.load();
  await eventually("tidied up", async () => (await database.psql("SELECT 1 FROM before.classifications")).length === 0);
  await next.close();
});

test("a database that a newer server needs for itself is refused, and one it shares is not", async () => {
  const settings = settingsFor(database.url, { schema: "newer" });
  await checkConnection(settings);
  await database.psql("INSERT INTO newer.schema_migrations VALUES (7, 'later', 1, 0)");
  await checkConnection(settings);
  await database.psql("INSERT INTO newer.schema_migrations VALUES (98, 'much later', 90, 0)");

  const storage = await createPostgresStorage({ settings });
  const message =
    /: schema newer has version 98, which needs a server that knows version 90 or later; this one knows version \d+$/;
  expect(await failureOf(storage.sync({ name: "a", address: "", configHash: "" }))).toMatchObject({
    code: "failed",
    message: expect.stringMatching(message),
  });
  expect(storage.health().reason).toMatch(message);
  await storage.close();
});

test("somebody who may make no schema uses one that was made for them, and is told so where there is none", async () => {
  await database.psql("CREATE ROLE guest LOGIN");
  await database.psql("CREATE SCHEMA given AUTHORIZATION guest");
  const url = new URL(database.url);
  url.username = "guest";

  await checkConnection(settingsFor(url.href, { schema: "given" }));
  expect(await failureOf(checkConnection(settingsFor(url.href, { schema: "taken" })))).toMatchObject({
    code: "failed",
    message: expect.stringContaining("permission denied for database"),
  });
  expect(
    await database.psql("SELECT tableowner FROM pg_tables WHERE tablename = 'state' AND schemaname = 'given'"),
  ).toEqual([{ tableowner: "guest" }]);
  await database.psql("DROP OWNED BY guest");
  await database.psql("DROP ROLE guest");
});
