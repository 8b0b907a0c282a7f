import type { PluginSettings } from "../config/plus/plugins.ts";
import { formatGoDuration } from "../core/model/duration.ts";
import { pause, type Cancel, type Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { logLines } from "./log-lines.ts";
import type { CallResult } from "./metrics.ts";
import type { Launch, PluginProcess } from "./process.ts";
import { GRACE, type FromPlugin, type Method } from "./protocol.ts";
import type { Redaction } from "./redact.ts";

/** ms */
const START_TIMEOUT = 10_000;
const STOP_PATIENCE = 1000;
const CHECK_INTERVAL = 250;

/** Characters of what a plugin says that are kept. */
const LONGEST_ERROR = 500;
const LONGEST_NAME = 100;

const MIB = 2 ** 20;

export interface RunOptions {
  readonly settings: PluginSettings;
  readonly redaction: Redaction;
  readonly clock: Clock;
  readonly log: Logger;
  readonly launch: Launch;
  /** It can be called for these. */
  onReady(methods: readonly Method[]): void;
  /** Once, unless it is closed: the process has ended, or has been ended because of what it did. */
  onEnd(reason: string): void;
}

export type Failure = { readonly result: Exclude<CallResult, "ok">; readonly error: string };

export type Reply = { readonly result: "ok"; readonly value: unknown } | Failure;

export const CANCELED: Failure = { result: "canceled", error: "nobody waits for the answer any more" };

/** A call the process has been given and has not answered. */
interface Owed {
  readonly reply: (reply: Reply) => void;
  readonly cancelDeadline: Cancel;
}

/**
 * The process of a plugin, from its start to its end. It is ended when it is not ready in time, does not answer in time, uses
 * too much memory or breaks the protocol.
 */
export class PluginRun {
  readonly #options: RunOptions;
  readonly #process: PluginProcess;
  readonly #startedAt: number;
  readonly #owed = new Map<number, Owed>();
  readonly #over = new AbortController();
  /** What it can be called for; undefined until it has said so. */
  #methods: readonly Method[] | undefined;
  #lastId = 0;

  /** @throws Error where no process can be started */
  constructor(options: RunOptions) {
    const { settings, clock, launch } = options;
    this.#options = options;
    this.#startedAt = clock.elapsed();
    this.#process = launch(settings, {
      onMessage: (message) => this.#take(message),
      onEnd: (reason) => this.#end(reason),
    });
    this.#follow(this.#process.stdout, "stdout");
    this.#follow(this.#process.stderr, "stderr");
    this.#process.send({ type: "start", options: JSON.parse(settings.options.reveal()) });
    void this.#watch();
  }

  get methods(): readonly Method[] | undefined {
    return this.#methods;
  }

  /** ms since its start */
  get age(): number {
    return this.#options.clock.elapsed() - this.#startedAt;
  }

  /** Calls it. Resolves with what it answers, or why it did not. */
  ask(method: Method, given: readonly unknown[]): { readonly reply: Promise<Reply>; cancel(): void } {
    const { clock, settings } = this.#options;
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const cancelDeadline = clock.schedule(settings.timeout + GRACE, () => {
      const error = `it did not answer within ${formatGoDuration(settings.timeout)}`;
      this.#reply(id, { result: "timeout", error });
      this.#end(error);
    });
    this.#owed.set(id, { reply: resolve, cancelDeadline });
    try {
      this.#process.send({ type: "call", id, method, arguments: given, timeout: settings.timeout });
    } catch (error) {
      this.#reply(id, { result: "error", error: `it cannot be given ${(error as Error).message}` });
    }
    return { reply: promise, cancel: () => this.#owed.has(id) && this.#process.send({ type: "cancel", id }) };
  }

  /** Ends the process: asks it to, and sees to it. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#over.abort();
    this.#replyAll({ result: "unavailable", error: "it has been stopped" });
    this.#process.terminate();
    const cancel = this.#options.clock.schedule(STOP_PATIENCE, () => this.#process.kill());
    await this.#process.gone;
    cancel();
  }

  #take(message: FromPlugin): void {
    const { redact } = this.#options.redaction;
    if (message.type === "unusable") return this.#end(redact(message.error).slice(0, LONGEST_ERROR));
    if (message.type === "ready") {
      if (this.#methods !== undefined) return this.#end("it said twice that it was ready");
      this.#methods = message.methods;
      const took = formatGoDuration(Math.round(this.age));
      const name = redact(message.name).slice(0, LONGEST_NAME);
      this.#options.log.info("Plugin started", { name, provides: message.methods.join(","), took });
      return this.#options.onReady(message.methods);
    }
    if (!this.#owed.has(message.id)) return this.#end("it answered what it was not asked");
    this.#reply(
      message.id,
      message.type === "answer"
        ? { result: "ok", value: message.value }
        : { result: "error", error: redact(message.error).slice(0, LONGEST_ERROR) },
    );
  }

  #reply(id: number, reply: Reply): void {
    const owed = this.#owed.get(id);
    this.#owed.delete(id);
    owed?.cancelDeadline();
    owed?.reply(reply);
  }

  #replyAll(reply: Reply): void {
    for (const id of this.#owed.keys()) this.#reply(id, reply);
  }

  #end(reason: string): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#process.kill();
    this.#replyAll({ result: "error", error: reason });
    this.#options.onEnd(reason);
  }

  async #watch(): Promise<void> {
    const { clock, settings } = this.#options;
    const { signal } = this.#over;
    for (;;) {
      await pause(clock, CHECK_INTERVAL, signal);
      if (signal.aborted) return;
      if (this.#methods === undefined && this.age >= START_TIMEOUT) {
        return this.#end(`it was not ready within ${formatGoDuration(START_TIMEOUT)}`);
      }
      const used = this.#process.memory() ?? 0;
      if (used > settings.memory) {
        const may = `it may have ${Math.floor(settings.memory / MIB)}MiB`;
        return this.#end(`it used ${Math.ceil(used / MIB)}MiB of memory; ${may}`);
      }
    }
  }

  #follow(stream: ReadableStream<Uint8Array>, name: "stdout" | "stderr"): void {
    const { clock, redaction } = this.#options;
    const log = this.#options.log.with({ stream: name });
    logLines(stream, {
      clock,
      margin: redaction.longest,
      redact: redaction.redact,
      write: (line) => (name === "stderr" ? log.warn(line) : log.info(line)),
      onDropped: (lines) => log.warn("Lines of the plugin were left out: it writes too many", { lines }),
      signal: this.#over.signal,
    }).catch((error: Error) => log.warn("What the plugin writes cannot be read", { err: error }));
  }
}
