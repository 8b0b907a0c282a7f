import type { HistoryRow } from "../core/interfaces/history.ts";
import type { Happening, Observer } from "../core/interfaces/observing.ts";
import { NotShared, type Storage } from "../core/interfaces/storage.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { rowOf } from "./rows.ts";

/**
 * What may wait to be stored, most of it a reference to an alert that is there anyway: enough for a storm of new alerts,
 * which are stored first. What comes beyond that is dropped.
 */
const MOST_WAITING = 60_000;
/** Stored together. */
const AT_ONCE = 512;
/** ms; what happens meanwhile is stored together. */
const GATHERING = 100;
/** ms the end of the server waits for the last of it. */
const LAST_PATIENCE = 2000;
/** ms; a shared clock may step back by so much between two events, which stay in the order they happened all the same. */
const STEP = 1000;
/** Receivers of which is remembered why they were told nothing. */
const MOST_SKIPS = 10_000;

export interface RecorderOptions {
  readonly storage: Pick<Storage, "commit">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of what could not be kept. */
  readonly onDropped: (events: number) => void;
  /** This server's name, where several keep one history; what others tell of is theirs to keep then. */
  readonly replica: string | undefined;
}

/** Keeps what happens, in its own time: whoever tells it never waits, and what is too much is dropped and counted. */
export class Recorder implements Observer {
  readonly #options: RecorderOptions;
  /** In parts that are stored together. */
  readonly #waiting: Happening[][] = [];
  #count = 0;
  #timer: Cancel | undefined;
  #storing: Promise<void> | undefined;
  #failing = false;
  /** How many events have been kept so far. */
  kept = 0;
  /** ms; of the last event. */
  #last = 0;
  /** By key in the notification log: why nothing was sent the last time. */
  readonly #skips = new Map<string, string>();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  happened(happening: Happening): void {
    if (happening.origin === "elsewhere" && this.#options.replica !== undefined) return;
    if (!this.#isNews(happening)) return;
    if (this.#count >= MOST_WAITING) {
      this.#options.onDropped(1);
      return;
    }
    const last = this.#waiting.at(-1);
    if (last === undefined || last.length >= AT_ONCE) this.#waiting.push([happening]);
    else last.push(happening);
    this.#count++;
    if (this.#storing === undefined) this.#timer ??= this.#options.clock.schedule(GATHERING, () => this.#start());
  }

  /** Stores what is left, if the store takes it in time. */
  async stop(): Promise<void> {
    this.#start();
    const { clock } = this.#options;
    let cancel: Cancel | undefined;
    await Promise.race([
      this.#storing,
      new Promise<void>((resolve) => (cancel = clock.schedule(LAST_PATIENCE, resolve))),
    ]);
    cancel?.();
  }

  /** A flush that says nothing, as the one before, happens every few minutes for every group. */
  #isNews(happening: Happening): boolean {
    if (happening.kind !== "notification") return true;
    const { change, reason, key } = happening;
    if (change !== "skipped" && change !== "rate_limited") {
      this.#skips.delete(key);
      // Whatever kept the receiver as a whole from being told is over.
      this.#skips.delete(`${happening.groupKey}:${happening.receiver}`);
      return true;
    }
    if (reason === "deduplicated" || reason === "filtered") return false;
    const why = `${change} ${reason}`;
    if (this.#skips.get(key) === why) return false;
    if (this.#skips.size >= MOST_SKIPS) this.#skips.clear();
    this.#skips.set(key, why);
    return true;
  }

  #start(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#storing ??= this.#store().finally(() => {
      this.#storing = undefined;
    });
  }

  async #store(): Promise<void> {
    for (let some = this.#waiting.shift(); some !== undefined; some = this.#waiting.shift()) {
      this.#count -= some.length;
      await this.#keep(some);
    }
  }

  async #keep(some: readonly Happening[]): Promise<void> {
    const { storage, log, onDropped } = this.#options;
    try {
      await storage.commit({ history: some.map((one) => this.#row(one)) });
      this.#failing = false;
      this.kept += some.length;
    } catch (error) {
      if (error instanceof NotShared) return;
      onDropped(some.length);
      if (!this.#failing) log.warn("History is not kept", { err: (error as Error).message });
      this.#failing = true;
    }
  }

  #row(happening: Happening): HistoryRow {
    const at = this.#last - happening.at <= STEP ? Math.max(happening.at, this.#last) : happening.at;
    this.#last = at;
    return rowOf(happening, at, this.#options.replica);
  }
}
