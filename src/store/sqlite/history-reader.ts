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
import { StorageError } from "../../core/interfaces/storage.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { MatchType } from "../../core/model/matcher.ts";
import { decodeEvent, type EventCells } from "../history/encode.ts";
import { EVERYTHING } from "../history/everything.ts";
import type { Found } from "../history/search.ts";
import type { OnUnreadable } from "./decoder.ts";

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

/** The thread ends when nothing was asked for so long, ms. */
const IDLE = 30_000;
const EMPTY: HistoryStats = {
  buckets: [],
  top: [],
  flapping: [],
  total: { firing: 0, resolved: 0, notified: 0, failed: 0, alerts: 0, flaps: 0 },
};

interface Waiting {
  readonly question: HistoryQuestion;
  readonly resolve: (value: HistoryAnswer["value"]) => void;
  readonly reject: (error: StorageError) => void;
}

/** Reads the history on a thread of its own, one question after the other, started when somebody asks. */
export class SqliteHistoryReader implements HistoryReader {
  readonly #path: string;
  readonly #onUnreadable: OnUnreadable;
  #worker: Worker | undefined;
  readonly #waiting: Waiting[] = [];
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, onUnreadable: OnUnreadable) {
    this.#path = path;
    this.#onUnreadable = onUnreadable;
  }

  async readHistory(from?: HistoryPosition): Promise<HistoryPage> {
    const { events, next } = await this.searchHistory({ ...EVERYTHING, ...(from !== undefined && { after: from }) });
    return { rows: events, next };
  }

  async searchHistory(query: HistoryQuery): Promise<HistoryResult> {
    const found = (await this.#ask({ path: this.#path, kind: "search", query: unmatched(query) })) as Found | undefined;
    const events = (found?.rows ?? []).flatMap((cells) => this.#decoded(cells) ?? []);
    return { events, next: found?.next };
  }

  async historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    const plain = (await this.#ask({ path: this.#path, kind: "stats", query: unmatched(query) })) as
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
    this.#end("closed");
  }

  #decoded(cells: EventCells): HistoryEvent | undefined {
    try {
      return decodeEvent(cells);
    } catch (error) {
      this.#onUnreadable(`history of ${cells[4]}`, error as Error);
      return undefined;
    }
  }

  #ask(question: HistoryQuestion): Promise<HistoryAnswer["value"]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (this.#waiting.length === 1) this.#next();
    });
  }

  #next(): void {
    clearTimeout(this.#idle);
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#idle = setTimeout(() => this.#end("idle"), IDLE);
      this.#idle.unref();
      return;
    }
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's
    this.#worker.postMessage(JSON.stringify(first.question));
  }

  #start(): Worker {
    const compiled = import.meta.dir.startsWith("/$bunfs/");
    const worker = new Worker(
      compiled
        ? "/$bunfs/root/store/sqlite/history-reader.worker.js"
        : new URL("./history-reader.worker.ts", import.meta.url),
    );
    worker.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const { resolve, reject } = this.#waiting.shift() as Waiting;
      const answer = JSON.parse(data) as HistoryAnswer | { readonly error: string };
      if ("error" in answer) reject(new StorageError("failed", answer.error));
      else resolve(answer.value);
      this.#next();
    });
    worker.addEventListener("error", (event) => this.#end(`the reader was lost: ${event.message}`));
    return worker;
  }

  #end(reason: string): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(new StorageError("failed", `${this.#path}: ${reason}`));
  }
}

function unmatched<T extends HistoryQuery | HistoryStatsQuery>(query: T): Unmatched<T> {
  return { ...query, matchers: query.matchers.map(({ type, name, value }) => [type, name, value] as const) };
}
