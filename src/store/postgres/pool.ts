import { StorageError } from "../../core/interfaces/storage.ts";
import { Connection } from "./connection.ts";
import { explainFailure } from "./errors.ts";
import { describe, type Place } from "./settings.ts";

interface Waiting {
  readonly give: (connection: Connection | undefined) => void;
}

/**
 * The connections to one database. They are opened when needed, and thrown away when they fail or do not answer in time: a
 * server that hangs costs whoever asks their patience and no more.
 */
export class Pool {
  readonly place: string;
  readonly #settings: Place;
  /** Connections, at most. */
  readonly most: number;
  readonly #patience: number;
  /** Done on a new connection until it went well once. */
  readonly #prepare: (connection: Connection) => Promise<void>;
  readonly #idle: Connection[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #uses = new Set<AbortController>();
  #closed = false;
  #count = 0;
  #prepared = false;

  /** @param patience ms for all servers together to be connected to */
  constructor(
    settings: Place,
    { max, patience }: { readonly max: number; readonly patience: number },
    prepare: (connection: Connection) => Promise<void>,
  ) {
    this.place = describe(settings);
    this.#patience = patience;
    this.#settings = settings;
    this.most = max;
    this.#prepare = prepare;
  }

  /**
   * Gives `work` a connection of its own.
   *
   * @param deadline on performance.now()'s clock; what is not done by then fails, and its connection is thrown away
   * @throws StorageError
   */
  async use<T>(deadline: number, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#closed) throw this.#error("failed", "closed");
    const use = new AbortController();
    const { promise: gaveUp, reject } = Promise.withResolvers<never>();
    use.signal.addEventListener("abort", () => reject(use.signal.reason as Error));
    const late = () => use.abort(this.#error("timeout", "no answer in time"));
    const timer = setTimeout(late, Math.max(0, deadline - performance.now()));
    this.#uses.add(use);
    try {
      return await Promise.race([this.#useUntil(use.signal, work), gaveUp]);
    } catch (error) {
      throw explainFailure(this.place, error);
    } finally {
      clearTimeout(timer);
      this.#uses.delete(use);
    }
  }

  async #useUntil<T>(aborted: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire(aborted);
    const giveUp = () => connection.destroy();
    aborted.addEventListener("abort", giveUp);
    try {
      aborted.throwIfAborted();
      return await work(connection);
    } finally {
      aborted.removeEventListener("abort", giveUp);
      this.#release(connection);
    }
  }

  async #acquire(aborted: AbortSignal): Promise<Connection> {
    for (;;) {
      aborted.throwIfAborted();
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        if (idle.isOpen) return idle;
        this.#count--;
        continue;
      }
      if (this.#count < this.most) return this.#open(aborted);
      const given = await this.#next(aborted);
      if (given !== undefined) return given;
    }
  }

  /** The next connection given back; undefined when a new one may be opened instead. */
  #next(aborted: AbortSignal): Promise<Connection | undefined> {
    return new Promise((resolve, reject) => {
      const waiting = { give: resolve };
      this.#waiting.push(waiting);
      aborted.addEventListener("abort", () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(aborted.reason as Error);
      });
    });
  }

  async #open(aborted: AbortSignal): Promise<Connection> {
    this.#count++;
    try {
      return await this.#openFirst(aborted);
    } catch (error) {
      this.#count--;
      this.#waiting.shift()?.give(undefined);
      throw error;
    }
  }

  /** On the first server that answers and can be written to. */
  async #openFirst(aborted: AbortSignal): Promise<Connection> {
    const { servers } = this.#settings;
    let failure: unknown;
    for (const server of servers) {
      // One that does not answer leaves time for the others.
      const share = AbortSignal.any([aborted, AbortSignal.timeout(this.#patience / servers.length)]);
      try {
        const connection = await Connection.open(this.#settings, server, share);
        connection.onEnd = () => this.#forget(connection);
        await this.#check(connection, servers.length > 1);
        return connection;
      } catch (error) {
        failure = error;
        aborted.throwIfAborted();
      }
    }
    throw failure;
  }

  async #check(connection: Connection, mayBeStandby: boolean): Promise<void> {
    try {
      if (mayBeStandby && connection.isStandby) throw new Error("the server is a standby, which cannot be written to");
      if (!this.#prepared) await this.#prepare(connection);
      this.#prepared = true;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  #release(connection: Connection): void {
    if (!connection.isOpen || this.#closed) {
      connection.destroy();
      this.#count--;
      this.#waiting.shift()?.give(undefined);
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next.give(connection);
  }

  /** One that ended while nobody used it. */
  #forget(connection: Connection): void {
    const at = this.#idle.indexOf(connection);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#count--;
  }

  /** Ends all connections; what is under way fails. */
  close(): void {
    this.#closed = true;
    for (const use of this.#uses) use.abort(this.#error("failed", "closed"));
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  #error(code: StorageError["code"], message: string): StorageError {
    return new StorageError(code, `${this.place}: ${message}`);
  }
}
