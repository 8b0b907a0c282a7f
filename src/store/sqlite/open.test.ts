import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertOf, classificationOf, failureOf, silenceOf } from "../fixtures.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { createSqliteStorage } from "./index.ts";
import { MIGRATIONS, migrate } from "./migrations.ts";

const directories: string[] = [];

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "open-"));
  directories.push(directory);
  return directory;
}

/** A directory with a database of a few hundred alerts, and the path of that. */
async function filledDatabase(): Promise<[directory: string, path: string]> {
  const directory = await emptyDirectory();
  const storage = await createSqliteStorage({ directory });
  await storage.commit({ alerts: Array.from({ length: 500 }, (_, i) => alertOf({ alertname: `A${i}` })) });
  await storage.close();
  return [directory, join(directory, "alertmanager.db")];
}

async function openingError(directory: string): Promise<string> {
  const error = await failureOf(createSqliteStorage({ directory }));
  expect(error).toBeInstanceOf(StorageError);
  return (error as StorageError).message;
}

function edit(path: string, sql: string): void {
  const db = new Database(path);
  db.run(sql);
  db.close();
}

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

test("the directory is made if it is missing, with those above it", async () => {
  const directory = join(await emptyDirectory(), "a", "b");

  await (await createSqliteStorage({ directory })).close();

  expect((await stat(join(directory, "alertmanager.db"))).isFile()).toBe(true);
});

test("a second server on the same directory is told that there is one", async () => {
  const directory = await emptyDirectory();
  const first = await createSqliteStorage({ directory });

  expect(await openingError(directory)).toBe(
    `${join(directory, "alertmanager.db")} is in use by another process: two servers cannot share one storage directory`,
  );
  await first.commit({ aliveAt: 1 });
  await first.close();
  await (await createSqliteStorage({ directory })).close();
});

test("a storage path that is a file says so", async () => {
  const directory = join(await emptyDirectory(), "file");
  await Bun.write(directory, "");

  expect(await openingError(directory)).toContain(`the storage path ${directory} is not a directory`);
});

test("a database that is a directory says that it cannot be written", async () => {
  const directory = await emptyDirectory();
  await mkdir(join(directory, "alertmanager.db"));

  expect(await openingError(directory)).toContain(`${join(directory, "alertmanager.db")} cannot be written`);
});

test("a file that is no database is named and left as it is", async () => {
  const directory = await emptyDirectory();
  const path = join(directory, "alertmanager.db");
  const content = "this is not a database, but long enough to be looked at as one ".repeat(20);
  await Bun.write(path, content);

  expect(await openingError(directory)).toBe(
    `${path} is damaged (file is not a database): restore it from a copy, or move it and ${path}-wal away to start without what they hold`,
  );
  expect(await readFile(path, "utf8")).toBe(content);
});

test("a damaged page is found when the alerts are loaded, and the file is left as it is", async () => {
  const [directory, path] = await filledDatabase();
  const bytes = await readFile(path);
  // Pages 1 to 16 hold the schema and the roots of the tables, the alerts come after them.
  bytes.fill(0xa5, 18 * 4096, 22 * 4096);
  await Bun.write(path, bytes);

  const storage = await createSqliteStorage({ directory });
  expect(String(await failureOf(storage.load()))).toContain(`${path} is damaged`);
  await storage.close();

  expect((await readFile(path)).equals(bytes)).toBe(true);
});

test("a database of a newer server is refused, naming both versions, when this one cannot read it", async () => {
  const [directory, path] = await filledDatabase();
  edit(path, "INSERT INTO schema_migrations VALUES (7, 'future', 6, 0)");
  const known = MIGRATIONS.at(-1)?.version;

  expect(await openingError(directory)).toBe(
    `${path} has schema version 7, which needs a server that knows version 6 or later; this one knows version ${known}`,
  );
});

test("a database of a newer server is used when that left it readable", async () => {
  const [directory, path] = await filledDatabase();
  edit(path, "INSERT INTO schema_migrations VALUES (7, 'future', 1, 0)");

  const storage = await createSqliteStorage({ directory });

  expect((await storage.load()).alerts).toHaveLength(500);
  await storage.close();
});

