import type { ClassificationRule } from "../../../core/interfaces/classification.ts";

/** A rule for alerts nobody has heard of by name, by the words of their name (see `core/classification/word-pattern.ts`). */
export type WordRule = Omit<ClassificationRule, "matchers" | "names"> &
  Required<Pick<ClassificationRule, "words" | "recommendations">>;
