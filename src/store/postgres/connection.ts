import { connect, type Socket } from "node:net";
import type postgres from "postgres";
import { endsConnection } from "./errors.ts";
import { readPassword, tlsOptions, type Place, type Server } from "./settings.ts";

/** A row by the names of its columns; a bigint is a number. */
export type Row = Readonly<Record<string, unknown>>;

/** A row as its columns in order. */
export type Cells = readonly unknown[];

/** How long nothing may come before the other side is asked whether it is still there, ms. */
const KEEP_ALIVE = 10_000;

/** One connection. When something is wrong with it, it is given up; there is no coming back. */
export class Connection {
  /** Told when it has come to an end by itself. */
  onEnd: () => void = () => undefined;
  /** Its server cannot be written to. */
  isStandby = false;
  readonly #sql: postgres.Sql;
  #socket: Socket | undefined;
  #isOpen = true;

  private constructor(create: typeof postgres, place: Place, server: Server) {
    const password = readPassword(place);
    const options = {
      host: server.host,
      port: server.port,
      username: place.user,
      database: place.database,
      password: () => password,
      ssl: tlsOptions(place, server),
      sslnegotiation: null,
      socket: () => this.#dial(server),
      max: 1,
      prepare: false,
      fetch_types: false,
      idle_timeout: null,
      max_lifetime: null,
      connect_timeout: null,
      backoff: () => 0,
      connection: { application_name: place.application },
      types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
      onnotice: () => undefined,
      onclose: () => this.#ended(),
    };
    // The options are more than its types say.
    this.#sql = create(options as unknown as postgres.Options<Record<string, never>>);
  }

  /** @param aborted when nobody waits for the connection any more */
  static async open(place: Place, server: Server, aborted: AbortSignal): Promise<Connection> {
    const { default: create } = await import("postgres");
    const connection = new Connection(create, place, server);
    const giveUp = () => connection.destroy();
    aborted.addEventListener("abort", giveUp);
    try {
      aborted.throwIfAborted();
      const [row] = await connection.#sql`SELECT pg_is_in_recovery() AS standby`.simple();
      aborted.throwIfAborted();
      connection.isStandby = row?.["standby"] === true;
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    } finally {
      aborted.removeEventListener("abort", giveUp);
    }
  }

  async #dial({ host, port }: Server): Promise<Socket> {
    // The client would go on for ever with a server that closes as soon as it has accepted.
    if (this.#socket !== undefined || !this.#isOpen) throw new Error("the connection was closed while it was opened");
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed while it was opened")));
    });
    return socket;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs statements, in one transaction unless they say otherwise. The first has to give no rows.
   *
   * @returns the rows of each statement that gives any
   */
  async run(text: string): Promise<readonly (readonly Row[])[]> {
    return this.#checked(async (sql) => {
      // Not `unsafe` alone: the client keeps the text of each that fails for good.
      const results: unknown = await sql`${sql.unsafe(text)}`.simple();
      const isOne = (results as { command?: string }).command !== undefined;
      return isOne ? [] : (results as (readonly Row[])[]).slice(1);
    });
  }

  /** Runs statements of which all rows have the same columns, and gives each row as it comes. */
  async each(text: string, onRow: (cells: Cells) => void): Promise<void> {
    await this.#checked(async (sql) => {
      const query = sql`${sql.unsafe(text)}`.simple().values();
      await (query as unknown as { forEach(onRow: (cells: Cells) => void): Promise<unknown> }).forEach(onRow);
    });
  }

  async #checked<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new Error("the connection is closed");
    try {
      return await work(this.#sql);
    } catch (error) {
      if (endsConnection(error)) this.destroy();
      throw error;
    }
  }

  /** Ends it at once: a server that hangs is not waited for, and what runs on it fails. */
  destroy(): void {
    this.#isOpen = false;
    this.#socket?.destroy();
    this.#sql.end({ timeout: 0 }).catch(() => undefined);
  }

  #ended(): void {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    if (wasOpen) this.onEnd();
  }
}
