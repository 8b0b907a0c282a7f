import { StorageError } from "../../core/interfaces/storage.ts";

/** The code of a failure: five characters from Postgres itself, a word from whatever is between us; "" for neither. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** Postgres said so itself, so that the connection is in order. */
function isFromPostgres(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(codeOf(error));
}

/** Another transaction was in the way: the same again may do. */
export function isWorthRepeating(error: unknown): boolean {
  return codeOf(error) === "40001" || codeOf(error) === "40P01";
}

/** The connection cannot be used again: the server ends it, or is one that cannot be written to. */
export function endsConnection(error: unknown): boolean {
  const code = codeOf(error);
  return !isFromPostgres(error) || code.startsWith("57P") || code.startsWith("08") || code === "25006";
}

/** What AbortSignal.timeout gives. */
function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/**
 * Says what a failure means for the database at `place`. Texts of Postgres and of the network name users and addresses,
 * never a password.
 */
export function explainFailure(place: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const failure =
    code === "53100"
      ? new StorageError("full", `${place}: no room left on its disk`)
      : ["57014", "55P03", "25P03"].includes(code) || isTimeout(error)
        ? new StorageError("timeout", `${place}: ${message}`)
        : new StorageError("failed", `${place}: ${message}`);
  failure.cause = error;
  return failure;
}
