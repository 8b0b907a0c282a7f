import { isByPerson, RULES } from "../core/classification/precedence.ts";
import type { Classification } from "../core/model/classification.ts";

/** What whoever classified an alert counts for, as a column. */
const Standing = { classifier: 0, takenBack: 1, person: 2 } as const;

export function standingOf(classification: Classification): number {
  if (isByPerson(classification)) return Standing.person;
  return classification.classifier === RULES ? Standing.takenBack : Standing.classifier;
}

/**
 * `supersedes` in SQL, for SQLite and Postgres.
 *
 * @param one names a row with the columns standing, classified_at and content
 * @param other likewise
 */
export function supersedesInSQL(one: string, other: string): string {
  const { person, classifier } = Standing;
  return `CASE
    WHEN ${one}.standing = ${person} AND ${other}.standing = ${classifier} THEN true
    WHEN ${other}.standing = ${person} AND ${one}.standing = ${classifier} THEN false
    ELSE (${one}.classified_at, ${one}.content) > (${other}.classified_at, ${other}.content) END`;
}
