import { StorageError } from "../../core/interfaces/storage.ts";

/** SQLite's own name of a failure, such as SQLITE_FULL; "" for anything that is not from SQLite. */
export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : "";
}

/** Says what a failure means for the database at `path` and what a person can do about it. */
export function explainFailure(path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = sqliteCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const is = (...names: string[]) => names.some((name) => code === name || code.startsWith(`${name}_`));
  if (is("SQLITE_FULL")) return new StorageError("full", `${path}: no room left on the disk`);
  if (is("SQLITE_BUSY", "SQLITE_LOCKED")) {
    return new StorageError(
      "failed",
      `${path} is in use by another process: two servers cannot share one storage directory`,
    );
  }
  if (is("SQLITE_CORRUPT", "SQLITE_NOTADB")) {
    return new StorageError(
      "failed",
      `${path} is damaged (${message}): restore it from a copy, or move it and ${path}-wal away to start without what they hold`,
    );
  }
  if (is("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")) return notWritable(path, message);
  return new StorageError("failed", `${path}: ${code === "" ? "" : `${code}: `}${message}`);
}

export function notWritable(path: string, reason: string): StorageError {
  return new StorageError(
    "failed",
    `${path} cannot be written (${reason}): expected a writable file in a writable directory`,
  );
}
