/** Where SQLite and Postgres differ in what is asked of the history. */
export interface Dialect {
  /** A literal. */
  text(value: string): string;
  /** Whether a list of IDs in a column has one of those a query gives. */
  hasAny(column: string, ids: string): string;
  /** Whether a column is one of what a query gives, which is looked up one by one. */
  isOneOf(column: string, query: string): string;
  /** Whether counting by time is quicker one stretch at a time, because it would be sorted otherwise. */
  readonly countsByStretch: boolean;
  /** The IDs in a column as the column `value` of `j`, to be joined. */
  each(column: string): string;
  /** The fingerprints of the sets in a column, comma separated. */
  fingerprints(column: string): string;
  /** Equality of a text column that may be too long for an index. */
  equals(column: string, value: string): string;
  /** That a row of `history_pairs` is that of a name and a value. @param name a literal @param value a literal */
  pair(name: string, value: string): string;
  /** Whether a text is in a column, whatever the case. @param text a literal in lower case */
  contains(column: string, text: string): string;
  /** After the table: that kinds few events are of are to be found by their index. */
  readonly byRareKind: string;
}

export const SQLITE: Dialect = {
  text: (value) => `'${value.replaceAll("'", "''")}'`,
  hasAny: (column, ids) => `EXISTS (SELECT 1 FROM json_each(${column}) AS j WHERE j.value IN (${ids}))`,
  isOneOf: (column, query) => `${column} IN (${query})`,
  countsByStretch: true,
  each: (column) => `json_each(${column}) AS j`,
  fingerprints: (column) =>
    `(SELECT group_concat(s.fingerprint) FROM json_each(${column}) AS j JOIN history_sets s ON s.id = j.value)`,
  equals: (column, value) => `${column} = ${value}`,
  pair: (name, value) => `name = ${name} AND value = ${value}`,
  contains: (column, text) => `instr(lower(${column}), ${text}) > 0`,
  byRareKind: " INDEXED BY history_rare",
};

export const POSTGRES: Dialect = {
  text: (value) => `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`,
  hasAny: (column, ids) => `${column} && ARRAY(${ids})`,
  isOneOf: (column, query) => `${column} = ANY (ARRAY(${query}))`,
  countsByStretch: false,
  each: (column) => `unnest(${column}) AS j (value)`,
  fingerprints: (column) =>
    `(SELECT string_agg(s.fingerprint, ',' ORDER BY j.place) FROM unnest(${column}) WITH ORDINALITY AS j (id, place)
        JOIN history_sets s ON s.id = j.id)`,
  equals: (column, value) => `md5(${column}) = md5(${value}) AND ${column} = ${value}`,
  pair: (name, value) => `hash = md5(${name} || ${value})`,
  contains: (column, text) => `strpos(lower(${column}), ${text}) > 0`,
  byRareKind: "",
};
