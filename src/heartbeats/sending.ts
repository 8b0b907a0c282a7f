import type { Counter, Vec } from "../metrics/instruments.ts";
import type { Sending } from "../config/plus/heartbeats.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Caller } from "./call.ts";
import type { HeartbeatState } from "./state.ts";

export interface CallsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly caller: Caller;
  /** By heartbeat and outcome. */
  readonly counts: Vec<Counter>;
  /** Why not all is well; undefined when it is. */
  readonly trouble: () => string | undefined;
  /** Whether this server calls for all that share its database. */
  readonly isOurTurn: () => boolean;
}

interface Sent {
  readonly heartbeat: Sending;
  lastAt: number | undefined;
  nextAt: number;
  error: string | undefined;
  calling: boolean;
}

/** ms a call may take. */
const PATIENCE = 10_000;

/** Calls URLs every so often while all is well. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #stopping = new AbortController();
  #sent = new Map<string, Sent>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Takes these in place of those before. */
  use(heartbeats: readonly Sending[], now: number): void {
    const sent = new Map<string, Sent>();
    for (const heartbeat of heartbeats) {
      const before = this.#sent.get(heartbeat.name);
      const nextAt = Math.min(before?.nextAt ?? now, now + heartbeat.every);
      const fresh = { lastAt: undefined, error: undefined, calling: false };
      sent.set(heartbeat.name, { ...fresh, ...before, heartbeat, nextAt });
    }
    this.#sent = sent;
  }

  tick(now: number): void {
    for (const one of this.#sent.values()) if (now >= one.nextAt) this.#due(one, now);
  }

  /** The clock was set back: what is due by the old one is not due in hours. */
  hurry(now: number): void {
    for (const one of this.#sent.values()) one.nextAt = Math.min(one.nextAt, now + one.heartbeat.every);
  }

  states(): HeartbeatState[] {
    return [...this.#sent.values()].map(({ heartbeat, lastAt, nextAt, error }) => {
      const state = error !== undefined ? "failing" : lastAt === undefined ? "never" : "ok";
      return { heartbeat, state, lastAt, nextAt, lastError: error };
    });
  }

  stop(): void {
    this.#stopping.abort();
    this.#options.caller.close();
  }

  #due(one: Sent, now: number): void {
    const { isOurTurn, trouble, counts } = this.#options;
    one.nextAt = now + one.heartbeat.every;
    if (!isOurTurn()) {
      one.error = undefined;
      return;
    }
    const reason = trouble();
    if (reason !== undefined) {
      counts.with(one.heartbeat.name, "withheld").inc();
      this.#failed(one, `not called: ${reason}`);
    } else if (!one.calling) void this.#call(one);
  }

  async #call(one: Sent): Promise<void> {
    const { clock, caller, counts, log } = this.#options;
    const { name, every } = one.heartbeat;
    const limit = new AbortController();
    const cancel = clock.schedule(Math.min(PATIENCE, every), () =>
      limit.abort(new DOMException("no answer in time", "TimeoutError")),
    );
    one.calling = true;
    const error = await caller.call(one.heartbeat, AbortSignal.any([limit.signal, this.#stopping.signal]));
    cancel();
    // Another one may have taken its place meanwhile.
    const current = this.#sent.get(name) ?? one;
    current.calling = false;
    if (this.#stopping.signal.aborted) return;
    counts.with(name, error === undefined ? "ok" : "failed").inc();
    if (error !== undefined) return this.#failed(current, error);
    current.lastAt = clock.now();
    if (current.error !== undefined) log.info("A heartbeat is sent again", { heartbeat: name });
    current.error = undefined;
  }

  #failed(one: Sent, error: string): void {
    if (one.error === undefined) {
      this.#options.log.warn("A heartbeat is not sent", { heartbeat: one.heartbeat.name, err: error });
    }
    one.error = error;
  }
}
