import { isByPerson, RULES } from "../core/classification/precedence.ts";
import type { Classification } from "../core/model/classification.ts";

/** What whoever classified an alert counts for, as a column. */
const Standing = { classifier: 0, takenBack: 1, person: 2 } as const;

export function standingOf(classification: Classification): number {
  if (isByPerson(classification)) return Standing.person;
  return classification.classifier === RULES ? Standing.takenBack : Standing.classifier;
}

/** `takenBackAt` in a column with what `encodeVerdict` gives, NULL where there is none. */
const TAKEN_BACK_AT = {
  sqlite: (column: string) => `json_extract(${column}, '$[9][0]')`,
  // Postgres takes no JSON with escapes that it has no character for.
  postgres: (column: string) => `substring(${column} from ',[[]([0-9]+)[]][]]$')::bigint`,
} as const;

/**
 * `supersedes` in SQL.
 *
 * @param one names a row with the columns standing, classified_at and content
 * @param other likewise
 */
export function supersedesInSQL(dialect: keyof typeof TAKEN_BACK_AT, one: string, other: string): string {
  const lastWord = (row: string) =>
    `CASE ${row}.standing WHEN ${Standing.classifier} THEN coalesce(${TAKEN_BACK_AT[dialect](`${row}.content`)}, 0)
      ELSE ${row}.classified_at END`;
  const rank = (row: string) => `(${lastWord(row)}, ${row}.classified_at, ${row}.content)`;
  return `${rank(one)} > ${rank(other)}`;
}
