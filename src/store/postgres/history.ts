import type {
  HistoryEvent,
  HistoryPage,
  HistoryPosition,
  HistoryQuery,
  HistoryReader,
  HistoryResult,
  HistoryStats,
  HistoryStatsQuery,
} from "../../core/interfaces/history.ts";
import { POSTGRES } from "../history/dialect.ts";
import { decodeEvent, type EventCells } from "../history/encode.ts";
import { EVERYTHING } from "../history/everything.ts";
import { search } from "../history/search.ts";
import type { Ask } from "../history/sets.ts";
import { stats } from "../history/stats.ts";
import type { Cells } from "./connection.ts";
import type { Database } from "./database.ts";
import type { OnUnreadable } from "./feed.ts";

/** What reading a whole week may take, ms. */
const PATIENCE = 30_000;

/** Reads the history all servers share. */
export class PostgresHistory implements HistoryReader {
  constructor(
    private readonly database: Database,
    private readonly onUnreadable: OnUnreadable,
  ) {}

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
    await this.database.each(`${patience};${sql}`, (cells) => rows.push(cells), performance.now() + PATIENCE);
    return rows;
  };

  #decoded(cells: EventCells): HistoryEvent | undefined {
    try {
      return decodeEvent(cells);
    } catch (error) {
      this.onUnreadable(`history of ${cells[4]}`, error as Error);
      return undefined;
    }
  }
}
