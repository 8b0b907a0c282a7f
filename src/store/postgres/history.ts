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
import { POSTGRES } from "../history/dialect.ts";
import { decodeEvent, encodeEvents, type EventCells, type StoredEvents } from "../history/encode.ts";
import { EVERYTHING } from "../history/everything.ts";
import { search } from "../history/search.ts";
import type { Ask } from "../history/sets.ts";
import { stats } from "../history/stats.ts";
import { AppendScript } from "./append.ts";
import { Batcher } from "./batcher.ts";
import type { Cells } from "./connection.ts";
import type { Database } from "./database.ts";
import type { OnUnreadable } from "./feed.ts";

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

/** The history all servers share. */
export class PostgresHistory implements HistoryReader {
  readonly #options: PostgresHistoryOptions;
  readonly #events: Batcher<StoredEvents, undefined>;

  constructor(options: PostgresHistoryOptions) {
    this.#options = options;
    this.#events = new Batcher({
      run: (parts, deadline) => this.#append(parts, deadline),
      sizeOf: ({ events }) => events.length * EVENT,
      patience: options.database.patience,
    });
  }

  /** By itself and not in the others' turn to write: history holds nothing up. */
  async remember(rows: readonly HistoryRow[]): Promise<void> {
    const parts: Promise<undefined>[] = [];
    for (let i = 0; i < rows.length; i += AT_ONCE) {
      parts.push(this.#events.add(encodeEvents(rows.slice(i, i + AT_ONCE))));
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
    const { rows, next } = await search(this.#ask, POSTGRES, query);
    return { events: rows.flatMap((cells) => this.#decoded(cells) ?? []), next };
  }

  historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    return stats(this.#ask, POSTGRES, query);
  }

  readonly #ask: Ask = async (sql) => {
    const rows: Cells[] = [];
    const patience = `SET LOCAL statement_timeout = ${PATIENCE}`;
    await this.#options.database.each(`${patience};${sql}`, (cells) => rows.push(cells), performance.now() + PATIENCE);
    return rows;
  };

  #decoded(cells: EventCells): HistoryEvent | undefined {
    try {
      return decodeEvent(cells);
    } catch (error) {
      this.#options.onUnreadable(`history of ${cells[4]}`, error as Error);
      return undefined;
    }
  }
}
