import type { SkipReason } from "../core/interfaces/observing.ts";
import type { Peers } from "../core/interfaces/replication.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { pause, type Clock } from "./clock.ts";
import type { Delivery } from "./delivery.ts";
import type { Flush } from "./dispatcher.ts";
import type { Journal } from "./journal.ts";
import type { LocalLedger } from "./ledger.ts";
import { mute, type Muters } from "./mute.ts";
import { skipped } from "./notification-happening.ts";
import type { Observers } from "./observers.ts";
import { isEmpty, newDecisions, type Planner } from "./planner.ts";
import type { SharedLimiter } from "./rate-limit.ts";

export interface PipelineOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly configHash: string;
  readonly muters: Muters;
  readonly observers: Observers;
  readonly planner: Planner;
  readonly delivery: Delivery;
  readonly ledger: LocalLedger;
  /** Where several servers share the groups and can share this. */
  readonly sharedLimiter: SharedLimiter | undefined;
  /** Undefined for a server that is alone. */
  readonly peers: Peers | undefined;
}

const SKIPPED_BY = {
  inhibition: "inhibited",
  active_time_interval: "muted",
  mute_time_interval: "muted",
  silence: "silenced",
} as const;

/** The way of a flush, stage by stage, on a server that decides for itself (spec §6.5). */
export class Pipeline {
  #settled = false;

  constructor(readonly options: PipelineOptions) {
    const { peers } = options;
    if (peers === undefined) this.#settled = true;
    else void peers.settled.then(() => (this.#settled = true));
  }

  /** What nothing mutes. */
  unmuted({ group, alerts, now }: Flush): readonly NotifiedAlert[] {
    const { clock, muters, observers } = this.options;
    let reason: SkipReason | undefined;
    const at = clock.now();
    const left = mute(group, alerts, now, at, {
      ...muters,
      suppressed(stage, count) {
        reason = SKIPPED_BY[stage];
        muters.suppressed(stage, count);
      },
    });
    if (left.length === 0 && reason !== undefined && observers.any) {
      observers.happened(skipped({ group, at, reason, alerts }));
    }
    return left;
  }

  /** Returns whether all went well. */
  async run(flush: Flush): Promise<boolean> {
    const { clock, journal, planner, delivery, ledger, peers, configHash } = this.options;
    if (!this.#settled) await settled(peers as Peers, flush.stopping);
    const alerts = this.unmuted(flush);
    const turn = alerts.length === 0 ? 0 : (peers?.turn() ?? 0);
    if (turn > 0) await pause(clock, turn, flush.stopping);
    if (flush.stopping.aborted) return false;
    const plan = planner.plan(flush, alerts, ledger.takeAbandoned(flush, planner));
    const decisions = newDecisions(plan);
    if (decisions.length > 0) await ledger.decide(flush, decisions);
    else journal.group(flush.group.row(configHash));
    return isEmpty(plan) || delivery.carryOut(plan, ledger);
  }
}

function settled(peers: Peers, stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    void peers.settled.then(resolve);
    stopping.addEventListener("abort", () => resolve(), { once: true });
  });
}
