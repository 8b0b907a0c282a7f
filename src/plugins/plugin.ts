import { Turns } from "../classify/llm/turns.ts";
import type { PluginSettings } from "../config/plus/plugins.ts";
import { formatGoDuration } from "../core/model/duration.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { CALL_RESULTS, type PluginMetrics } from "./metrics.ts";
import type { Launch } from "./process.ts";
import type { Method } from "./protocol.ts";
import { redaction, type Redaction } from "./redact.ts";
import { CANCELED, PluginRun, type Failure, type Reply } from "./run.ts";
import { unlessAborted } from "../classify/unless-aborted.ts";

/** ms; the longest wait before a process is started again the first time, the longest of all, and after which age one begins anew. */
const BACKOFF = { initial: 1000, max: 60_000, reset: 60_000 };

/** So many calls at a time: few of a classifier, which computes, so that they do not wait for each other for long. */
const AT_A_TIME: Readonly<Record<Method, number>> = { classify: 4, publish: 64 };
const WAITING = 1000;

export interface PluginDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: PluginMetrics;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly launch: Launch;
}

export type CallOutcome<T> = { readonly result: "ok"; readonly value: T } | Failure;

/** A plugin: a process that is started again whenever it ends, after a wait that grows. Calls in between fail at once. */
export class Plugin {
  readonly #settings: PluginSettings;
  readonly #deps: PluginDeps;
  readonly #log: Logger;
  readonly #redaction: Redaction;
  readonly #turns: Readonly<Record<Method, Turns>>;
  #run: PluginRun | undefined;
  /** Settled when the process in the making can be called, or has failed. */
  #started = Promise.withResolvers<void>();
  #failures = 0;
  #cancelRestart: Cancel | undefined;
  /** Why it cannot be called. */
  #reason = "it has not been started";
  #isClosed = false;

  constructor(settings: PluginSettings, deps: PluginDeps) {
    const { name } = settings;
    this.#settings = settings;
    this.#deps = deps;
    this.#log = deps.log.with({ component: "plugin", plugin: name });
    this.#redaction = redaction(JSON.parse(settings.options.reveal()));
    this.#turns = {
      classify: new Turns(AT_A_TIME.classify, WAITING),
      publish: new Turns(AT_A_TIME.publish, WAITING),
    };
    for (const result of CALL_RESULTS) deps.metrics.calls.with(name, result);
    deps.metrics.restarts.with(name);
    deps.metrics.duration.with(name);
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Whether it can be called. */
  get up(): boolean {
    return this.#run?.methods !== undefined;
  }

  /** Whether it is known not to have the method. */
  lacks(method: Method): boolean {
    return this.#run?.methods?.includes(method) === false;
  }

  /** Takes out of a text what the options hold. */
  get redact(): (text: string) => string {
    return this.#redaction.redact;
  }

  start(): void {
    const { clock, launch } = this.#deps;
    try {
      this.#run = new PluginRun({
        settings: this.#settings,
        redaction: this.#redaction,
        clock,
        log: this.#log,
        launch,
        onReady: () => this.#started.resolve(),
        onEnd: (reason) => this.#restart(reason),
      });
    } catch (error) {
      this.#restart(`it cannot be started: ${(error as Error).message}`);
    }
  }

  /**
   * Calls it and checks the answer. While the process is starting, that is waited for.
   *
   * @param read checks the answer; what it throws says what is wrong
   */
  async call<T>(
    method: Method,
    given: readonly unknown[],
    read: (value: unknown) => T,
    signal: AbortSignal,
  ): Promise<CallOutcome<T>> {
    const reply = await this.#inTurn(method, given, signal);
    const outcome = reply.result === "ok" ? this.#checked(reply.value, read) : reply;
    this.#deps.metrics.calls.with(this.name, outcome.result).inc();
    return outcome;
  }

  /** Ends the process; resolves when it is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reason = "it has been stopped";
    this.#cancelRestart?.();
    this.#started.resolve();
    const run = this.#run;
    this.#run = undefined;
    await run?.close();
  }

  async #inTurn(method: Method, given: readonly unknown[], signal: AbortSignal): Promise<Reply> {
    const endTurn = await this.#turns[method].take(signal);
    if (endTurn === undefined) {
      return signal.aborted
        ? CANCELED
        : { result: "unavailable", error: `${WAITING} calls wait for their turn already` };
    }
    if (this.#run !== undefined && !this.up) await unlessAborted(this.#started.promise, signal);
    const run = this.#run;
    if (signal.aborted || run?.methods?.includes(method) !== true) {
      endTurn();
      if (signal.aborted) return CANCELED;
      const reason = this.up ? `it has no ${method}` : `it is not running: ${this.#reason}`;
      return { result: "unavailable", error: reason };
    }
    const begin = this.#deps.clock.elapsed();
    const { reply, cancel } = run.ask(method, given);
    signal.addEventListener("abort", cancel, { once: true });
    // The turn lasts as long as the process has to do with the call, even if nobody waits for the answer.
    const answered = reply.finally(() => {
      signal.removeEventListener("abort", cancel);
      this.#deps.metrics.duration.with(this.name).observe((this.#deps.clock.elapsed() - begin) / 1000);
      endTurn();
    });
    return (await unlessAborted(answered, signal)) ?? CANCELED;
  }

  #checked<T>(value: unknown, read: (value: unknown) => T): CallOutcome<T> {
    try {
      return { result: "ok", value: read(value) };
    } catch (error) {
      return { result: "invalid", error: this.redact(`its answer is wrong: ${(error as Error).message}`) };
    }
  }

  #restart(reason: string): void {
    if (this.#isClosed) return;
    const { clock, random, metrics } = this.#deps;
    this.#reason = reason;
    this.#started.resolve();
    this.#started = Promise.withResolvers();
    this.#failures = (this.#run?.age ?? 0) >= BACKOFF.reset ? 1 : this.#failures + 1;
    this.#run = undefined;
    // From half to all of a bound that doubles: never at once, and not all at the same time.
    const bound = Math.min(BACKOFF.max, BACKOFF.initial * 2 ** (this.#failures - 1));
    const wait = Math.round(bound * (1 - random() / 2));
    this.#log.error("Plugin ended", { reason, restart_in: formatGoDuration(wait) });
    this.#cancelRestart = clock.schedule(wait, () => {
      metrics.restarts.with(this.name).inc();
      this.start();
    });
  }
}
