import type { Clock, Cancel } from "../../dispatch/clock.ts";
import type { Client } from "./client.ts";
import { RedisError } from "./errors.ts";

/** Questions without an answer yet, and their bytes, at most: beyond, they fail at once. */
const MAX_PENDING = 1000;
const MAX_PENDING_BYTES = 16 * 2 ** 20;

/** ms a connection may owe an answer before it is given up. */
const LOST_AFTER = 2000;

/** ms between two looks whether the other side is still there. */
const PING_EVERY = 5000;

export interface LiveOptions {
  readonly clock: Clock;
  /** ms a caller waits for an answer. */
  readonly timeout: number;
  /** Whether to leave a server that takes no writes, because there is another one that does. */
  readonly leaveReplica: boolean;
}

/** An established connection: bounds what is asked and notices when nobody answers. */
export class LiveConnection {
  readonly #client: Client;
  readonly #options: LiveOptions;
  #pending = 0;
  #pendingBytes = 0;
  /** Questions whose callers have stopped waiting. */
  #late = 0;
  #cancelLoss: Cancel | undefined;
  #cancelPing: Cancel;

  constructor(client: Client, options: LiveOptions) {
    this.#client = client;
    this.#options = options;
    this.#cancelPing = this.#schedulePing();
  }

  /** Whether an answer can be expected in time. */
  get answers(): boolean {
    return this.#late === 0;
  }

  get pending(): number {
    return this.#pending;
  }

  /** Rejects with RedisError: with what Redis answers, or when the answer takes longer than the timeout. */
  ask(args: readonly (string | Buffer)[]): Promise<unknown> {
    const { clock, timeout } = this.#options;
    const bytes = args.reduce((sum, arg) => sum + arg.length, 0);
    if (!this.answers) return Promise.reject(new RedisError("Redis does not answer"));
    if (this.#pending >= MAX_PENDING || this.#pendingBytes + bytes > MAX_PENDING_BYTES) {
      return Promise.reject(new RedisError("too much is waiting for Redis already"));
    }
    this.#pending++;
    this.#pendingBytes += bytes;
    return new Promise((resolve, reject) => {
      let late = false;
      const cancel = clock.schedule(timeout, () => {
        late = true;
        this.#becameLate();
        reject(new RedisError(`Redis did not answer within ${timeout} ms`));
      });
      const settle = () => {
        this.#pending--;
        this.#pendingBytes -= bytes;
        cancel();
        if (late) this.#caughtUp();
      };
      this.#client.send(args).then(
        (answer) => {
          settle();
          resolve(answer);
        },
        (error: Error) => {
          settle();
          reject(new RedisError(error.message));
          // After a failover we may still be with the former master.
          if (this.#options.leaveReplica && error.message.startsWith("READONLY")) this.#client.destroy();
        },
      );
    });
  }

  end(): void {
    this.#cancelPing();
    this.#cancelLoss?.();
    this.#client.destroy();
  }

  #becameLate(): void {
    this.#late++;
    this.#cancelLoss ??= this.#options.clock.schedule(LOST_AFTER, () => this.#client.destroy());
  }

  #caughtUp(): void {
    this.#late--;
    if (this.#late > 0) return;
    this.#cancelLoss?.();
    this.#cancelLoss = undefined;
  }

  #schedulePing(): Cancel {
    return this.#options.clock.schedule(PING_EVERY, () => {
      this.ask(["PING"]).catch(() => undefined);
      this.#cancelPing = this.#schedulePing();
    });
  }
}
