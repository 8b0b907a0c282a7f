import type { GroupIdentity, Outcome, SharedDecision, SharedStorage } from "../../core/interfaces/shared-storage.ts";
import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { pause } from "../clock.ts";
import type { Flush } from "../dispatcher.ts";
import type { Journal } from "../journal.ts";
import type { Ledger } from "../ledger.ts";
import type { Decision } from "../planner.ts";
import type { Permit } from "../send.ts";
import { isDoubtful, LEASE, type Lease } from "./leases.ts";
import type { SharedClock } from "./shared-clock.ts";

export interface SharedLedgerOptions {
  readonly storage: SharedStorage;
  readonly clock: SharedClock;
  readonly journal: Journal;
  readonly log: Logger;
  /** False while the database is away. */
  readonly isSharing: () => boolean;
  /** Asks the database the time, among other things. */
  readonly look: () => Promise<void>;
  /** Told of a notification that another server may have sent too. */
  readonly onDuplicate: () => void;
  /** Told of what the log says now. */
  readonly onDelivered: (entry: NotificationLogEntry) => void;
  /** Outcomes the database did not take yet, kept for when it is back. */
  readonly unstored: Outcome[];
}

/** Between two tries to reach a database that may be away, ms. */
const AGAIN = 250;
const NEVER = new AbortController().signal;

/** The ledger of one flush of a group that several servers share. */
export class SharedLedger implements Ledger {
  readonly #options: SharedLedgerOptions;
  readonly #lease: Lease;
  /** How each decision stands in the database, by key. */
  readonly #decisions = new Map<string, SharedDecision>();
  readonly #finishing: Promise<void>[] = [];

  constructor(options: SharedLedgerOptions, lease: Lease) {
    this.#options = options;
    this.#lease = lease;
  }

  async decide(_: Flush, decisions: readonly Decision[]): Promise<readonly Decision[] | undefined> {
    const { storage, clock, isSharing } = this.#options;
    const alerts = decisions.flatMap((decision) => decision.alerts);
    const rows = decisions.map(({ row }) => row);
    const about = [...new Set(alerts)];
    for (;;) {
      if (this.#lease.lost.aborted) return undefined;
      // Away: it is sent under the key of this server alone.
      if (!isSharing()) return decisions;
      try {
        const stored = await storage.decide(this.#group, rows, about);
        if (stored === undefined) this.#lease.lose();
        return stored?.map((shared, i) => withShared(decisions[i] as Decision, shared));
      } catch {
        // It may be there all the same; asked again, the later one takes its place.
        await pause(clock, AGAIN, this.#lease.lost);
      }
    }
  }

  /** The first try was begun with the claim; each further one is begun in the database. */
  permit(_: Flush, { shared, row }: Decision): Permit | undefined {
    if (shared === undefined) return undefined;
    this.#decisions.set(row.key, shared);
    return {
      begin: (attempt) => (attempt === 1 && this.#lease.valid ? Promise.resolve(true) : this.#beginAgain(row.key)),
      valid: () => this.#lease.valid || !this.#options.isSharing(),
      lost: this.#lease.lost,
    };
  }

  finish(decision: Decision, entry: NotificationLogEntry | undefined): void {
    const shared = this.#decisions.get(decision.row.key) ?? decision.shared;
    if (shared === undefined) {
      this.#options.journal.commit({ notificationLog: entry === undefined ? [] : [entry] }).catch(() => undefined);
      return;
    }
    this.#finishing.push(this.#finish({ decision: shared, entry }));
  }

  leave(): void {
    // It stays in the database as it is, for whoever claims the group next.
  }

  /** Resolves when all outcomes are stored, or kept for later. */
  async finished(): Promise<void> {
    await Promise.all(this.#finishing);
  }

  get #group(): GroupIdentity {
    return this.#lease.group;
  }

  async #beginAgain(key: string): Promise<boolean> {
    const { storage, clock, isSharing, look } = this.#options;
    for (;;) {
      if (this.#lease.lost.aborted) return false;
      // Nobody can take over through a database that is away, and a notification does not wait for it.
      if (!isSharing()) return true;
      if (isDoubtful(clock)) await look();
      const asked = clock.elapsed();
      try {
        const decision = await storage.beginAttempt(this.#group, this.#decisions.get(key) as SharedDecision, LEASE);
        if (decision === undefined) {
          this.#lease.lose();
          return false;
        }
        this.#decisions.set(key, decision);
        this.#lease.extend(asked);
        return true;
      } catch {
        await pause(clock, AGAIN, this.#lease.lost);
      }
    }
  }

  async #finish(outcome: Outcome): Promise<void> {
    const { storage, clock, isSharing, journal, log, onDelivered, onDuplicate, unstored } = this.#options;
    const { entry, decision } = outcome;
    for (let isFirst = true; isSharing(); isFirst = false) {
      try {
        const [stored] = await storage.finish([outcome]);
        if (entry !== undefined) onDelivered(entry);
        // An earlier try may have got through without our hearing of it.
        if (stored === true || !isFirst) return;
        log.warn("The outcome of a notification came after another server had taken over", { key: decision.row.key });
        if (entry !== undefined) onDuplicate();
        return;
      } catch {
        await pause(clock, AGAIN, NEVER);
      }
    }
    unstored.push(outcome);
    if (entry !== undefined) journal.logEntry(entry.key);
  }
}

/** A decision under the key the database has for it. */
export function withShared(decision: Decision, shared: SharedDecision): Decision {
  return { ...decision, row: shared.row, alerts: shared.alerts, shared };
}
