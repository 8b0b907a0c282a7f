import type {
  HistoryEvent,
  HistoryPage,
  HistoryPosition,
  HistoryQuery,
  HistoryReader,
  HistoryResult,
  HistoryRow,
  HistoryStats,
  HistoryStatsQuery,
} from "../../core/interfaces/history.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { POSTGRES } from "../history/dialect.ts";
import { crossing, decodeEvent, encodeEvents, type EventCells, type StoredEvents } from "../history/encode.ts";
import { EVERYTHING } from "../history/everything.ts";
import { search } from "../history/search.ts";
import type { Ask } from "../history/sets.ts";
import { stats } from "../history/stats.ts";
import { AppendScript } from "./append.ts";
import { Batcher } from "./batcher.ts";
import type { Cells } from "./connection.ts";
import type { Database } from "./database.ts";
import type { OnUnreadable } from "./feed.ts";
import { Turns } from "./turns.ts";

/** What reading a whole week may take, ms. */
const PATIENCE = 30_000;

/** Events stored in one transaction, and bytes one takes, about. */
const AT_ONCE = 500;
const EVENT = 512;

export interface PostgresHistoryOptions {
  readonly database: Database;
  readonly onUnreadable: OnUnreadable;
  /** Told how many events were written. */
  readonly onWritten: (events: number) => void;
}

/** The history all servers share. Half of the connections are left to what cannot wait, however much is asked here. */
export class PostgresHistory implements HistoryReader {
  readonly #options: PostgresHistoryOptions;
  readonly #events: Batcher<StoredEvents, undefined>;
  readonly #turns: Turns;
  readonly #counting: Turns;
  readonly #patience: number;

  constructor(options: PostgresHistoryOptions) {
    this.#options = options;
    const { pool, patience } = options.database;
    this.#events = new Batcher({
      run: (parts, deadline) => this.#append(parts, deadline),
      sizeOf: ({ events }) => events.length * EVENT,
      patience,
    });
    const atOnce = Math.max(1, Math.floor(pool.most / 2));
    this.#turns = new Turns(atOnce);
    this.#counting = new Turns(Math.max(1, atOnce - 1));
    // The only connection is given back before whoever waits for it takes the database for away.
    this.#patience = pool.most > 1 ? PATIENCE : patience / 2;
  }

  /** By itself and not in the others' turn to write: history holds nothing up. */
  async remember(rows: readonly HistoryRow[]): Promise<void> {
    const parts: Promise<undefined>[] = [];
    for (let i = 0; i < rows.length; i += AT_ONCE) {
      parts.push(this.#events.add(encodeEvents(crossing(rows.slice(i, i + AT_ONCE)))));
    }
    await Promise.all(parts);
  }

  /** Resolves when nothing is being written any more. */
  idle(): Promise<void> {
    return this.#events.idle();
  }

  async #append(parts: readonly StoredEvents[], deadline: number): Promise<undefined[]> {
    await this.#options.database.run(() => new AppendScript(parts), deadline);
    this.#options.onWritten(parts.reduce((sum, { events }) => sum + events.length, 0));
    return parts.map(() => undefined);
  }

  async readHistory(from?: HistoryPosition): Promise<HistoryPage> {
    const { events, next } = await this.searchHistory({ ...EVERYTHING, ...(from !== undefined && { after: from }) });
    return { rows: events, next };
  }

  async searchHistory(query: HistoryQuery): Promise<HistoryResult> {
    const { rows, next } = await this.#answer((ask) => search(ask, POSTGRES, query));
    return { events: rows.flatMap((cells) => this.#decoded(cells) ?? []), next };
  }

  historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    // Beside what is counted, which may take its time, something can be searched.
    return this.#answer((ask) => stats(ask, POSTGRES, query), this.#counting);
  }

  /**
   * @param work asks one thing after the other; all of it, with the wait for its turn, has one deadline
   * @param among those whose turn it has to be before
   */
  #answer<T>(work: (ask: Ask) => Promise<T>, among?: Turns): Promise<T> {
    const { database } = this.#options;
    const deadline = performance.now() + this.#patience;
    const ask: Ask = async (sql) => {
      const left = Math.ceil(deadline - performance.now());
      if (left <= 0) throw new StorageError("timeout", `${database.pool.place}: ${this.#tooLong}`);
      const rows: Cells[] = [];
      const patience = `SET LOCAL statement_timeout = ${left}`;
      await database.each(`${patience};${sql}`, (cells) => rows.push(cells), deadline);
      return rows;
    };
    const inTurn = () => this.#turns.run(() => work(ask));
    return among === undefined ? inTurn() : among.run(inTurn);
  }

  get #tooLong(): string {
    return `took longer than ${this.#patience / 1000} s; ask about less time, or for rarer things`;
  }

  #decoded(cells: EventCells): HistoryEvent | undefined {
    try {
      return decodeEvent(cells);
    } catch (error) {
      this.#options.onUnreadable(`history of ${cells[4]}`, error as Error);
      return undefined;
    }
  }
}
