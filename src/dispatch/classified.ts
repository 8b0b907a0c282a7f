import { isByPerson, lastWord, PERSON } from "../core/classification/precedence.ts";
import type { ClassificationTable } from "../core/classification/table.ts";
import type { ClassificationHappening } from "../core/interfaces/observing.ts";
import type { Classification } from "../core/model/classification.ts";
import type { Clock } from "./clock.ts";
import type { Journal } from "./journal.ts";
import type { Observers } from "./observers.ts";

/** What alerts are classified as, in memory and on its way to the store. */
export class Classified {
  readonly #table: ClassificationTable;
  readonly #journal: Journal;
  readonly #clock: Clock;

  readonly #observers: Observers;

  constructor(table: ClassificationTable, journal: Journal, clock: Clock, observers: Observers) {
    this.#observers = observers;
    this.#table = table;
    this.#journal = journal;
    this.#clock = clock;
  }

  get(fingerprint: string): Classification | undefined {
    return this.#table.get(fingerprint);
  }

  /**
   * Keeps what a classifier says, to be stored with the next beat.
   *
   * @returns false where it says nothing new, or what a person said stands
   */
  keep(classification: Classification): boolean {
    const before = this.#table.get(classification.fingerprint);
    if (before !== undefined && saysTheSame(before, classification)) return false;
    const now = knowing(after(classification, before), before);
    if (!this.#table.put(now)) return false;
    this.#tell("changed", before, now);
    this.#journal.classification(now.fingerprint);
    return true;
  }

  /**
   * Keeps what a person says, or `rules` where that is taken back; resolves when it is stored.
   *
   * @throws StorageError when it is not: it is in force all the same, and stored as soon as it can be
   */
  async correct(classification: Classification): Promise<void> {
    const before = this.#table.get(classification.fingerprint);
    const correction = after(classification, before);
    this.#table.put(correction);
    this.#tell(correction.classifier === PERSON ? "corrected" : "withdrawn", before, correction);
    await this.#journal.commit({ classifications: [correction] });
  }

  #tell(change: ClassificationHappening["change"], before: Classification | undefined, after: Classification): void {
    const at = this.#clock.now();
    this.#observers.happened({ kind: "classification", change, at, origin: "here", before, after });
  }
}

/** Later than the one before, whatever the clock says: what is heard later counts as later. */
function after(classification: Classification, before: Classification | undefined): Classification {
  if (before === undefined || before.classifiedAt < classification.classifiedAt) return classification;
  return { ...classification, classifiedAt: before.classifiedAt + 1 };
}

/** A classifier's verdict about an alert of which somebody had taken back what they said. */
function knowing(classification: Classification, before: Classification | undefined): Classification {
  if (before === undefined || isByPerson(before)) return classification;
  const takenBackAt = lastWord(before);
  return takenBackAt === 0 ? classification : { ...classification, takenBackAt };
}

/** But for when it was said and what it cost. */
function saysTheSame(a: Classification, b: Classification): boolean {
  return (
    a.classifier === b.classifier &&
    a.severity === b.severity &&
    a.category === b.category &&
    a.confidence === b.confidence &&
    a.reason === b.reason &&
    a.model === b.model &&
    a.recommendations.join("\n") === b.recommendations.join("\n")
  );
}
