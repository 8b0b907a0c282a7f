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
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { MatchType } from "../../core/model/matcher.ts";
import { decodeEvent, type EventCells } from "../history/encode.ts";
import { EVERYTHING } from "../history/everything.ts";
import type { Found } from "../history/search.ts";
import type { OnUnreadable } from "./decoder.ts";
import { HistoryThread } from "./history-thread.ts";

/** A query as it crosses to the other thread. */
export type Unmatched<T> = Omit<T, "matchers"> & {
  readonly matchers: readonly (readonly [type: MatchType, name: string, value: string])[];
};

export type HistoryQuestion = { readonly path: string } & (
  | { readonly kind: "search"; readonly query: Unmatched<HistoryQuery> }
  | { readonly kind: "stats"; readonly query: Unmatched<HistoryStatsQuery> }
);

type PlainStats = Omit<HistoryStats, "flapping"> & {
  readonly flapping: readonly { readonly labels: string; readonly flaps: number; readonly lastAt: number }[];
};

/** Undefined where there is no history yet. */
export interface HistoryAnswer {
  readonly value: Found | PlainStats | undefined;
}

/** What counting everything may take, ms. */
const PATIENCE = 30_000;
const EMPTY: HistoryStats = {
  buckets: [],
  top: [],
  flapping: [],
  total: { firing: 0, resolved: 0, notified: 0, failed: 0, alerts: 0, flaps: 0 },
};

/** Reads the history on threads of its own: what is counted, which may take its time, holds up nothing that is searched. */
export class SqliteHistoryReader implements HistoryReader {
  readonly #path: string;
  readonly #onUnreadable: OnUnreadable;
  readonly #searching: HistoryThread;
  readonly #counting: HistoryThread;

  /** @param patience ms a question may take */
  constructor(path: string, onUnreadable: OnUnreadable, patience = PATIENCE) {
    this.#path = path;
    this.#onUnreadable = onUnreadable;
    this.#searching = new HistoryThread(path, patience);
    this.#counting = new HistoryThread(path, patience);
  }

  async readHistory(from?: HistoryPosition): Promise<HistoryPage> {
    const { events, next } = await this.searchHistory({ ...EVERYTHING, ...(from !== undefined && { after: from }) });
    return { rows: events, next };
  }

  async searchHistory(query: HistoryQuery): Promise<HistoryResult> {
    const found = (await this.#searching.ask({ path: this.#path, kind: "search", query: unmatched(query) })) as
      Found | undefined;
    const events = (found?.rows ?? []).flatMap((cells) => this.#decoded(cells) ?? []);
    return { events, next: found?.next };
  }

  async historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    const plain = (await this.#counting.ask({ path: this.#path, kind: "stats", query: unmatched(query) })) as
      PlainStats | undefined;
    if (plain === undefined) return EMPTY;
    const flapping = plain.flapping.map(({ labels, flaps, lastAt }) => ({
      labels: labelSetFromObject(JSON.parse(labels) as Record<string, string>),
      flaps,
      lastAt,
    }));
    return { ...plain, flapping };
  }

  close(): void {
    this.#searching.close();
    this.#counting.close();
  }

  #decoded(cells: EventCells): HistoryEvent | undefined {
    try {
      return decodeEvent(cells);
    } catch (error) {
      this.#onUnreadable(`history of ${cells[4]}`, error as Error);
      return undefined;
    }
  }
}

function unmatched<T extends HistoryQuery | HistoryStatsQuery>(query: T): Unmatched<T> {
  return { ...query, matchers: query.matchers.map(({ type, name, value }) => [type, name, value] as const) };
}
