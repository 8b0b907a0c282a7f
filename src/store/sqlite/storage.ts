import type {
  HistoryPage,
  HistoryPosition,
  HistoryQuery,
  HistoryResult,
  HistoryStats,
  HistoryStatsQuery,
} from "../../core/interfaces/history.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import type { Batch, HistoryStorage, StoreHealth, Stored } from "../../core/interfaces/storage.ts";
import { StoredDecoder } from "./decoder.ts";
import type { OnUnreadable } from "./decoder.ts";
import { BatchEncoder, packHandedBack, packLeftovers, packTakenOver } from "./encoder.ts";
import { historyPath } from "./history-database.ts";
import { HistoryQueue } from "./history-queue.ts";
import { SqliteHistoryReader } from "./history-reader.ts";
import { WriterLink } from "./link.ts";
import { joinPacked } from "./packing.ts";
import type { Packed } from "./packing.ts";
import type { OpenPort } from "./port.ts";
import { Ask } from "./protocol.ts";
import type { Opened, OpenOptions } from "./protocol.ts";

/** Characters of rows for one transaction; what is over goes into the next. This keeps the log on disk small. */
const MOST_PER_TRANSACTION = 4 * 1024 * 1024;
/** Characters of rows that may wait: what a disk that hangs costs in memory. */
const MOST_WAITING = 32 * 1024 * 1024;

export interface SqliteStorageSettings extends OpenOptions {
  /** How long a commit may take before it is rejected, ms. */
  readonly patience: number;
  readonly onUnreadable: OnUnreadable;
}

/** ms; when this thread itself was held up for longer, it first hears what the writer may have answered long ago. */
const HELD_UP = 100;
/** ms since the last commit in which history does not take more than its share of the processor. */
const LULL = 20;

/** One commit on its way. */
interface Pending {
  readonly packed: Packed;
  /** ms */
  readonly since: number;
  readonly onStored: (() => void) | undefined;
  readonly resolve: () => void;
  readonly reject: (error: StorageError) => void;
}

/**
 * The server's side of the database: encodes commits, queues them and hands them to the writer, one transaction after
 * the other, so that all commits that come while one runs share the next.
 */
export class SqliteStorage implements HistoryStorage {
  readonly #encoder = new BatchEncoder();
  readonly #link: WriterLink;
  #waiting: Pending[] = [];
  #waitingSize = 0;
  #inFlight: readonly Pending[] = [];
  readonly #reads: (() => Promise<void>)[] = [];
  #working = false;
  #work: Promise<void> = Promise.resolve();
  #impatience: ReturnType<typeof setTimeout> | undefined;
  #loaded = false;
  #closing = false;
  #degraded: string | undefined;
  #sizeBytes = 0;
  /** When something was stored last, ms. */
  #storedAt = 0;
  readonly #history: SqliteHistoryReader;
  readonly #events: HistoryQueue;

