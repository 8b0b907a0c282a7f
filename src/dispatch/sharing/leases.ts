import type { GroupIdentity, SharedStorage } from "../../core/interfaces/shared-storage.ts";
import type { Cancel } from "../clock.ts";
import { groupId } from "../group.ts";
import type { SharedClock } from "./shared-clock.ts";

/** How long a claim holds unless renewed, ms: how long the groups of a server that died wait for another one. */
export const LEASE = 10_000;
const RENEWAL = LEASE / 3;
/** A claim counts as lost here this much before another server may take it, ms. */
const MARGIN = 1000;
/** More than this much doubt has the database asked the time, ms. */
const MOST_DOUBT = 1000;

/** Whether time may have passed that the forward-only clock has not seen: the machine was suspended, or a clock was set. */
export function isDoubtful(clock: SharedClock): boolean {
  return clock.doubt >= MOST_DOUBT;
}

/** A group that is ours to flush. */
export class Lease {
  /** Forward-only time up to which it is ours without asking, ms. */
  #until = 0;
  readonly #lost = new AbortController();

  constructor(
    readonly group: GroupIdentity,
    private readonly clock: SharedClock,
    asked: number,
  ) {
    this.extend(asked);
  }

  /** @param asked forward-only time the database was asked for it, ms */
  extend(asked: number): void {
    this.#until = asked + LEASE - MARGIN;
  }

  get valid(): boolean {
    return !this.#lost.signal.aborted && this.clock.elapsed() < this.#until && !isDoubtful(this.clock);
  }

  /** Whether it may have gone to another server. */
  get hasRunOut(): boolean {
    return this.#lost.signal.aborted || this.clock.elapsed() >= this.#until;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  lose(): void {
    this.#lost.abort();
  }
}

/** The groups this server is flushing, kept ours by renewing the claims. */
export class Leases {
  readonly #held = new Map<string, Lease>();
  #timer: Cancel | undefined;

  constructor(
    private readonly storage: SharedStorage,
    private readonly clock: SharedClock,
    /** False while the database is away: nobody can take anything over then. */
    private readonly isSharing: () => boolean,
  ) {}

  get size(): number {
    return this.#held.size;
  }

  /** @param asked forward-only time the database was asked for it, ms */
  take(group: GroupIdentity, asked: number): Lease {
    const lease = new Lease(group, this.clock, asked);
    this.#held.set(groupId(group), lease);
    this.#arm();
    return lease;
  }

  get(group: GroupIdentity): Lease | undefined {
    return this.#held.get(groupId(group));
  }

  drop(lease: Lease): void {
    const id = groupId(lease.group);
    if (this.#held.get(id) === lease) this.#held.delete(id);
  }

  stop(): void {
    this.#timer?.();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer ??= this.clock.schedule(RENEWAL, () => {
      this.#timer = undefined;
      void this.#renew().then(() => {
        if (this.#held.size > 0) this.#arm();
      });
    });
  }

  async #renew(): Promise<void> {
    const leases = [...this.#held.values()];
    if (leases.length === 0) return;
    const asked = this.clock.elapsed();
    try {
      const kept = new Set(
        (
          await this.storage.renew(
            leases.map(({ group }) => group),
            LEASE,
          )
        ).map(groupId),
      );
      for (const lease of leases) {
        if (kept.has(groupId(lease.group))) lease.extend(asked);
        else lease.lose();
      }
    } catch {
      // Whoever follows the database notices that it is away; while it answers others, what has run out may be theirs.
      if (this.isSharing()) for (const lease of leases) if (lease.hasRunOut) lease.lose();
    }
  }
}
