import type {
  Changes,
  Claim,
  FlushPlan,
  Granted,
  Released,
  SharedDecision,
} from "../../core/interfaces/shared-storage.ts";
import type { Begun, Dispatcher } from "../dispatcher.ts";
import { groupId, type Group } from "../group.ts";
import { rateLimited } from "../notification-happening.ts";
import type { Pipeline } from "../pipeline.ts";
import { isEmpty, newDecisions, snapshot, withNewDecisions, type Decision, type Plan } from "../planner.ts";
import { LEASE, type Leases } from "./leases.ts";
import { SharedLedger, withShared, type SharedLedgerOptions } from "./shared-ledger.ts";

/** What flushes under one configuration. */
export interface Workshop {
  readonly configHash: string;
  readonly dispatcher: Dispatcher;
  readonly pipeline: Pipeline;
}

export interface ClaimsOptions extends SharedLedgerOptions {
  readonly leases: Leases;
  readonly workshop: () => Workshop | undefined;
  readonly applyChanges: (changes: Changes) => void;
  readonly onClaimed: (groups: number) => void;
  readonly onFailed: (error: Error) => void;
}

/** Most groups taken at once, so that servers share them out. */
const AT_ONCE = 100;
/** Most groups flushed at the same time, of one receiver and in all: what receivers that hang can cost in memory. */
const UNDER_WAY = { ofOne: 1000, inAll: 20_000 };
/** ms until a group is looked at again whose receiver has too many under way, or that is still being flushed here. */
const LATER = 2000;

interface Planned {
  readonly begun: Begun;
  readonly plan: Plan;
  readonly settled: boolean;
  /** Decisions that were left for integrations that are no more. */
  readonly dropped: readonly SharedDecision[];
}

