import type { Classification } from "../model/classification.ts";
import { compareBytes } from "../model/labels.ts";
import { encodeVerdict } from "./encoding.ts";

/** The classifier of what a person has said. */
export const PERSON = "person";

/**
 * The classifier of the rules. What they say is at hand for every alert, so that it is kept only where it stands for a
 * correction that was taken back.
 */
export const RULES = "rules";

export function isByPerson({ classifier }: Pick<Classification, "classifier">): boolean {
  return classifier === PERSON;
}

/**
 * Which of two classifications of one alert counts, the same in whatever order they are compared: what a person said before
 * what a classifier did, unless it was taken back since; then the later, and of two of the same moment the one whose text is
 * greater.
 *
 * @returns whether the first counts over the second; false for equal ones
 */
export function supersedes(one: Classification, other: Classification): boolean {
  if (isByPerson(one) && !isByPerson(other) && other.classifier !== RULES) return true;
  if (isByPerson(other) && !isByPerson(one) && one.classifier !== RULES) return false;
  if (one.classifiedAt !== other.classifiedAt) return one.classifiedAt > other.classifiedAt;
  return compareBytes(encodeVerdict(one), encodeVerdict(other)) > 0;
}
