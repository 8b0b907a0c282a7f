import { isByPerson } from "../core/classification/precedence.ts";
import type { AlertWatcher, ClassifierRegistry } from "../core/interfaces/classification.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import { withFloor, type Classification } from "../core/model/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { withoutNumbers } from "./llm/varying.ts";
import type { ClassificationMetrics } from "./metrics.ts";
import { Panel } from "./panel.ts";
import type { Verdicts } from "./verdicts.ts";

/** Whoever takes alerts in and keeps what they are classified as. */
export interface DeskHost {
  /** As it is known now. */
  alert(labels: LabelSet): Alert | undefined;
  known(): Iterable<Alert>;
  /** @returns false where it says nothing new, or what a person said stands */
  keep(classification: Classification): boolean;
}

export interface DeskOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ClassificationMetrics;
  readonly host: DeskHost;
  readonly verdicts: Verdicts;
  readonly registry: ClassifierRegistry;
  /** Where several servers share alerts: whether this one is to ask about those of a name. */
  readonly isOurs: (alertname: string) => boolean;
}

/** Alerts noted and not looked at yet, at most. */
const MAX_NOTED = 20_000;
/** ms before noted alerts are looked at: their notifications go first. Longer where they are only counted. */
const AFTER_NOTIFICATIONS = { asking: 100, counting: 1000 };
/** So many are looked at right away. */
const MANY = 2000;
/** How many are looked at without a pause, and for how long, ms: what a request or notification may have to wait. */
const AT_ONCE = 500;
const SLICE = 0.2;
/** How many are asked about at the same time, and how many more may wait for that. */
const ASKING = 16;
const MAX_WAITING = 10_000;
/** ms until another server that was to ask is taken not to have done so, */
const LEFT_TO_OTHERS = 30_000;
/** how often alerts without a verdict are looked for, */
const SWEEP = 30_000;
/** and how long after no classifier had one they are asked again: doubled each time, up to this. */
const AGAIN = { first: 60_000, most: 900_000 };

/** Characters. */
const LONGEST = 16_000;

/** What is known of asking about an alert. */
interface Asked {
  /** Of its annotations but for numbers: they have to differ for the alert to be asked about anew. */
  readonly shape: number | bigint;
  /** ms; a verdict from then on is the answer. */
  readonly since: number;
  /** On the clock's `elapsed`, ms: not before; Infinity once there is a verdict. */
  due: number;
  failures: number;
  /** Whether classifiers are to give a new verdict, not one they remember. */
  again: boolean;
}

/**
 * Has alerts classified in the background, beside their notifications and never in their way: taking them in only notes them.
 * Rules answer whoever asks; others are asked once about each alert, and again when its annotations say something else. What
 * nobody has a verdict on is asked about again later.
 */