/** Takes due groups from the database and flushes them: any server claims, none owns. */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #running = new Set<Promise<void>>();
  /** How many flushes of each receiver are under way or about to be. */
  readonly #underWay = new Map<string, number>();
  #claiming: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Looks for due groups now, or once more when it is looking already. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#claiming !== undefined) {
      this.#again = true;
      return;
    }
    this.#claiming = this.#claimAll().finally(() => {
      this.#claiming = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      }
    });
  }

  /** Claims no more; resolves when the claim under way is through. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#claiming;
  }

  /** Resolves when nothing is flushed any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #claimAll(): Promise<void> {
    const { isSharing, workshop } = this.#options;
    // Whoever woke us has more to wake us for in the same turn.
    await Promise.resolve();
    for (let more = true; more;) {
      const at = workshop();
      if (at === undefined || !isSharing() || this.#stopped || this.#running.size >= UNDER_WAY.inAll) return;
      try {
        more = (await this.#claim(at)) === AT_ONCE;
      } catch (error) {
        this.#options.onFailed(error as Error);
        return;
      }
    }
  }

  /** Returns how many groups were to be had. */
  async #claim(at: Workshop): Promise<number> {
    const { storage, clock, applyChanges, onClaimed, leases } = this.#options;
    const planned = new Map<string, Planned>();
    let found = 0;
    const asked = clock.elapsed();
    let granted: readonly Granted[];
    try {
      granted = await storage.claim(
        { configHash: at.configHash, limit: AT_ONCE, lease: LEASE },
        (claims, changes, now) => {
          applyChanges(changes);
          found = claims.length;
          return claims.map((claim) => this.#plan(at, claim, now, planned));
        },
      );
    } catch (error) {
      for (const { begun } of planned.values()) at.dispatcher.end(begun, false);
      throw error;
    }
    onClaimed(granted.length);
    for (const grant of granted) {
      const id = groupId(grant.group);
      const one = planned.get(id);
      if (one === undefined) continue;
      planned.delete(id);
      this.#drop(one.dropped, grant);
      if (one.settled) {
        at.dispatcher.end(one.begun, true);
        continue;
      }
      this.#count(one.begun.flush.group.route.receiver, 1);
      const flush = this.#flush(at, grant, one, leases.take(grant.group, asked)).finally(() =>
        this.#running.delete(flush),
      );
      this.#running.add(flush);
    }
    for (const { begun } of planned.values()) at.dispatcher.end(begun, false);
    return found;
  }

  #count(receiver: string, by: number): void {
    const count = (this.#underWay.get(receiver) ?? 0) + by;
    if (count === 0) this.#underWay.delete(receiver);
    else this.#underWay.set(receiver, count);
  }

  /** A plan without its new decisions where the receiver's rate limit over all servers has them wait. */
  async #limited({ pipeline }: Workshop, plan: Plan): Promise<Plan> {
    const { sharedLimiter, observers } = pipeline.options;
    const { group } = plan.flush;
    if (sharedLimiter === undefined || plan.decisions.length === 0) return plan;
    const wait = await sharedLimiter.take(group.route.receiver, group.id);
    if (wait === 0) return plan;
    observers.happened(rateLimited(group, group.route.receiver, wait, plan.alerts, this.#options.clock.now()));
    const outcomes = [...plan.decisions, ...plan.fallback].flatMap(({ shared }) =>
      shared === undefined ? [] : [{ decision: shared, entry: undefined }],
    );
    await this.#options.storage.finish(outcomes);
    return { ...plan, decisions: [], fallback: [], wait };
  }

  #plan(at: Workshop, claim: Claim, now: number, planned: Map<string, Planned>): FlushPlan {
    const { dispatcher, pipeline } = at;
    const { group: row } = claim;
    const id = groupId(row);
    const identity = { routeId: row.routeId, groupFingerprint: row.groupFingerprint };
    const group = dispatcher.byId(id);
    if (group === undefined || (group.size === 0 && claim.left.length === 0)) {
      return {
        group: identity,
        nextFlushAt: undefined,
        flushes: row.flushes,
        decisions: [],
        alerts: [],
        settled: true,
        empty: true,
      };
    }
    // A flush of a time without the database, or one whose claim ran out while this process stood still, goes to its end first.
    const { receiver } = group.route;
    if (group.flushing || (this.#underWay.get(receiver) ?? 0) >= UNDER_WAY.ofOne) {
      return {
        group: identity,
        nextFlushAt: Math.max(row.nextFlushAt, now + LATER),
        flushes: row.flushes,
        decisions: [],
        alerts: [],
        settled: false,
        empty: false,
        postponed: true,
      };
    }
    group.flushes = row.flushes;
    const begun = dispatcher.begin(group, now);
    const nextFlushAt = nextAfter(row.nextFlushAt, group.route.groupInterval, now);
    begun.next = this.#options.clock.elapsed() + (nextFlushAt - now);
    group.nextFlushAt = nextFlushAt;
    const left = claim.left.flatMap((decision) => targeted(at, group, decision) ?? []);
    const kept = new Set(left.map(({ row: { key } }) => key));
    const dropped = claim.left.filter(({ row: { key } }) => !kept.has(key));
    const { planner, sharedLimiter } = pipeline.options;
    const isLimited = sharedLimiter === undefined;
    const plan = planner.plan(begun.flush, pipeline.unmuted(begun.flush), left, { isLimited });
    if (plan.wait > 0) begun.flush.postpone(plan.wait);
    const settled = isEmpty(plan);
    planned.set(id, { begun, plan, settled, dropped });
    return {
      group: identity,
      nextFlushAt: group.nextFlushAt,
      flushes: group.flushes,
      decisions: newDecisions(plan).map(({ row: decided }) => decided),
      alerts: plan.alerts,
      settled,
      empty: settled && begun.flush.alerts.every(({ status }) => status === "resolved"),
    };
  }

  #drop(dropped: readonly SharedDecision[], { left }: Granted): void {
    if (dropped.length === 0) return;
    const outcomes = dropped.map((decision) => {
      const { key } = decision.row;
      this.#options.log.warn("A notification of unknown outcome has no receiver any more and is dropped", { key });
      const asGranted = left.find(({ row }) => row.key === key) ?? decision;
      return { decision: asGranted, entry: undefined };
    });
    void this.#options.storage.finish(outcomes).catch(() => undefined);
  }

  async #flush(
    at: Workshop,
    grant: Granted,
    { begun, plan }: Planned,
    lease: ReturnType<Leases["take"]>,
  ): Promise<void> {
    const { storage, leases, clock, log } = this.#options;
    const { dispatcher, pipeline } = at;
    const ledger = new SharedLedger(this.#options, lease);
    const before = begun.flush.group.nextFlushAt;
    let well = false;
    try {
      const granted = await this.#limited(at, withGranted(plan, grant));
      well = await pipeline.options.delivery.carryOut(granted, ledger);
    } catch (error) {
      log.error("A flush failed", { aggrGroup: begun.flush.group.key, err: (error as Error).message });
    }
    await ledger.finished();
    const { group, stopping } = begun.flush;
    // What a stop cut off is for another server to make good, now rather than at the next tick.
    if (!well && stopping.aborted) group.nextFlushAt = clock.now();
    const postponed = group.nextFlushAt === before ? undefined : group.nextFlushAt;
    this.#count(group.route.receiver, -1);
    dispatcher.end(begun, well);
    leases.drop(lease);
    if (lease.lost.aborted) return;
    const released: Released = {
      ...grant.group,
      settled: well ? { tick: begun.flush.now, change: grant.change } : undefined,
      nextFlushAt: postponed,
      empty: well && group.size === 0,
    };
    await storage.release([released]).catch(() => undefined);
  }
}

/** A decision that was left, with the integration it is for; undefined where that is no more. */
function targeted({ pipeline }: Workshop, group: Group, shared: SharedDecision): Decision | undefined {
  const { row, alerts } = shared;
  const target = pipeline.options.planner.target(row);
  if (target === undefined) return undefined;
  // One that a server alone had taken while the database was away comes without its alerts.
  const about = alerts.length > 0 ? alerts : snapshot(row, group);
  return { target, row, alerts: about, shared: { ...shared, alerts: about } };
}

/** A plan with its decisions as the database granted them. */
function withGranted(plan: Plan, { decisions, left }: Granted): Plan {
  const leftByKey = new Map(left.map((decision) => [decision.row.key, decision]));
  return {
    ...withNewDecisions(plan, (decision, i) => withShared(decision, decisions[i] as SharedDecision)),
    left: plan.left.map((decision) => {
      const shared = leftByKey.get(decision.row.key);
      return shared === undefined ? decision : { ...decision, shared };
    }),
  };
}

/** The tick after a flush: one interval on, from now if that has passed too; a claim taken over does not bring it forward. */
function nextAfter(due: number, interval: number, now: number): number {
  if (due > now) return due;
  return due + interval > now ? due + interval : now + interval;
}
