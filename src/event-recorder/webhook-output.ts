import { defaultHttpConfig } from "../config/http-config.ts";
import type { EventWebhookOutput } from "../config/types.ts";
import { pause, type Clock } from "../dispatch/clock.ts";
import { createHttpClient, TimeoutCause, type HttpClient } from "../notify/http.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Line, OnWritten, Output } from "./output.ts";

const MOST_WAITING = 1024;
const LONGEST_BACKOFF = 30_000;
/** ms the last of it may take at the end. */
const LAST_PATIENCE = 5000;

export interface WebhookOutputParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onWritten: OnWritten;
  /** Told of events for which there is no room. */
  readonly onDropped: (output: string, events: number) => void;
}

/** Posts events, each by itself or some together, in the background. */
export class WebhookOutput implements Output {
  readonly name: string;
  readonly #parts: WebhookOutputParts;
  readonly #config;
  readonly #client: HttpClient;
  readonly #ended = new AbortController();
  #waiting: Line[] = [];
  #workers = 0;
  #idle = Promise.withResolvers<void>();

  /** @throws Error with upstream's verdict on what its `http_config` names */
  constructor(config: EventWebhookOutput, parts: WebhookOutputParts) {
    this.#parts = parts;
    this.#config = {
      url: config.url.reveal(),
      timeout: config.timeout || 10_000,
      workers: Number(config.workers) || 4,
      retries: Number(config.max_retries) || 3,
      backoff: config.retry_backoff || 500,
      isBatch: config.batch,
      events: Number(config.batch_max_events) || 100,
      bytes: Number(config.batch_max_bytes) || 1024 * 1024,
      interval: config.batch_flush_interval || 100,
    };
    const shown = new URL(this.#config.url);
    shown.username = "";
    shown.password = "";
    shown.search = "";
    this.name = `webhook:${shown.href}`;
    this.#client = createHttpClient(config.http_config ?? defaultHttpConfig());
  }

  write(lines: readonly Line[]): Promise<void> {
    const room = MOST_WAITING - this.#waiting.length;
    this.#waiting.push(...lines.slice(0, room));
    if (lines.length > room) this.#parts.onDropped(this.name, lines.length - Math.max(0, room));
    const needed = this.#config.isBatch ? 1 : this.#waiting.length;
    while (this.#workers < Math.min(this.#config.workers, needed)) void this.#work();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const { clock } = this.#parts;
    const cancel = clock.schedule(LAST_PATIENCE, () => this.#ended.abort());
    if (this.#workers > 0) await this.#idle.promise;
    cancel();
    this.#client.close();
  }

  async #work(): Promise<void> {
    this.#workers++;
    while (this.#waiting.length > 0) {
      const { isBatch, interval, events } = this.#config;
      if (isBatch && this.#waiting.length < events) await pause(this.#parts.clock, interval, this.#ended.signal);
      const lines = this.#take();
      await this.#deliver(lines, isBatch ? `[${lines.map(({ text }) => text).join(",")}]` : (lines[0]?.text ?? ""));
    }
    if (--this.#workers > 0) return;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers();
  }

  #take(): readonly Line[] {
    const { isBatch, events, bytes } = this.#config;
    let count = 1;
    let size = Buffer.byteLength(this.#waiting[0]?.text ?? "");
    const most = isBatch ? Math.min(events, this.#waiting.length) : 1;
    while (count < most) {
      size += Buffer.byteLength(this.#waiting[count]?.text ?? "");
      if (size > bytes) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #deliver(lines: readonly Line[], body: string): Promise<void> {
    const { clock, log, onWritten } = this.#parts;
    const { retries, backoff } = this.#config;
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#post(body);
      if (failure === undefined) {
        for (const line of lines) onWritten(line, Buffer.byteLength(line.text));
        return;
      }
      if (attempt >= retries || this.#ended.signal.aborted) {
        log.error("Failed to send events", { output: this.name, err: failure });
        for (const line of lines) onWritten(line, undefined);
        return;
      }
      await pause(clock, Math.min(backoff * 2 ** attempt, LONGEST_BACKOFF), this.#ended.signal);
    }
  }

  /** Why it failed; undefined when it did not. */
  async #post(body: string): Promise<string | undefined> {
    const late = new AbortController();
    const cancel = this.#parts.clock.schedule(this.#config.timeout, () => late.abort(new TimeoutCause("timeout")));
    try {
      const headers = [
        ["Content-Type", "application/json"],
        ["User-Agent", "Go-http-client/1.1"],
      ] as const;
      const request = {
        method: "POST",
        url: this.#config.url,
        headers: headers.map(([k, v]) => [k, v] as const),
        body,
      };
      const response = await this.#client.send(request, AbortSignal.any([late.signal, this.#ended.signal]));
      response.discard();
      return response.status >= 200 && response.status < 300 ? undefined : `unexpected status ${response.statusText}`;
    } catch (error) {
      // What the address has in it may be a secret.
      return error instanceof Error && error.message.includes("://")
        ? "the request failed"
        : String((error as Error).message);
    } finally {
      cancel();
    }
  }
}
