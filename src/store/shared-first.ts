import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { Batch, HistoryPage, HistoryStorage, StoreHealth, Stored } from "../core/interfaces/storage.ts";

/**
 * The shared database as the truth and the local file as its copy: what the database cannot take is stored in the file,
 * and a server can start from it (promise 7).
 */
export class SharedFirst implements HistoryStorage {
  /** Whether the shared database is in use; set by whoever follows it. */
  sharing = false;
  /** Why it is not, for people. */
  reason = "not connected yet";
  /** ms; all that was updated before is in the shared database. */
  sharedUntil = 0;

  constructor(
    readonly shared: SharedStorage,
    readonly local: HistoryStorage,
    /** Told of a commit the database did not take. */
    readonly onFailed: (error: Error) => void,
    /** Told of what has been stored for all. */
    readonly onShared: () => void,
  ) {}

  /** What the local copy has. */
  async load(): Promise<Stored> {
    const stored = await this.local.load();
    this.sharedUntil = stored.sharedUntil ?? 0;
    return stored;
  }

  async commit(batch: Batch): Promise<void> {
    if (this.sharing) {
      try {
        // Timers and decisions are the claims' there.
        const { groups: _groups, deletedGroups: _gone, outbox: _outbox, deletedOutbox: _done, ...all } = batch;
        await this.shared.commit(all);
        this.mirror(batch);
        this.onShared();
        return;
      } catch (error) {
        this.onFailed(error as Error);
      }
    }
    const { newGroups: _, ...own } = batch;
    await this.local.commit(own);
  }

  /** That of all servers, or what was written here while the database is away. */
  readHistory(from?: number): Promise<HistoryPage> {
    return (this.sharing ? this.shared : this.local).readHistory(from);
  }

  /** Copies to the local file what is in the database; what it does not take is missing there, as its health says. */
  mirror(batch: Batch): void {
    const { history: _history, newGroups: _new, ...rest } = batch;
    this.local.commit({ ...rest, sharedUntil: this.sharedUntil }).catch(() => undefined);
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
