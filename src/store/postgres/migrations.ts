import initial from "../../../migrations/postgres/0001_initial.sql" with { type: "text" };
import classifications from "../../../migrations/postgres/0002_classifications.sql" with { type: "text" };
import history from "../../../migrations/postgres/0003_history.sql" with { type: "text" };
import documents from "../../../migrations/postgres/0004_documents.sql" with { type: "text" };
import { StorageError } from "../../core/interfaces/storage.ts";
import type { Connection } from "./connection.ts";
import { lockNumber, NOW, identifier, text } from "./sql.ts";

/** One step of the schema. A step only adds, so that servers of the version before go on beside those that took it. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** The oldest version of the schema whose server can still use the database after this step. */
  readonly oldestReader: number;
  readonly sql: string;
}

const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "initial", oldestReader: 1, sql: initial },
  { version: 2, name: "classifications", oldestReader: 1, sql: classifications },
  { version: 3, name: "history", oldestReader: 1, sql: history },
  { version: 4, name: "documents", oldestReader: 1, sql: documents },
];

/** The oldest server that can do what we ask of it. */
const OLDEST_SERVER = 14;

export interface MigrateOptions {
  /** For errors. */
  readonly place: string;
  readonly schema: string;
  /** ms to wait for another server that migrates. */
  readonly patience: number;
}

/**
 * Makes our schema if it is missing and brings it up to date, in one transaction that only one server is in at a time. A schema
 * that is up to date is only looked at.
 *
 * @throws StorageError naming both versions when the database, or Postgres itself, is not of a version we can use
 */
export async function migrate(
  connection: Connection,
  { place, schema, patience }: MigrateOptions,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const known = migrations.at(-1)?.version ?? 0;
  const check = async (): Promise<number> => {
    const { found, oldestReader } = await versionOf(connection, place, schema);
    if (oldestReader <= known) return found;
    throw new StorageError(
      "failed",
      `${place}: schema ${schema} has version ${found}, which needs a server that knows version ${oldestReader} or later; this one knows version ${known}`,
    );
  };
  if ((await check()) >= known) return;
  const begin = ["BEGIN ISOLATION LEVEL READ COMMITTED", `SET LOCAL lock_timeout = ${Math.ceil(patience)}`];
  await connection.run(`${begin.join(";")};SELECT pg_advisory_xact_lock(${lockNumber("migrate", schema)})`);
  const found = await check();
  const steps = migrations
    .filter(({ version }) => version > found)
    .map(
      (m) => `${m.sql};INSERT INTO schema_migrations VALUES (${m.version}, ${text(m.name)}, ${m.oldestReader}, ${NOW})`,
    );
  await connection.run(
    `SET LOCAL search_path TO ${identifier(schema)};${prepare(schema, found)}${steps.join(";")};COMMIT`,
  );
}

/** Somebody who may not make schemas can still use one that was made for them. */
function prepare(schema: string, found: number): string {
  if (found > 0) return "";
  return `DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = ${text(schema)}) THEN CREATE SCHEMA ${identifier(schema)}; END IF;
  END $$;
  CREATE TABLE schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    oldest_reader integer NOT NULL, -- the oldest version that can use the database after this step
    applied_at bigint NOT NULL -- ms
  );`;
}

async function versionOf(
  connection: Connection,
  place: string,
  schema: string,
): Promise<{ found: number; oldestReader: number }> {
  // Not to_regclass, which may not see what another server has made while we waited for it.
  const [[server] = []] = await connection.run(
    `SET LOCAL search_path TO ${identifier(schema)};
     SELECT current_setting('server_version_num')::integer / 10000 AS version, EXISTS (
       SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ${text(schema)} AND c.relname = 'schema_migrations') AS migrated`,
  );
  const version = Number(server?.["version"]);
  if (version < OLDEST_SERVER) {
    throw new StorageError("failed", `${place}: Postgres ${version} is too old; expected ${OLDEST_SERVER} or later`);
  }
  if (server?.["migrated"] !== true) return { found: 0, oldestReader: 0 };
  const [[row] = []] = await connection.run(
    `SET LOCAL search_path TO ${identifier(schema)};
     SELECT max(version) AS found, max(oldest_reader) AS oldest FROM schema_migrations`,
  );
  return { found: Number(row?.["found"] ?? 0), oldestReader: Number(row?.["oldest"] ?? 0) };
}