export class ClassificationDesk implements AlertWatcher {
  readonly #options: DeskOptions;
  readonly #log: Logger;
  #registry: ClassifierRegistry;
  /** In the order they came; those true are new. */
  readonly #noted = new Map<LabelSet, boolean>();
  readonly #asked = new Map<LabelSet, Asked>();
  readonly #waiting = new Set<LabelSet>();
  readonly #asking = new Map<LabelSet, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #panel: Panel;
  #lookAt: Cancel | undefined;
  #sweepAt: Cancel | undefined;
  #askAt: Cancel | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#log = options.log.with({ component: "classification" });
    this.#registry = options.registry;
    this.#panel = new Panel(options.clock, this.#log, this.#closing.signal);
    options.metrics.queued.read = () => this.#noted.size + this.#waiting.size;
  }

  /** The classifiers in force. */
  get registry(): ClassifierRegistry {
    return this.#registry;
  }

  /** Goes over to the classifiers of another configuration. Alerts they have not been asked about are, by and by. */
  use(registry: ClassifierRegistry): void {
    const before = this.#registry.list();
    const now = registry.list();
    this.#registry = registry;
    if (now.length === before.length && now.every((classifier, i) => classifier === before[i])) return;
    this.#asked.clear();
    this.#waiting.clear();
    this.#sweepAt?.();
    if (now.length > 0) this.#sweep(this.#options.host.known()[Symbol.iterator]());
  }

  noticed({ labels }: Alert, isNew: boolean): void {
    if (!isNew && this.#registry.list().length === 0) return;
    if (this.#noted.size >= MAX_NOTED) {
      this.#options.metrics.dropped.inc();
      return;
    }
    this.#noted.set(labels, isNew || this.#noted.get(labels) === true);
    if (this.#noted.size === MANY) this.#lookAfter(0);
    else if (this.#lookAt === undefined) {
      const { asking, counting } = AFTER_NOTIFICATIONS;
      this.#lookAfter(this.#registry.list().length > 0 ? asking : counting);
    }
  }

  forgotten(labels: LabelSet): void {
    this.#noted.delete(labels);
    this.#asked.delete(labels);
    this.#waiting.delete(labels);
  }

  /** Whether more than the rules' verdict on the alert is on its way. */
  isPending(labels: LabelSet): boolean {
    if (this.#registry.list().length === 0) return false;
    if (this.#noted.has(labels) || this.#waiting.has(labels) || this.#asking.has(labels)) return true;
    // Another server has been left to ask.
    const asked = this.#asked.get(labels);
    if (asked === undefined || asked.failures > 0 || asked.due === Infinity) return false;
    return asked.due > this.#options.clock.elapsed() && this.#options.verdicts.given({ labels }) === undefined;
  }

  /** Asks the classifiers anew; resolves when there is an answer, or none is to be had. */
  async askAgain(alert: Alert): Promise<void> {
    if (this.#registry.list().length === 0) return;
    const { labels } = alert;
    await this.#asking.get(labels);
    const since = this.#options.clock.now();
    this.#asked.set(labels, { shape: shapeOf(alert), since, due: 0, failures: 0, again: true });
    this.#waiting.delete(labels);
    await this.#begin(labels);
  }

  /** Has the classifiers asked about the alert as if it had just come; they may remember it. No other server is left to do so. */
  reconsider(alert: Alert): void {
    const due = this.#options.clock.elapsed();
    this.#asked.set(alert.labels, { shape: shapeOf(alert), since: 0, due, failures: 0, again: false });
    this.#consider(alert);
    this.#ask();
  }

  /** Ends all that is under way. */
  close(): void {
    this.#closing.abort();
    this.#lookAt?.();
    this.#sweepAt?.();
    this.#askAt?.();
  }

  /** Some at a time, so that requests and notifications get their turn. */
  #look(): void {
    const { host, metrics, verdicts } = this.#options;
    this.#lookAt = undefined;
    const isOver = this.#slice();
    for (const [labels, isNew] of this.#noted) {
      if (isOver()) break;
      this.#noted.delete(labels);
      const alert = host.alert(labels);
      if (alert === undefined) continue;
      if (isNew) metrics.counted(this.#registry.default.name, verdicts.rules(alert));
      this.#consider(alert);
    }
    this.#ask();
    if (this.#noted.size > 0) this.#lookAfter(0);
  }

  #lookAfter(delay: number): void {
    this.#lookAt?.();
    this.#lookAt = this.#options.clock.schedule(delay, () => this.#look());
  }

  /** Looks for alerts that nobody has been asked about, or that are to be asked about again. */
  #sweep(known: Iterator<Alert>): void {
    const { clock, host } = this.#options;
    for (const isOver = this.#slice(); !isOver() && this.#waiting.size < MAX_WAITING;) {
      const { done, value } = known.next();
      if (done === true) {
        this.#ask();
        this.#sweepAt = clock.schedule(SWEEP, () => this.#sweep(host.known()[Symbol.iterator]()));
        return;
      }
      this.#consider(value);
    }
    this.#ask();
    this.#sweepAt = clock.schedule(this.#waiting.size < MAX_WAITING ? 0 : SWEEP, () => this.#sweep(known));
  }

  /** Has the alert asked about if that is in order now. */
  #consider(alert: Alert): void {
    const { labels } = alert;
    const { clock, isOurs, verdicts } = this.#options;
    if (this.#registry.list().length === 0 || this.#waiting.has(labels) || this.#asking.has(labels)) return;
    if (isResolved(alert, clock.now())) return;
    const given = verdicts.given(alert);
    if (given !== undefined && isByPerson(given)) return;
    const shape = shapeOf(alert);
    let asked = this.#asked.get(labels);
    if (asked?.shape !== shape) {
      // What was stored is about the alert as it was then, which is the best guess at how it is now.
      const since = asked === undefined ? 0 : clock.now();
      const delay = isOurs(labels.get("alertname")) ? 0 : LEFT_TO_OTHERS;
      asked = { shape, since, due: clock.elapsed() + delay, failures: 0, again: false };
      this.#asked.set(labels, asked);
    }
    // Another server may have been faster.
    if (given !== undefined && given.classifiedAt >= asked.since) asked.due = Infinity;
    if (asked.due <= clock.elapsed() && this.#waiting.size < MAX_WAITING) this.#waiting.add(labels);
  }

  #ask(): void {
    if (this.#waiting.size === 0 || this.#asking.size >= ASKING) return;
    this.#askAt ??= this.#options.clock.schedule(0, () => {
      this.#askAt = undefined;
      this.#askSome();
    });
  }

  #askSome(): void {
    const isOver = this.#slice();
    for (const labels of this.#waiting) {
      if (isOver() || this.#asking.size >= ASKING) break;
      this.#waiting.delete(labels);
      void this.#begin(labels);
    }
    this.#ask();
  }

  /** Begins a slice of work; asked before each piece of it whether that is over, which the first never is. */
  #slice(): () => boolean {
    const { clock } = this.#options;
    const until = clock.elapsed() + SLICE;
    let pieces = 0;
    return () => pieces++ > 0 && (pieces > AT_ONCE || clock.elapsed() >= until);
  }

  #begin(labels: LabelSet): Promise<void> {
    const asking = this.#askAbout(labels)
      .catch((error: Error) => this.#log.error("An alert could not be classified", { err: error }))
      .finally(() => {
        this.#asking.delete(labels);
        if (!this.#closing.signal.aborted) this.#ask();
      });
    this.#asking.set(labels, asking);
    return asking;
  }

  async #askAbout(labels: LabelSet): Promise<void> {
    const { clock, host, metrics, verdicts } = this.#options;
    const alert = host.alert(labels);
    const asked = this.#asked.get(labels);
    if (alert === undefined || asked === undefined) return;
    const rules = verdicts.rules(alert);
    const answer = await this.#panel.ask(this.#registry.list(), alert, { rules, again: asked.again });
    // The alert may be gone by now, and other classifiers may be in force.
    if (this.#asked.get(labels) !== asked) return;
    asked.again = false;
    if (answer === undefined) {
      metrics.unanswered.inc();
      asked.due = clock.elapsed() + Math.min(AGAIN.first * 2 ** asked.failures++, AGAIN.most);
      return;
    }
    asked.due = Infinity;
    const { classifier, verdict } = answer;
    const floored = withFloor(verdict, labels, rules);
    metrics.counted(classifier, floored);
    host.keep({ ...floored, fingerprint: labels.fingerprint, classifier, classifiedAt: clock.now() });
  }
}

/** What the annotations say but for numbers; of very long ones, what they begin with. */
function shapeOf({ annotations }: Alert): number | bigint {
  return Bun.hash(withoutNumbers(annotations.key.slice(0, LONGEST)));
}
