import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import { NotShared, StorageError } from "../core/interfaces/storage.ts";
import type {
  HistoryPage,
  HistoryPosition,
  HistoryQuery,
  HistoryReader,
  HistoryResult,
  HistoryStats,
  HistoryStatsQuery,
} from "../core/interfaces/history.ts";
import type { Batch, HistoryRow, HistoryStorage, StoreHealth, Stored } from "../core/interfaces/storage.ts";

/** ms between taking in what is committed and the commit, at most. */
const TAKEN_IN = 1000;

/**
 * The shared database as the truth and the local file as its copy: what the database cannot take is stored in the file,
 * and a server can start from it.
 */
export class SharedFirst implements HistoryStorage {
  /** Whether the shared database is in use; set by whoever follows it. */
  sharing = false;
  /** Why it is not, for people. */
  reason = "not connected yet";
  /** ms; all that was updated before is in the shared database. */
  #sharedUntil = 0;
  /** Those who wait for the database's history. */
  readonly #reading = new Set<(error: StorageError) => void>();
  /** When each commit under way began, ms. */
  readonly #underWay = new Set<{ readonly at: number }>();

  constructor(
    readonly shared: SharedStorage,
    readonly local: HistoryStorage,
    /** ms */
    readonly now: () => number,
    /** Told of a commit the database did not take. */
    readonly onFailed: (error: Error) => void,
    /** Told of what has been stored for all. */
    readonly onShared: () => void,
  ) {}

  /** What the local copy has. */
  async load(): Promise<Stored> {
    const stored = await this.local.load();
    this.#sharedUntil = stored.sharedUntil ?? 0;
    return stored;
  }

  get sharedUntil(): number {
    return this.#sharedUntil;
  }

  /**
   * The database has all but what is under way.
   * @param savedUntil ms; what may wait was stored up to then
   */
  isUpToDate(savedUntil: number): void {
    const open = [...this.#underWay].map(({ at }) => at - TAKEN_IN);
    this.#sharedUntil = Math.min(this.now(), savedUntil, ...open);
  }

  /** Goes over to the database. */
  share(): void {
    this.sharing = true;
  }

  /** Goes on without the database. */
  goAlone(reason: string): void {
    this.sharing = false;
    this.reason = reason;
    for (const reject of this.#reading) reject(new StorageError("failed", reason));
  }

  /** @throws NotShared when it is stored here alone although the database is in use: it may be back the next moment */
  async commit({ history = [], ...batch }: Batch): Promise<void> {
    const remembered = history.length === 0 ? undefined : this.#remember(history);
    const isEmpty = Object.values(batch).every((part) => part === undefined);
    await Promise.all([remembered, ...(isEmpty ? [] : [this.#commit(batch)])]);
  }

  /** What happens is for all to see, or kept here; that the database does not take it says nothing about the rest. */
  async #remember(history: readonly HistoryRow[]): Promise<void> {
    try {
      if (this.sharing) return await this.shared.commit({ history });
    } catch (error) {
      if (this.sharing) throw error;
    }
    await this.local.commit({ history });
  }

  async #commit(batch: Batch): Promise<void> {
    let failure: Error | undefined;
    if (this.sharing) {
      failure = await this.#commitShared(batch);
      if (failure === undefined) return;
    }
    const { newGroups: _, ...own } = batch;
    await this.local.commit({ ...own, sharedUntil: this.#sharedUntil });
    if (failure !== undefined && this.sharing) throw new NotShared(failure.message);
  }

  /** Why the database did not take it; undefined when it did. */
  async #commitShared(batch: Batch): Promise<Error | undefined> {
    // Timers and decisions are the claims' there.
    const { groups: _groups, deletedGroups: _gone, outbox: _outbox, deletedOutbox: _done, ...all } = batch;
    const began = { at: this.now() };
    this.#underWay.add(began);
    try {
      await this.shared.commit(all);
      this.mirror(batch);
      this.onShared();
      return undefined;
    } catch (error) {
      this.#sharedUntil = Math.min(this.#sharedUntil, began.at - TAKEN_IN);
      this.onFailed(error as Error);
      return error as Error;
    } finally {
      this.#underWay.delete(began);
    }
  }

  /** That of all servers, or what was written here while the database is away. */
  readHistory(from?: HistoryPosition): Promise<HistoryPage> {
    return this.#read((reader) => reader.readHistory(from));
  }

  searchHistory(query: HistoryQuery): Promise<HistoryResult> {
    return this.#read((reader) => reader.searchHistory(query));
  }

  historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    return this.#read((reader) => reader.historyStats(query));
  }

  /** The same for what is read bit by bit: it is not continued elsewhere. */
  get history(): HistoryReader {
    if (!this.sharing) return this.local;
    const { shared } = this;
    return {
      readHistory: (from) => this.#untilLost(shared.readHistory(from)),
      searchHistory: (query) => this.#untilLost(shared.searchHistory(query)),
      historyStats: (query) => this.#untilLost(shared.historyStats(query)),
    };
  }

  async #read<T>(ask: (reader: HistoryReader) => Promise<T>): Promise<T> {
    if (!this.sharing) return ask(this.local);
    try {
      return await ask(this.history);
    } catch (error) {
      if (this.sharing) throw error;
      return await ask(this.local);
    }
  }

  /** Nobody waits for a database that turns out to be away meanwhile. */
  async #untilLost<T>(answer: Promise<T>): Promise<T> {
    const lost = Promise.withResolvers<never>();
    this.#reading.add(lost.reject);
    try {
      return await Promise.race([answer, lost.promise]);
    } finally {
      this.#reading.delete(lost.reject);
    }
  }

  /** Copies to the local file what is in the database; what it does not take is missing there, as its health says. */
  mirror(batch: Batch): void {
    const { newGroups: _new, ...rest } = batch;
    this.local.commit({ ...rest, sharedUntil: this.#sharedUntil }).catch(() => undefined);
  }

  health(): StoreHealth {
    const local = this.local.health();
    if (!this.sharing) return { ...local, state: "degraded", reason: `Postgres is away: ${this.reason}` };
    const shared = this.shared.health();
    const queued = local.queued + shared.queued;
    const worse = shared.state === "degraded" ? shared : local;
    return { ...worse, queued, sizeBytes: local.sizeBytes };
  }

  async close(): Promise<void> {
    await Promise.all([this.shared.close().catch(() => undefined), this.local.close()]);
  }
}
