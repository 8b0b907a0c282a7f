/**
 * SQL as text, values included: the simple protocol takes a whole transaction in one message, and so in one way there and
 * back, through PgBouncer too. Everything that is not a number goes through `text` or `texts`.
 */

/** A literal. Independent of `standard_conforming_strings`. @throws RangeError for a NUL, which no text of Postgres can hold */
export function text(value: string): string {
  if (value.includes("\0")) throw new RangeError("a text with a NUL cannot be stored as it is");
  return `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A `text[]` of texts without line breaks, such as JSON. @throws RangeError for a line break */
export function texts(values: readonly string[]): string {
  if (values.some((value) => value.includes("\n"))) throw new RangeError("a text with a line break has to be JSON");
  // An empty text would be split into no texts at all.
  if (values.length === 1 && values[0] === "") return "'{\"\"}'::text[]";
  return `string_to_array(${text(values.join("\n"))}, E'\\n')`;
}

/** A `bigint[]`; undefined is null. @throws RangeError for what is no number */
export function numbers(values: readonly (number | undefined)[]): string {
  return `'{${values.map((value) => (value === undefined ? "NULL" : number(value))).join(",")}}'::bigint[]`;
}

/** A `boolean[]`. */
export function flags(values: readonly boolean[]): string {
  return `'{${values.join(",")}}'::boolean[]`;
}

/** A `bigint`, rounded. @throws RangeError for what is none */
export function number(value: number): string {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${value} is not a number that can be stored`);
  return String(whole);
}

/** A name of a schema or table. */
export function identifier(name: string): string {
  if (name === "" || name.includes("\0")) throw new RangeError(`${JSON.stringify(name)} is not a name`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** ms, of the database's own clock at this very moment. */
export const NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/** The number of the transaction under way; `LOCK_STATE` has to have come before. */
export const CHANGE = "(SELECT change + 1 FROM state)";

/** Waits for our turn to write; gives the number of this transaction and the time, ms. */
export const LOCK_STATE = `SELECT change + 1 AS change, ${NOW} AS now FROM state FOR UPDATE`;

/**
 * Ends a turn: the number counts as used where any row carries it.
 *
 * @param tables those that were written to
 * @param also columns of `state` to set
 */
export function useNumber(tables: readonly string[], also = ""): string {
  // Not EXISTS, for which a table without statistics is read from its beginning.
  const used = tables.map((table) => `(SELECT max(change) FROM ${table}) > state.change`);
  const change = used.length === 0 ? "change" : `change + CASE WHEN ${used.join(" OR ")} THEN 1 ELSE 0 END`;
  return `UPDATE state SET change = ${change}${also} RETURNING change`;
}

/** Ends a turn whose number is used for sure. */
export const USE_NUMBER = "UPDATE state SET change = change + 1 RETURNING change";

/** The number of the advisory lock for a purpose in a schema. */
export function lockNumber(purpose: string, schema: string): string {
  const hash = new Bun.CryptoHasher("sha256").update(`alertmanager ${purpose} ${schema}`).digest();
  return hash.readBigInt64BE(0).toString();
}
