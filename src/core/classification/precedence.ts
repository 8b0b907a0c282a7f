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
 * When people last had a say in what is said here, ms: one said this, or took back what one had said. 0 where nobody had, as far as
 * whoever said this knew.
 */
export function lastWord({
  classifier,
  classifiedAt,
  takenBackAt = 0,
}: Pick<Classification, "classifier" | "classifiedAt" | "takenBackAt">): number {
  return classifier === PERSON || classifier === RULES ? classifiedAt : takenBackAt;
}

/**
 * Which of two classifications of one alert counts, the same in whatever order they are compared and with whichever of others left
 * out: that which knows of the later word of a person, so that no classifier comes before one, unless it was taken back since; then
 * the later, and of two of the same moment the one whose text is greater.
 *
 * @returns whether the first counts over the second; false for equal ones
 */
export function supersedes(one: Classification, other: Classification): boolean {
  const [word, otherWord] = [lastWord(one), lastWord(other)];
  if (word !== otherWord) return word > otherWord;
  if (one.classifiedAt !== other.classifiedAt) return one.classifiedAt > other.classifiedAt;
  return compareBytes(encodeVerdict(one), encodeVerdict(other)) > 0;
}
