import { StorageError } from "../../core/interfaces/storage.ts";
import type { HistoryAnswer, HistoryQuestion } from "./history-reader.ts";

/** The thread ends when nothing was asked for so long, ms. */
const IDLE = 30_000;

interface Waiting {
  readonly question: HistoryQuestion;
  readonly resolve: (value: HistoryAnswer["value"]) => void;
  readonly reject: (error: StorageError) => void;
  readonly late: ReturnType<typeof setTimeout>;
}

/**
 * A thread that answers one question about the history after the other, started when somebody asks. One that takes too long is
 * given up, with its thread: SQLite cannot be told to stop, so that one ends when it has found what nobody waits for any more.
 */
export class HistoryThread {
  readonly #path: string;
  readonly #patience: number;
  #worker: Worker | undefined;
  readonly #waiting: Waiting[] = [];
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** @param patience ms a question may take, the wait for its turn included */
  constructor(path: string, patience: number) {
    this.#path = path;
    this.#patience = patience;
  }

  /** @throws StorageError */
  ask(question: HistoryQuestion): Promise<HistoryAnswer["value"]> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { question, resolve, reject, late: setTimeout(() => this.#late(one), this.#patience) };
      this.#waiting.push(one);
      if (this.#waiting.length === 1) this.#next();
    });
  }

  close(): void {
    this.#end("closed");
  }

  #next(): void {
    clearTimeout(this.#idle);
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#idle = setTimeout(() => this.#end("idle"), IDLE);
      this.#idle.unref();
      return;
    }
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's
    this.#worker.postMessage(JSON.stringify(first.question));
  }

  #start(): Worker {
    const compiled = import.meta.dir.startsWith("/$bunfs/");
    const worker = new Worker(
      compiled
        ? "/$bunfs/root/store/sqlite/history-reader.worker.js"
        : new URL("./history-reader.worker.ts", import.meta.url),
    );
    worker.addEventListener("message", ({ data }: MessageEvent<string>) => {
      if (worker === this.#worker) this.#answered(JSON.parse(data) as HistoryAnswer | { readonly error: string });
    });
    worker.addEventListener("error", (event) => {
      if (worker === this.#worker) this.#end(`the reader was lost: ${event.message}`);
    });
    return worker;
  }

  #answered(answer: HistoryAnswer | { readonly error: string }): void {
    const { resolve, reject, late } = this.#waiting.shift() as Waiting;
    clearTimeout(late);
    if ("error" in answer) reject(new StorageError("failed", answer.error));
    else resolve(answer.value);
    this.#next();
  }

  #late(one: Waiting): void {
    const at = this.#waiting.indexOf(one);
    this.#waiting.splice(at, 1);
    const seconds = this.#patience / 1000;
    const why = `took longer than ${seconds} s; ask about less time, or for rarer things`;
    one.reject(new StorageError("timeout", `${this.#path}: ${why}`));
    if (at > 0) return;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#next();
  }

  #end(reason: string): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject, late } of this.#waiting.splice(0)) {
      clearTimeout(late);
      reject(new StorageError("failed", `${this.#path}: ${reason}`));
    }
  }
}
