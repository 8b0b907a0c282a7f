import type { Database } from "bun:sqlite";
import initial from "../../../migrations/sqlite/0001_initial.sql" with { type: "text" };
import classifications from "../../../migrations/sqlite/0002_classifications.sql" with { type: "text" };
import documents from "../../../migrations/sqlite/0004_documents.sql" with { type: "text" };
import { StorageError } from "../../core/interfaces/storage.ts";

/** One step of the schema. A step only adds, so that the version before it can go on reading where that is stated. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** The oldest version of the schema whose server can still use the database after this step. */
  readonly oldestReader: number;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "initial", oldestReader: 1, sql: initial },
  { version: 2, name: "classifications", oldestReader: 1, sql: classifications },
  { version: 4, name: "documents", oldestReader: 1, sql: documents },
];

const TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  oldest_reader INTEGER NOT NULL, -- the oldest version that can use the database after this step
  applied_at INTEGER NOT NULL -- ms
)`;

/**
 * Brings the schema up to date in one transaction; a database already there is not written to.
 *
 * @throws StorageError naming both versions when the database is newer than what we can use
 */
export function migrate(db: Database, path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const known = migrations.at(-1)?.version ?? 0;
  const { found, oldestReader } = versionOf(db);
  if (oldestReader > known) {
    throw new StorageError(
      "failed",
      `${path} has schema version ${found}, which needs a server that knows version ${oldestReader} or later; this one knows version ${known}`,
    );
  }
  const missing = migrations.filter((m) => m.version > found);
  if (missing.length === 0) return;
  db.transaction(() => {
    db.run(TABLE);
    using applied = db.prepare("INSERT INTO schema_migrations VALUES (?, ?, ?, ?)");
    for (const m of missing) {
      db.run(m.sql);
      applied.run(m.version, m.name, m.oldestReader, Date.now());
    }
  })();
}

function versionOf(db: Database): { found: number; oldestReader: number } {
  using tables = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'");
  if (tables.get() === null) return { found: 0, oldestReader: 0 };
  using versions = db.prepare<{ found: number; oldestReader: number }, []>(
    "SELECT max(version) AS found, max(oldest_reader) AS oldestReader FROM schema_migrations",
  );
  return versions.get() ?? { found: 0, oldestReader: 0 };
}
