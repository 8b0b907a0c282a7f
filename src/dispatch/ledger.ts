import type { NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { Flush } from "./dispatcher.ts";
import type { Journal } from "./journal.ts";
import type { Outbox } from "./outbox.ts";
import { placeOf, snapshot, type Decision, type Planner } from "./planner.ts";
import type { Permit } from "./send.ts";

/** Where the decisions of a flush and their outcomes are written. */
export interface Ledger {
  /** Stores decisions before anything is sent. Undefined when the flush is another server's by now: nothing may be sent. */
  decide(flush: Flush, decisions: readonly Decision[]): Promise<readonly Decision[] | undefined>;
  /** What sending needs where several servers could; undefined where only this one does. */
  permit(flush: Flush, decision: Decision): Permit | undefined;
  /** Stores how sending ended: `entry` is what the log says from now on, undefined when it was not delivered. */
  finish(decision: Decision, entry: NotificationLogEntry | undefined): void;
  /** Leaves a decision of unknown outcome to whoever flushes the group next, under the same key. */
  leave(decision: Decision): void;
}

/** A decision waits this long for the store before it goes out unstored, ms. */
const STORE_PATIENCE = 1000;

/** The ledger of a server that works alone. */
export class LocalLedger implements Ledger {
  constructor(
    private readonly outbox: Outbox,
    private readonly journal: Journal,
    private readonly configHash: string,
  ) {}

  /** Decisions that a stop of the server, a reload or a deadline left without an outcome; from now on they are the caller's. */
  takeAbandoned(flush: Flush, planner: Planner): Decision[] {
    if (!this.outbox.hasAbandoned) return [];
    return [...planner.targets(flush.group), ...planner.classTargets(flush.group)].flatMap((target) => {
      const row = this.outbox.takeAbandoned(placeOf(flush.group, target).key);
      return row === undefined ? [] : [{ target, row, alerts: snapshot(row, flush.group) }];
    });
  }

  async decide(flush: Flush, decisions: readonly Decision[]): Promise<readonly Decision[]> {
    for (const { row } of decisions) this.outbox.put(row);
    await this.journal.commitWithin(
      { outbox: decisions.map((d) => d.row), groups: [flush.group.row(this.configHash)] },
      STORE_PATIENCE,
    );
    return decisions;
  }

  permit(): undefined {
    return undefined;
  }

  finish({ row }: Decision, entry: NotificationLogEntry | undefined): void {
    this.outbox.delete(row.key);
    this.journal
      .commit({ deletedOutbox: [row.key], notificationLog: entry === undefined ? [] : [entry] })
      .catch(() => undefined);
  }

  leave({ row }: Decision): void {
    this.outbox.abandon(row);
  }
}
