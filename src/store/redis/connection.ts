import type { RedisSettings } from "../../config/plus/redis.ts";
import { pause, type Clock } from "../../dispatch/clock.ts";
import { dial } from "./dial.ts";
import { RedisError } from "./errors.ts";
import { LiveConnection } from "./live.ts";

/** ms before trying again: the first time, and at most, doubled in between; less by up to a half, so that not all come at once. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5000;

/** ms that what has been sent last is waited for at the end. */
const LAST_WORDS = 100;

export type Listener = (message: Buffer) => void;

export interface ConnectionOptions {
  readonly settings: RedisSettings;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** Called with every message to these channels. */
  readonly channels: ReadonlyMap<string, Listener>;
  /** Told of each change, and why there is no connection. */
  readonly onChange: (connected: boolean, reason: string) => void;
}

/** Keeps one connection to Redis, for as long as it takes. It carries questions as well as messages. */
export class RedisConnection {
  readonly #options: ConnectionOptions;
  readonly #stop = new AbortController();
  readonly #ran: Promise<void>;
  #live: LiveConnection | undefined;
  #reason = "not connected yet";

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#ran = this.#run();
  }

  /** Whether an answer can be expected in time. */
  get connected(): boolean {
    return this.#live?.answers ?? false;
  }

  /** Why not; "" when connected. Never holds a secret. */
  get reason(): string {
    if (this.#live === undefined) return this.#reason;
    return this.#live.answers ? "" : "Redis does not answer";
  }

  /** Rejects with RedisError, at once when there is no connection and within the timeout otherwise. */
  ask(args: readonly (string | Buffer)[]): Promise<unknown> {
    return this.#live?.ask(args) ?? Promise.reject(new RedisError(this.#reason));
  }

  /** Leaves what was sent last a moment to get through. */
  async close(): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.elapsed() + LAST_WORDS;
    while ((this.#live?.pending ?? 0) > 0 && clock.elapsed() < deadline) await pause(clock, 5, this.#stop.signal);
    this.#stop.abort();
    await this.#ran;
  }

  async #run(): Promise<void> {
    const { clock, random, onChange } = this.#options;
    const { signal } = this.#stop;
    let told: boolean | undefined;
    let longest = FIRST_PAUSE;
    while (!signal.aborted) {
      let since = Number.POSITIVE_INFINITY;
      this.#reason = await this.#connectOnce(() => {
        since = clock.elapsed();
        told = true;
        onChange(true, "");
      });
      if (signal.aborted) return;
      if (told !== false) onChange(false, this.#reason);
      told = false;
      // Who had a connection for a while begins anew; who loses it right away does not.
      if (clock.elapsed() - since > LONGEST_PAUSE) longest = FIRST_PAUSE;
      await pause(clock, longest * (1 - random() / 2), signal);
      longest = Math.min(2 * longest, LONGEST_PAUSE);
    }
  }

  /** Connects and waits for the end of it, whose reason is returned. */
  async #connectOnce(onConnected: () => void): Promise<string> {
    const { settings, clock, channels } = this.#options;
    const { signal } = this.#stop;
    let live: LiveConnection | undefined;
    try {
      const client = await dial(settings, clock, signal);
      const { timeout, master_name: masterName } = settings;
      live = new LiveConnection(client, { clock, timeout, leaveReplica: masterName !== "" });
      for (const [channel, listener] of channels) await client.subscribe(channel, listener);
      this.#live = live;
      onConnected();
      return (await client.ended).message;
    } catch (error) {
      return (error as Error).message;
    } finally {
      this.#live = undefined;
      live?.end();
    }
  }
}
