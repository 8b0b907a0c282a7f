import type { AlertClassifier, ClassificationContext } from "../core/interfaces/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import { boundedVerdict, type Verdict } from "../core/model/classification.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** ms until a classifier that neither answers nor gives up is given up. */
const PATIENCE = 300_000;

export interface Answer {
  /** Whose it is. */
  readonly classifier: string;
  /** Within its bounds. */
  readonly verdict: Verdict;
}

/** Asks classifiers one after the other until one has a verdict. What they do wrong harms nobody else. */
export class Panel {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #closing: AbortSignal;
  /** What each classifier failed with last. */
  readonly #errors = new Map<string, string>();

  /** @param closing ends all that is under way */
  constructor(clock: Clock, log: Logger, closing: AbortSignal) {
    this.#clock = clock;
    this.#log = log;
    this.#closing = closing;
  }

  async ask(
    classifiers: readonly AlertClassifier[],
    alert: Alert,
    context: ClassificationContext,
  ): Promise<Answer | undefined> {
    for (const classifier of classifiers) {
      if (this.#closing.aborted) return undefined;
      const patience = new AbortController();
      const cancel = this.#clock.schedule(PATIENCE, () => patience.abort());
      try {
        const signal = AbortSignal.any([patience.signal, this.#closing]);
        const verdict = await unlessAborted(classifier.classify(alert, context, signal), signal);
        if (verdict !== undefined) return { classifier: classifier.name, verdict: boundedVerdict(verdict) };
      } catch (error) {
        this.#failed(classifier.name, (error as Error).message);
      } finally {
        cancel();
      }
    }
    return undefined;
  }

  /** Says so once, not for each alert. */
  #failed(classifier: string, err: string): void {
    const level = this.#errors.get(classifier) === err ? "debug" : "warn";
    this.#errors.set(classifier, err);
    this.#log[level]("A classifier failed: the next one is asked", { classifier, err });
  }
}
