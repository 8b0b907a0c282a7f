import { StorageError } from "../../core/interfaces/storage.ts";
import type { OpenPort, WriterPort } from "./port.ts";
import { Answer, Ask, failureFrom } from "./protocol.ts";
import type { Opened, OpenOptions } from "./protocol.ts";

/** Back-off before a lost writer is started again, ms: doubled each time up to the last. */
const FIRST_RESTART = 100;
const LAST_RESTART = 5_000;

interface Question {
  readonly onRows: ((rows: string) => void) | undefined;
  readonly resolve: (answer: string | number) => void;
  readonly reject: (error: StorageError) => void;
}

/** Asks the writer one thing at a time, and starts it again when it is lost. */
export class WriterLink {
  #port: WriterPort | undefined;
  #question: Question | undefined;
  #ready = Promise.withResolvers<void>();
  #restart: ReturnType<typeof setTimeout> | undefined;
  #restartAfter = FIRST_RESTART;

  /**
   * @param onLost told why when the writer is lost after it was opened, and again for every vain try to restart it
   */
  constructor(
    readonly options: OpenOptions,
    readonly openPort: OpenPort,
    readonly onLost: (reason: string) => void,
  ) {}

  /**
   * Starts the writer and has it open the database.
   *
   * @throws StorageError saying why it cannot be used
   */
  async open(): Promise<Opened> {
    const port = this.openPort({
      onAnswer: (answer) => this.#onAnswer(answer),
      onLost: (error) => this.#lose(port, error.message),
    });
    this.#port = port;
    try {
      const answer = await this.ask(Ask.open + JSON.stringify(this.options));
      this.#restartAfter = FIRST_RESTART;
      this.#ready.resolve();
      return JSON.parse(String(answer).slice(1)) as Opened;
    } catch (error) {
      port.terminate();
      throw error;
    }
  }

  /** Resolves at once unless the writer is being started again. */
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * @param onRows given the rows that come before the answer
   * @returns the answer, never a failure
   * @throws StorageError with the writer's failure, or when it was lost before it answered
   */
  ask(message: string, onRows?: (rows: string) => void): Promise<string | number> {
    return new Promise((resolve, reject) => {
      this.#question = { onRows, resolve, reject };
      this.#port?.send(message);
    });
  }

  /** Ends the writer's thread without waiting for it. */
  terminate(): void {
    clearTimeout(this.#restart);
    this.#port?.terminate();
    this.#port = undefined;
  }

  #onAnswer(answer: string | number): void {
    const question = this.#question;
    if (question === undefined) return;
    if (typeof answer === "string" && answer.startsWith(Answer.rows)) {
      question.onRows?.(answer.slice(1));
      return;
    }
    this.#question = undefined;
    if (typeof answer === "string" && answer.startsWith(Answer.failed)) question.reject(failureFrom(answer));
    else question.resolve(answer);
  }

  #lose(port: WriterPort, reason: string): void {
    if (port !== this.#port) return;
    this.#port = undefined;
    this.#ready = Promise.withResolvers<void>();
    const question = this.#question;
    this.#question = undefined;
    const message = `${this.options.path}: the writer was lost: ${reason}`;
    question?.reject(new StorageError("failed", message));
    this.#startAgainLater(message);
  }

  #startAgainLater(reason: string): void {
    this.onLost(reason);
    this.#restart = setTimeout(() => {
      this.open().catch((error: StorageError) => this.#startAgainLater(error.message));
    }, this.#restartAfter);
    this.#restartAfter = Math.min(this.#restartAfter * 2, LAST_RESTART);
  }
}
