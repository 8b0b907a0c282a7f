import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { Batch, HistoryPage, HistoryStorage, StoreHealth, Stored } from "../core/interfaces/storage.ts";

/** ms between taking in what is committed and the commit, at most. */
const TAKEN_IN = 1000;

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
  #sharedUntil = 0;
  /** When each commit under way began, ms. */
  readonly #underWay = new Set<{ readonly at: number }>();
  /** What the database did not take and only the local file has. */
  #missed: { readonly batch: Batch; readonly at: number }[] = [];

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

  /** The database is there and has all, but for what it has missed and what is under way. */
  isUpToDate(): void {
    const open = [...this.#missed, ...this.#underWay].map(({ at }) => at - TAKEN_IN);
    this.#sharedUntil = Math.min(this.now(), ...open);
  }

  /** Goes over to the database, which has been told all that is newer here. */
  share(): void {
    this.#missed = [];
    this.sharing = true;
  }

  /** Goes on without the database. */
  goAlone(reason: string): void {
    this.sharing = false;
    this.reason = reason;
  }

  /** Tells the database what it has missed while it was not there for a moment. */
  async catchUp(): Promise<void> {
    for (let first = this.#missed[0]; first !== undefined && this.sharing; first = this.#missed[0]) {
      await this.shared.commit(first.batch);
      if (this.#missed[0] === first) this.#missed.shift();
    }
  }

  async commit(batch: Batch): Promise<void> {
    if (this.sharing && (await this.#commitShared(batch))) return;
    const { newGroups: _, ...own } = batch;
    await this.local.commit({ ...own, sharedUntil: this.#sharedUntil });
  }

  /** Whether the database took it. */
  async #commitShared(batch: Batch): Promise<boolean> {
    // Timers and decisions are the claims' there.
    const { groups: _groups, deletedGroups: _gone, outbox: _outbox, deletedOutbox: _done, ...all } = batch;
    const began = { at: this.now() };
    this.#underWay.add(began);
    try {
      await this.shared.commit(all);
      this.mirror(batch);
      this.onShared();
      return true;
    } catch (error) {
      this.#sharedUntil = Math.min(this.#sharedUntil, began.at - TAKEN_IN);
      if (this.sharing) this.#missed.push({ batch: all, at: began.at });
      this.onFailed(error as Error);
      return false;
    } finally {
      this.#underWay.delete(began);
    }
  }

  /** That of all servers, or what was written here while the database is away. */
  readHistory(from?: number): Promise<HistoryPage> {
    return (this.sharing ? this.shared : this.local).readHistory(from);
  }

  /** Copies to the local file what is in the database; what it does not take is missing there, as its health says. */
  mirror(batch: Batch): void {
    const { history: _history, newGroups: _new, ...rest } = batch;
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
