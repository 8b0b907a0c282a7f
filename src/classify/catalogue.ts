import { isByPerson, PERSON } from "../core/classification/precedence.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import {
  boundedVerdict,
  withFloor,
  type Category,
  type Classification,
  type Severity,
} from "../core/model/classification.ts";
import { compareBytes } from "../core/model/labels.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { ClassificationDesk } from "./desk.ts";
import type { Verdicts } from "./verdicts.ts";

/** Whose alerts and classifications they are. */
export interface CatalogueHost {
  /** By fingerprint. */
  known(): readonly Alert[];
  /** @throws StorageError when it is in force but not stored */
  correct(classification: Classification): Promise<void>;
}

/** Which classifications are asked for; an empty list is any. */
export interface Query {
  readonly severities: readonly Severity[];
  readonly categories: readonly Category[];
  readonly classifiers: readonly string[];
  readonly limit: number;
  /** Those of fingerprints above this; "" for all. */
  readonly after: string;
}

export interface Page {
  /** By fingerprint. */
  readonly items: readonly Classification[];
  /** The `after` of the next page; undefined where this is the last. */
  readonly next: string | undefined;
}

/** What a person says an alert is. */
export interface Correction {
  readonly severity: Severity;
  readonly category: Category;
  readonly reason: string;
}

/** ms somebody who has an alert classified again waits for that at most. */
const PATIENCE = 20_000;
/** How many alerts are looked through without a pause. */
const AT_ONCE = 1000;

/** Classifications as people look them up and change them. */
export class Catalogue {
  readonly #host: CatalogueHost;
  readonly #verdicts: Verdicts;
  readonly #desk: ClassificationDesk;
  readonly #clock: Clock;

  constructor(host: CatalogueHost, verdicts: Verdicts, desk: ClassificationDesk, clock: Clock) {
    this.#host = host;
    this.#verdicts = verdicts;
    this.#desk = desk;
    this.#clock = clock;
  }

  /** Of all alerts that are known, resolved ones as long as they are. */
  async list(query: Query): Promise<Page> {
    const alerts = this.#host.known();
    const items: Classification[] = [];
    for (let i = firstAbove(alerts, query.after); i < alerts.length; i++) {
      const one = this.#verdicts.of(alerts[i] as Alert);
      if (fits(one, query)) {
        if (items.length === query.limit) return { items, next: items.at(-1)?.fingerprint };
        items.push(one);
      }
      if (i % AT_ONCE === AT_ONCE - 1) await new Promise<void>((resolve) => this.#clock.schedule(0, resolve));
    }
    return { items, next: undefined };
  }

  get(fingerprint: string): Classification | undefined {
    const alert = this.#alert(fingerprint);
    return alert === undefined ? undefined : this.#verdicts.of(alert);
  }

  /**
   * Has the classifiers asked anew, who may remember nothing, and waits for that for a while.
   *
   * @returns what stands then, and whether there is an answer; undefined where there is no such alert
   */
  async classifyAgain(
    fingerprint: string,
  ): Promise<{ readonly classification: Classification; readonly isAnswered: boolean } | undefined> {
    const alert = this.#alert(fingerprint);
    if (alert === undefined) return undefined;
    const isAnswered = await new Promise<boolean>((resolve) => {
      const cancel = this.#clock.schedule(PATIENCE, () => resolve(false));
      void this.#desk.askAgain(alert).then(() => {
        cancel();
        resolve(true);
      });
    });
    return { classification: this.#verdicts.of(alert), isAnswered };
  }

  /** What a person has said about the alert, if anybody has. */
  correction(fingerprint: string): Classification | undefined {
    const alert = this.#alert(fingerprint);
    const given = alert === undefined ? undefined : this.#verdicts.given(alert);
    return given !== undefined && isByPerson(given) ? given : undefined;
  }

  /**
   * Keeps what a person says, over every classifier and until it is taken back or the alert is gone; the floor holds.
   *
   * @returns what is shown now; undefined where there is no such alert
   * @throws StorageError when it is in force but not stored
   */
  async correct(fingerprint: string, correction: Correction): Promise<Classification | undefined> {
    const alert = this.#alert(fingerprint);
    if (alert === undefined) return undefined;
    const said = boundedVerdict({ ...correction, confidence: 1, recommendations: [] });
    const verdict = withFloor(said, alert.labels, this.#verdicts.rules(alert));
    await this.#host.correct({ ...verdict, fingerprint, classifier: PERSON, classifiedAt: this.#clock.now() });
    return this.#verdicts.of(alert);
  }

  /**
   * Takes back what a person said; classifiers are asked again in the background.
   *
   * @returns what is shown now; undefined where nobody had said anything
   * @throws StorageError when it is in force but not stored
   */
  async withdraw(fingerprint: string): Promise<Classification | undefined> {
    const alert = this.#alert(fingerprint);
    if (alert === undefined || this.correction(fingerprint) === undefined) return undefined;
    const { rule: _, ...verdict } = this.#verdicts.rules(alert);
    const { name } = this.#desk.registry.default;
    try {
      await this.#host.correct({ ...verdict, fingerprint, classifier: name, classifiedAt: this.#clock.now() });
    } finally {
      if (!isResolved(alert, this.#clock.now())) this.#desk.reconsider(alert);
    }
    return this.#verdicts.of(alert);
  }

  #alert(fingerprint: string): Alert | undefined {
    const alerts = this.#host.known();
    const alert = alerts[firstAbove(alerts, fingerprint) - 1];
    return alert?.labels.fingerprint === fingerprint ? alert : undefined;
  }
}

/** The position of the first of a greater fingerprint. */
function firstAbove(alerts: readonly Alert[], fingerprint: string): number {
  let [from, to] = [0, alerts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareBytes((alerts[middle] as Alert).labels.fingerprint, fingerprint) > 0) to = middle;
    else from = middle + 1;
  }
  return from;
}

function fits(one: Classification, { severities, categories, classifiers }: Query): boolean {
  const isOneOf = (choices: readonly string[], value: string) => choices.length === 0 || choices.includes(value);
  return isOneOf(severities, one.severity) && isOneOf(categories, one.category) && isOneOf(classifiers, one.classifier);
}
