import type { Outcome, SharedGroupRow, Synced } from "../../core/interfaces/shared-storage.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Batch, Stored } from "../../core/interfaces/storage.ts";
import type { SharedFirst } from "../../store/shared-first.ts";
import type { Journal } from "../journal.ts";
import type { Outbox } from "../outbox.ts";
import type { SharedMemory } from "./memory.ts";
import type { SharedClock } from "./shared-clock.ts";

export interface JoiningOptions {
  readonly store: SharedFirst;
  readonly memory: SharedMemory;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly clock: Pick<SharedClock, "elapsed">;
  readonly log: Logger;
  /** Outcomes the database could not be told of; emptied once it has been. */
  readonly unstored: Outcome[];
  /** The database was in use for a moment, and could not be told. */
  readonly onNotTold: () => void;
}

/** ms until the next try where the database could be read but not told. */
const AFTER_A_FAILED_JOIN = 5000;
/** After coming back the others are given this long to tell what they know before anything is claimed, ms. */
const REUNION = 2000;
/** ms; the last changes that a database server may lack that has taken over from another one. */
const LOST_TAIL = 5 * 60_000;
/** Most alerts, and most classifications, told in one transaction after an outage. */
const TOLD_AT_ONCE = 5000;

/** Goes over to the database: at the start, when it is back, and when another server of it has taken over. */
export class Joining {
  readonly #options: JoiningOptions;
  /** Whether the database could not be used since it was last joined, or since the start. */
  #wasAway = false;
  #mayLackTail = false;
  #claimFrom = 0;
  #notBefore = 0;

  constructor(options: JoiningOptions) {
    this.#options = options;
  }

  /** Whether the database has to be joined: it is not in use, or may lack what it had. */
  get isDue(): boolean {
    return !this.#options.store.sharing || this.#mayLackTail;
  }

  /** Whether the others have had the time to tell what they know. */
  get isOver(): boolean {
    return this.#options.clock.elapsed() >= this.#claimFrom;
  }

  /** On the forward-only clock, ms: no look before. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** The database cannot be used. */
  lost(): void {
    this.#wasAway = true;
  }

  /** Another server of the database has taken over, which may lack the last changes. */
  takenOver(): void {
    this.#mayLackTail = true;
  }

  /**
   * Brings together what is here and what is there, and goes over to the database.
   * @throws StorageError when it cannot be read, or cannot be told: it is not in use then
   */
  async join(synced: Synced): Promise<void> {
    const { store, memory, clock, log } = this.#options;
    const stored = (await store.shared.load()) as Stored & { readonly groups: readonly SharedGroupRow[] };
    const toTell = memory.merge(stored, store.sharedUntil - (this.#mayLackTail ? LOST_TAIL : 0));
    store.share();
    // Others may have something to tell as well, unless nobody ever was without the database.
    const reunites = synced.deafFor > 0 || this.#wasAway || this.#mayLackTail;
    this.#claimFrom = clock.elapsed() + (reunites ? REUNION : 0);
    try {
      await this.#tell(toTell);
    } catch (error) {
      store.goAlone((error as Error).message);
      this.#notBefore = clock.elapsed() + AFTER_A_FAILED_JOIN;
      this.#options.onNotTold();
      throw error;
    }
    this.#wasAway = false;
    this.#mayLackTail = false;
    const { alerts, silences, notificationLog, classifications, documents } = stored;
    const deletedClassifications = classifications.map(({ fingerprint }) => fingerprint);
    store.mirror({ alerts, silences, notificationLog, deletedClassifications, classifications, documents });
    const { groups: _, ...ours } = toTell;
    store.mirror(ours);
    log.info("Sharing with Postgres", {
      replicas: synced.replicas.length,
      alerts: alerts.length,
      told: Object.values(toTell).reduce((sum, { length }) => sum + length, 0),
    });
  }

  /** Tells the database what is newer here. */
  async #tell(toTell: Batch): Promise<void> {
    const { store, outbox, journal, unstored } = this.#options;
    const abandoned = outbox.abandoned();
    for (const batch of inParts({ ...toTell, outbox: abandoned })) await store.shared.commit(batch);
    for (const { key } of abandoned) {
      outbox.delete(key);
      journal.outboxRow(key);
    }
    if (unstored.length === 0) return;
    const outcomes = [...unstored];
    await store.shared.finish(outcomes);
    unstored.splice(0, outcomes.length);
  }
}

function inParts(batch: Batch): Batch[] {
  // What was told before whom it was told about, and that before anybody looks at their groups.
  const { alerts = [], classifications = [], groups = [], ...rest } = batch;
  const parts: Batch[] = [rest];
  for (const some of slices(alerts)) parts.push({ alerts: some });
  for (const some of slices(classifications)) parts.push({ classifications: some });
  if (groups.length > 0) parts.push({ groups });
  return parts;
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += TOLD_AT_ONCE) yield all.slice(i, i + TOLD_AT_ONCE);
}