test("migrations that are missing are applied in order, once, and all or none of them", () => {
  const db = new Database(":memory:");
  const step = (version: number, sql: string) => ({ version, name: `step ${version}`, oldestReader: 1, sql });
  const one = step(1, "CREATE TABLE a (x)");
  migrate(db, "test", [one]);

  const three = [one, step(2, "ALTER TABLE a ADD COLUMN y"), step(3, "INSERT INTO a VALUES (1, 2)")];
  expect(() => migrate(db, "test", [...three.slice(0, 2), step(3, "nonsense")])).toThrow("nonsense");
  migrate(db, "test", three);
  migrate(db, "test", three);

  expect(db.query("SELECT x, y FROM a").all()).toEqual([{ x: 1, y: 2 }]);
  expect(db.query("SELECT version, name FROM schema_migrations").values()).toEqual([
    [1, "step 1"],
    [2, "step 2"],
    [3, "step 3"],
  ]);
  db.close();
});

test("a database of the version before has no classifications yet, and takes them", async () => {
  const [directory, path] = await filledDatabase();
  edit(path, "DROP TABLE classifications");
  edit(path, "DROP TABLE cache");
  edit(path, "DROP TABLE documents");
  edit(path, "DELETE FROM schema_migrations WHERE version > 1");
  const classifications = [classificationOf(alertOf({ alertname: "A7" }))];

  const first = await createSqliteStorage({ directory });
  expect(await first.load()).toMatchObject({ classifications: [], cached: [] });
  await first.commit({ classifications });
  await first.close();
  const second = await createSqliteStorage({ directory });

  expect((await second.load()).classifications).toEqual(classifications);
  await second.close();
});

test("classifications that a server of the version before has left over count for no alert and are removed", async () => {
  const [directory, path] = await filledDatabase();
  const first = await createSqliteStorage({ directory });
  const { alerts } = await first.load();
  await first.commit({ classifications: alerts.slice(0, 3).map((alert) => classificationOf(alert)) });
  await first.close();
  // Two are removed, and another takes the row of one of them.
  edit(path, "DELETE FROM alerts WHERE id IN (1, 2)");
  edit(path, "INSERT INTO alerts SELECT 1, seq, label_names, annotation_names, content FROM alerts WHERE id = 500");
  edit(path, "DELETE FROM alerts WHERE id = 500");

  const second = await createSqliteStorage({ directory });
  const third = alerts[2] as (typeof alerts)[number];
  expect((await second.load()).classifications).toEqual([classificationOf(third)]);
  const returned = alerts[1] as (typeof alerts)[number];
  await second.commit({ alerts: [returned] });
  await second.close();

  const db = new Database(path);
  expect(db.query("SELECT id FROM classifications").values()).toEqual([[3]]);
  db.close();
});

test("what is left over in the row of an alert gives way to what that is classified as", async () => {
  const [directory, path] = await filledDatabase();
  edit(path, "INSERT INTO classifications VALUES (1, 'ffffffffffffffff', 2, 9000000000000, '[]')");
  const first = await createSqliteStorage({ directory });
  const { alerts } = await first.load();
  const [alert] = alerts;
  const said = classificationOf(alert as NonNullable<typeof alert>);
  await first.commit({ classifications: [said] });
  await first.close();

  const second = await createSqliteStorage({ directory });
  expect((await second.load()).classifications).toEqual([said]);
  await second.close();
});

test("rows that cannot be understood are reported and left out, the others are loaded", async () => {
  const [directory, path] = await filledDatabase();
  const first = await createSqliteStorage({ directory });
  const classifications = (await first.load()).alerts.slice(5, 7).map((alert) => classificationOf(alert));
  await first.commit({ silences: [silenceOf("good"), silenceOf("bad")], classifications });
  await first.close();
  edit(path, "UPDATE silences SET content = replace(content, '(1|2)', '(1') WHERE id = 'bad'");
  edit(path, "UPDATE alerts SET content = '[' WHERE id = 3");
  edit(path, "UPDATE classifications SET content = replace(content, 'warning', 'fatal') WHERE id = 7");
  const unreadable: string[] = [];

  const storage = await createSqliteStorage({
    directory,
    onUnreadable: (what, error) => unreadable.push(`${what}: ${error.message}`),
  });
  const { alerts, silences, classifications: left } = await storage.load();
  await storage.close();

  expect(alerts).toHaveLength(499);
  expect(left).toEqual(classifications.slice(0, 1));
  expect(silences.map((s) => s.id)).toEqual(["good"]);
  expect(unreadable).toEqual([
    "alert 3: JSON Parse error: Unexpected EOF",
    `classification of ${classifications[1]?.fingerprint}: "fatal" is no severity`,
    "silence bad: error parsing regexp: missing closing ): `^(?:node-(1)$`",
  ]);
});