  constructor(
    readonly settings: SqliteStorageSettings,
    openPort: OpenPort,
    openHistoryPort: OpenPort,
  ) {
    const { path, sync, historyRetention, historyMaxBytes } = settings;
    this.#history = new SqliteHistoryReader(historyPath(path), settings.onUnreadable);
    const isBusy = () => this.#waiting.length > 0 || performance.now() - this.#storedAt < LULL;
    this.#events = new HistoryQueue({ path, historyRetention, historyMaxBytes, isBusy }, openHistoryPort);
    this.#link = new WriterLink({ path, sync, historyRetention, historyMaxBytes }, openPort, (reason) => {
      this.#degraded = reason;
    });
  }

  /** @throws StorageError when the database cannot be used */
  async open(): Promise<Opened> {
    const opened = await this.#link.open();
    this.#sizeBytes = opened.sizeBytes;
    this.#events.sizeBytes = opened.historyBytes;
    this.#loaded = opened.empty;
    return opened;
  }

  load(): Promise<Stored> {
    return this.#read(() => this.#load());
  }

  readHistory(from?: HistoryPosition): Promise<HistoryPage> {
    return this.#history.readHistory(from);
  }

  searchHistory(query: HistoryQuery): Promise<HistoryResult> {
    return this.#history.searchHistory(query);
  }

  historyStats(query: HistoryStatsQuery): Promise<HistoryStats> {
    return this.#history.historyStats(query);
  }

  /** Asks the writer for something between two transactions. */
  #read<T>(ask: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#reads.push(() => ask().then(resolve, reject));
    this.#run();
    return promise;
  }

  async #load(): Promise<Stored> {
    const learn = this.#loaded ? undefined : this.#encoder;
    const decoder = new StoredDecoder(learn, this.settings.onUnreadable);
    await this.#link.ask(Ask.load, (rows) => decoder.add(rows));
    const stored = decoder.finish();
    // A failure to tidy up costs a few bytes and is made good at the next start.
    if (learn !== undefined) this.#enqueue(packLeftovers(decoder.leftovers)).catch(() => undefined);
    this.#loaded = true;
    return stored;
  }

  commit(batch: Batch): Promise<void> {
    if (!this.#loaded) return Promise.reject(this.#error("failed", "commit before load"));
    if (this.#closing) return Promise.reject(this.#error("failed", "commit after close"));
    if (this.#waitingSize > MOST_WAITING) {
      return Promise.reject(this.#error("timeout", `${this.#waiting.length} batches are waiting to be stored already`));
    }
    try {
      const { history = [] } = batch;
      const { packed, onStored } = this.#encoder.encode(batch);
      const stored = this.#enqueue(packed, onStored);
      return history.length === 0 ? stored : Promise.all([stored, this.#events.store(history)]).then(() => undefined);
    } catch (error) {
      return Promise.reject(this.#error("failed", `a batch cannot be stored: ${(error as Error).message}`));
    }
  }

  /** Stores what upstream's files held and remembers not to read them again. */
  takeOver(batch: Batch, now: number): Promise<void> {
    return this.#enqueue(packTakenOver(this.#encoder.encode(batch).packed, now));
  }

  /** Has the next start read upstream's files again, because upstream may go on from them until then. */
  handBack(): Promise<void> {
    return this.#enqueue(packHandedBack());
  }

  health(): StoreHealth {
    const queued = this.#waiting.length + this.#inFlight.length;
    const sizeBytes = this.#sizeBytes + this.#events.sizeBytes;
    if (this.#degraded === undefined) return { state: "ok", queued, sizeBytes };
    return { state: "degraded", reason: this.#degraded, queued, sizeBytes };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const finished = Promise.withResolvers<void>();
    const timer = setTimeout(
      () =>
        finished.reject(this.#error("timeout", "the disk does not answer, so the database was not closed in order")),
      this.settings.patience,
    );
    this.#finish().then(finished.resolve, finished.reject);
    try {
      await finished.promise;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#impatience);
      this.#link.terminate();
      this.#history.close();
      this.#events.terminate();
      for (const pending of this.#take(this.#waiting.length)) pending.reject(this.#error("failed", "closed"));
    }
  }

  async #finish(): Promise<void> {
    const historyClosed = this.#events.close();
    this.#run();
    await this.#work;
    await this.#link.whenReady();
    await this.#link.ask(Ask.close);
    await historyClosed;
  }

  #enqueue(packed: Packed, onStored?: () => void): Promise<void> {
    if (packed.numbers === "") return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ packed, since: performance.now(), onStored, resolve, reject });
      this.#waitingSize += packed.texts.length + packed.numbers.length;
      if (this.#impatience === undefined) this.#rejectTheLateAt(performance.now() + this.settings.patience);
      this.#run();
    });
  }

  #run(): void {
    if (this.#working) return;
    this.#working = true;
    this.#work = this.#workOff();
  }

  async #workOff(): Promise<void> {
    while (this.#waiting.length > 0 || this.#reads.length > 0) {
      await this.#link.whenReady();
      const read = this.#reads.shift();
      if (read !== undefined) await read();
      else await this.#storeGroup();
    }
    this.#working = false;
  }

  async #storeGroup(): Promise<void> {
    const group = this.#takeGroup();
    if (group.length === 0) return;
    this.#inFlight = group;
    try {
      const answer = await this.#link.ask(Ask.commit + joinPacked(group.map((p) => p.packed)));
      this.#sizeBytes = Number(answer);
      this.#storedAt = performance.now();
      this.#degraded = undefined;
      for (const pending of group) {
        pending.onStored?.();
        pending.resolve();
      }
    } catch (error) {
      const failure = error as StorageError;
      this.#degraded = failure.message;
      for (const pending of group) pending.reject(failure);
    } finally {
      this.#inFlight = [];
    }
  }

  #takeGroup(): Pending[] {
    let size = 0;
    let count = 0;
    while (count < this.#waiting.length && size < MOST_PER_TRANSACTION) {
      size += sizeOf(this.#waiting[count++] as Pending);
    }
    return this.#take(count);
  }

  #take(count: number): Pending[] {
    const taken = this.#waiting.splice(0, count);
    for (const pending of taken) this.#waitingSize -= sizeOf(pending);
    return taken;
  }

  /**
   * Rejects what has waited longer than our patience. Of that, what still waits here is forgotten; what the writer has
   * may yet be stored, before anything that comes after it.
   */
  #rejectTheLate(due: number): void {
    this.#impatience = undefined;
    const { patience } = this.settings;
    const now = performance.now();
    if (now - due > HELD_UP) {
      this.#impatience = setTimeout(() => this.#rejectTheLate(Infinity), HELD_UP);
      return;
    }
    const isLate = (pending: Pending) => now - pending.since >= patience;
    const late = this.#inFlight.filter(isLate);
    while (this.#waiting[0] !== undefined && isLate(this.#waiting[0])) late.push(...this.#take(1));
    if (late.length > 0) {
      const error = this.#error("timeout", `the disk has not answered for ${patience} ms`);
      this.#degraded = error.message;
      for (const pending of late) pending.reject(error);
    }
    const next = this.#inFlight.find((pending) => !isLate(pending)) ?? this.#waiting[0];
    if (next !== undefined) this.#rejectTheLateAt(next.since + patience);
  }

  #rejectTheLateAt(due: number): void {
    this.#impatience = setTimeout(() => this.#rejectTheLate(due), due - performance.now());
  }

  #error(code: StorageError["code"], message: string): StorageError {
    return new StorageError(code, `${this.settings.path}: ${message}`);
  }
}

function sizeOf(pending: Pending): number {
  return pending.packed.texts.length + pending.packed.numbers.length;
}
