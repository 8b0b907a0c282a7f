import type { HistoryRow } from "../../core/interfaces/history.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { crossing } from "../history/encode.ts";
import type { OpenPort, WriterPort } from "./port.ts";
import { Answer, failureFrom } from "./protocol.ts";
import type { HistoryOptions, HistoryTask } from "./protocol.ts";

/** Events stored in one transaction: a few milliseconds' worth. The more, the fewer pages are written again and again. */
const EVENTS_AT_ONCE = 256;
/** What they may cost: a notification is entered with each alert it is about, on a page of its own each time. */
const COST_AT_ONCE = 1000;
/** While something else is stored, the thread rests for so many times as long as it worked. */
const RESTS = 3;
/** The thread ends when nothing happened for so long, ms. */
const IDLE = 30_000;

/** Something for the thread to do. */
interface Task {
  /** Undefined is for closing the file. */
  readonly rows: readonly HistoryRow[] | undefined;
  readonly resolve: () => void;
  readonly reject: (error: StorageError) => void;
}

export interface HistoryQueueOptions extends HistoryOptions {
  /** Whether something else is being stored, which goes first. */
  readonly isBusy: () => boolean;
}

/** Rows in bits that are stored one after another, each as large as may be and of one row at least. */
function* bitsOf(rows: readonly HistoryRow[]): Generator<readonly HistoryRow[]> {
  let from = 0;
  let cost = 0;
  for (const [i, { about = [], sets = [] }] of rows.entries()) {
    const own = 1 + Math.max(about.length, sets.length);
    if (i > from && (i - from >= EVENTS_AT_ONCE || cost + own > COST_AT_ONCE)) {
      yield rows.slice(from, i);
      from = i;
      cost = 0;
    }
    cost += own;
  }
  if (from < rows.length) yield rows.slice(from);
}

/**
 * Events on their way to the thread that writes the history, one bit after the other. The thread has a file of its own,
 * so that nothing waits for it, and takes no more than its share of the processor while something else is stored. It is
 * started for the first event and ended when there have been none for a while.
 */
export class HistoryQueue {
  /** Bytes on disk; at most some events old. */
  sizeBytes = 0;
  readonly #options: HistoryQueueOptions;
  readonly #openPort: OpenPort;
  #port: WriterPort | undefined;
  readonly #tasks: Task[] = [];
  #current: Task | undefined;
  /** ms */
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closing = false;

  constructor(options: HistoryQueueOptions, openPort: OpenPort) {
    this.#options = options;
    this.#openPort = openPort;
  }

  /** @throws StorageError when some of it was not stored */
  async store(rows: readonly HistoryRow[]): Promise<void> {
    if (this.#closing) throw this.#error("closed");
    await Promise.all(Array.from(bitsOf(rows), (bit) => this.#add(bit)));
  }

  /** Stores what waits, then closes the file. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#port !== undefined || this.#tasks.length > 0) await this.#add(undefined);
  }

  /** Ends the thread without waiting for it. What was not stored is rejected. */
  terminate(): void {
    this.#closing = true;
    clearTimeout(this.#timer);
    this.#port?.terminate();
    this.#port = undefined;
    const error = this.#error("closed");
    this.#current?.reject(error);
    this.#current = undefined;
    for (const { reject } of this.#tasks.splice(0)) reject(error);
  }

  #add(rows: readonly HistoryRow[] | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tasks.push({ rows, resolve, reject });
      // One that rests goes on when it has rested, unless there is no time left for that.
      if (this.#tasks.length === 1 || this.#closing) this.#next();
    });
  }

  #next(): void {
    if (this.#current !== undefined) return;
    clearTimeout(this.#timer);
    const task = this.#tasks.shift();
    if (task === undefined) {
      if (this.#port !== undefined) this.#timer = setTimeout(() => this.#add(undefined).catch(() => undefined), IDLE);
      this.#timer?.unref();
      return;
    }
    try {
      const message = this.#messageFor(task);
      this.#port ??= this.#start();
      this.#current = task;
      this.#since = performance.now();
      this.#port.send(message);
    } catch (error) {
      task.reject(this.#error((error as Error).message));
      this.#next();
    }
  }

  #messageFor({ rows }: Task): string {
    const { path, historyRetention, historyMaxBytes } = this.#options;
    const task: HistoryTask = {
      options: { path, historyRetention, historyMaxBytes },
      events: rows === undefined ? null : crossing(rows),
    };
    return JSON.stringify(task);
  }

  #start(): WriterPort {
    const port = this.#openPort({
      onAnswer: (answer) => {
        if (port === this.#port) this.#onAnswer(answer);
      },
      onLost: (error) => {
        if (port === this.#port) this.#onLost(error);
      },
    });
    return port;
  }

  #onAnswer(answer: string | number): void {
    const task = this.#take();
    if (typeof answer === "string" && answer.startsWith(Answer.failed)) {
      task?.reject(failureFrom(answer));
    } else {
      this.sizeBytes = Number(answer);
      task?.resolve();
    }
    if (task?.rows === undefined) {
      this.#port?.terminate();
      this.#port = undefined;
    }
    this.#rest(performance.now() - this.#since);
  }

  /** What comes next starts the thread again. */
  #onLost(error: Error): void {
    this.#port = undefined;
    this.#take()?.reject(this.#error(`the thread that writes the history was lost: ${error.message}`));
    this.#next();
  }

  #take(): Task | undefined {
    const task = this.#current;
    this.#current = undefined;
    return task;
  }

  #rest(worked: number): void {
    if (this.#closing || this.#tasks.length === 0 || !this.#options.isBusy()) return this.#next();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), RESTS * worked);
  }

  #error(reason: string): StorageError {
    return new StorageError("failed", `${this.#options.path}: ${reason}`);
  }
}
