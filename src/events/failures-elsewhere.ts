import { attemptOf, decisionOf } from "../core/explain/records.ts";
import type { HistoryEvent, HistoryPosition, HistoryReader } from "../core/interfaces/history.ts";
import type { NotificationHappening, Observer } from "../core/interfaces/observing.ts";
import { EMPTY_LABELS } from "../core/model/labels.ts";
import type { Failure } from "../dispatch/notifications/desk.ts";

export interface FailuresElsewhereOptions {
  /** The one history of all servers. */
  readonly history: Pick<HistoryReader, "searchHistory">;
  /** This server's name among them. */
  readonly replica: string;
  readonly now: () => number;
  /** Told of each attempt that failed. */
  readonly observer: Observer;
}

/** ms; older failures are of no interest to anybody who looks now. */
const WINDOW = 3_600_000;
/** What another server kept is there so many ms later at the latest. */
const LATE = 10_000;
const PAGE = 1000;
/** Pages read for one look, at most: the rest with the next. */
const MOST_PAGES = 5;
/** Notifications that are remembered. */
const MOST = 5000;

/**
 * What other servers on the same database could not deliver: it stands in the history alone. Read when somebody looks, and from
 * where the last look ended.
 */
export class FailuresElsewhere {
  readonly #options: FailuresElsewhereOptions;
  readonly #failures = new Map<string, Failure>();
  /** Of events that may be read again. */
  #seen = new Map<string, number>();
  #readUntil = 0;
  /** Where a look that did not reach the end goes on. */
  #next: HistoryPosition | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: FailuresElsewhereOptions) {
    this.#options = options;
  }

  /** By key in the notification log. What cannot be read now is missing. */
  async look(): Promise<ReadonlyMap<string, Failure>> {
    this.#reading ??= this.#read()
      .catch(() => undefined)
      .finally(() => {
        this.#reading = undefined;
      });
    await this.#reading;
    return this.#failures;
  }

  async #read(): Promise<void> {
    const { history, now } = this.#options;
    const to = now();
    const from = Math.max(this.#readUntil - LATE, to - WINDOW);
    const query = { from, to: to + LATE, matchers: [], kinds: ["notification"], ascending: true, limit: PAGE } as const;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const after = this.#next;
      const page = await history.searchHistory({ ...query, ...(after !== undefined && { after }) });
      for (const event of page.events) this.#take(event);
      this.#next = page.next;
      if (page.next === undefined) break;
    }
    for (const [id, at] of this.#seen) if (at < this.#readUntil - LATE) this.#seen.delete(id);
  }

  #take(event: HistoryEvent): void {
    const { at, n, replica, change } = event;
    this.#readUntil = Math.max(this.#readUntil, at);
    const id = `${at}-${n}`;
    if (this.#seen.has(id)) return;
    this.#seen.set(id, at);
    if (replica === this.#options.replica || (change !== "failed" && change !== "refused")) return;
    const happening = happeningOf(event, change);
    this.#options.observer.happened(happening);
    if (!happening.isFinal) return;
    this.#failures.delete(happening.key);
    this.#failures.set(happening.key, { decision: decisionOf(happening), attempt: attemptOf(happening) });
    if (this.#failures.size > MOST) this.#failures.delete(this.#failures.keys().next().value as string);
  }
}

function happeningOf(event: HistoryEvent, change: "failed" | "refused"): NotificationHappening {
  const { at, subject: key, labels = EMPTY_LABELS, receiver = "", detail } = event;
  const [, integration, index] = /^(.*)\[(\d+)\]$/.exec(event.integration ?? "") ?? [];
  const { groupKey, reason, attempt, final, durationMs, error } = detail;
  return {
    kind: "notification",
    change,
    at,
    origin: "elsewhere",
    key,
    groupKey: String(groupKey),
    groupLabels: labels,
    routeId: "",
    receiver,
    integration,
    index: index === undefined ? undefined : Number(index),
    reason: reason as NotificationHappening["reason"],
    firing: [],
    resolved: [],
    alerts: [],
    attempt: Number(attempt ?? 0),
    isFinal: final !== false,
    duration: typeof durationMs === "number" ? durationMs : undefined,
    error: typeof error === "string" ? error : undefined,
  };
}
