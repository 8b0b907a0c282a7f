import type { Cells, Connection, Row } from "./connection.ts";
import { isWorthRepeating } from "./errors.ts";
import { migrate } from "./migrations.ts";
import { Pool } from "./pool.ts";
import type { Script } from "./script.ts";
import type { Place } from "./settings.ts";
import { identifier } from "./sql.ts";

export interface DatabaseSettings {
  readonly place: Place;
  readonly schema: string;
  /** ms until something that was asked for has to be done. */
  readonly patience: number;
  readonly maxConnections: number;
}

/** Before the same is tried again, ms at most. */
const PAUSE = 20;

/** Our schema in a database: runs scripts in transactions that cannot hold others up for longer than our patience. */
export class Database {
  readonly pool: Pool;
  readonly schema: string;
  readonly patience: number;
  /** What every transaction begins with; nothing of it outlives the transaction (PgBouncer). */
  readonly #limits: string;

  constructor({ place, schema, patience, maxConnections }: DatabaseSettings) {
    this.schema = schema;
    this.patience = patience;
    this.pool = new Pool(place, { max: maxConnections, patience }, (connection) =>
      migrate(connection, { place: this.pool.place, schema, patience }),
    );
    // Whoever stands still in the midst of a transaction is thrown out before those who wait for it give up.
    this.#limits = [
      `SET LOCAL search_path TO ${identifier(schema)}`,
      `SET LOCAL statement_timeout = ${Math.ceil(patience)}`,
      `SET LOCAL lock_timeout = ${Math.ceil(patience * 0.9)}`,
      `SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(patience * 0.6)}`,
    ].join(";");
  }

  /** On performance.now()'s clock: when something asked for now has to be done. */
  get deadline(): number {
    return performance.now() + this.patience;
  }

  /**
   * Runs a script as one transaction and hands out its rows; once more when another transaction was in the way.
   *
   * @param script made anew for each try
   * @throws StorageError
   */
  async run<T extends Script>(script: () => T, deadline = this.deadline): Promise<T> {
    for (;;) {
      try {
        return await this.pool.use(deadline, (connection) => this.#runOn(connection, script()));
      } catch (error) {
        if (!isWorthRepeating((error as Error).cause) || performance.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE));
      }
    }
  }

  async #runOn<T extends Script>(connection: Connection, script: T): Promise<T> {
    script.read(await connection.run(`${this.#begin};${script.text}`));
    return script;
  }

  get #begin(): string {
    return `SET TRANSACTION ISOLATION LEVEL READ COMMITTED;${this.#limits}`;
  }

  /** Runs statements as one transaction; the rows of all of them have the same columns and are given as they come. */
  async each(statements: string, onRow: (cells: Cells) => void, deadline = this.deadline): Promise<void> {
    await this.pool.use(deadline, (connection) => connection.each(`${this.#begin};${statements}`, onRow));
  }

  /**
   * A transaction in two parts, between which the caller decides, once: it is not repeated.
   *
   * @param decide gives the second part from what the first has read; undefined to leave it at that
   */
  async inTwo<T extends Script, U extends Script>(
    reading: T,
    decide: (read: T) => U | undefined,
    deadline = this.deadline,
  ): Promise<U | undefined> {
    return this.pool.use(deadline, async (connection) => {
      try {
        reading.read(await connection.run(`BEGIN ISOLATION LEVEL READ COMMITTED;${this.#limits};${reading.text}`));
        const writing = decide(reading);
        if (writing === undefined) {
          await connection.run("ROLLBACK");
          return undefined;
        }
        writing.read(
          await connection.run(`SET LOCAL search_path TO ${identifier(this.schema)};${writing.text};COMMIT`),
        );
        return writing;
      } catch (error) {
        // Whatever it stands in the midst of ends with the connection.
        connection.destroy();
        throw error;
      }
    });
  }
}

export function numberOf(row: Row | undefined, column: string): number {
  return Number(row?.[column]);
}
