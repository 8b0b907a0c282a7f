import { afterEach, expect, test } from "bun:test";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf } from "../fixtures.ts";
import { SnapshotError } from "../upstream/index.ts";
import { createSqliteStorage } from "./index.ts";

/** Files Alertmanager 0.34.0 wrote: three silences, five log entries. */
const RECORDED = join(import.meta.dir, "../upstream/testdata");

const directories: string[] = [];

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "take-over-"));
  directories.push(directory);
  return directory;
}

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function counts(directory: string): Promise<[silences: number, entries: number]> {
  const storage = await createSqliteStorage({ directory });
  const { silences, notificationLog } = await storage.load();
  await storage.close();
  return [silences.length, notificationLog.length];
}

test("the first start takes over what upstream left, and leaves its files alone", async () => {
  const directory = await emptyDirectory();
  await cp(RECORDED, directory, { recursive: true });

  expect(await counts(directory)).toEqual([3, 5]);
  expect((await readdir(directory)).sort()).toEqual(["alertmanager.db", "nflog", "silences"]);
});

test("a later start does not bring back what has been deleted since", async () => {
  const directory = await emptyDirectory();
  await cp(RECORDED, directory, { recursive: true });
  const storage = await createSqliteStorage({ directory });
  const { silences } = await storage.load();
  await storage.commit({ deletedSilences: silences.map((s) => s.id) });
  await storage.close();

  expect(await counts(directory)).toEqual([0, 5]);
});

test("files that appear after the first start are not read", async () => {
  const directory = await emptyDirectory();
  expect(await counts(directory)).toEqual([0, 0]);

  await cp(RECORDED, directory, { recursive: true });

  expect(await counts(directory)).toEqual([0, 0]);
});

test("after it was handed back, the next start takes over once more, and what has been there since counts", async () => {
  const directory = await emptyDirectory();
  const storage = await createSqliteStorage({ directory });
  await storage.handBack();
  await storage.close();
  await cp(RECORDED, directory, { recursive: true });

  expect(await counts(directory)).toEqual([3, 5]);

  for (const file of ["silences", "nflog"]) await rm(join(directory, file));
  expect(await counts(directory)).toEqual([3, 5]);
});

test("a damaged file stops the start and is tried again at the next", async () => {
  const directory = await emptyDirectory();
  await cp(RECORDED, directory, { recursive: true });
  await Bun.write(join(directory, "nflog"), "garbage");

  expect(await failureOf(createSqliteStorage({ directory }))).toEqual(
    new SnapshotError(`error creating notification log: ${join(directory, "nflog")}: unexpected EOF`),
  );
  await cp(RECORDED, directory, { recursive: true });

  expect(await counts(directory)).toEqual([3, 5]);
});
