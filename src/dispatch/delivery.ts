import type { AlertEnricher, ClassReceivers } from "../core/interfaces/classification.ts";
import type { NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Notification, NotifiedAlert, ReceiverData } from "../core/model/notification.ts";
import { logExpiry } from "../core/nflog/log.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Clock } from "./clock.ts";
import type { Group } from "./group.ts";
import type { Ledger } from "./ledger.ts";
import { attempted, rateLimited } from "./notification-happening.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { Observers } from "./observers.ts";
import { logHashes, type ClassPlan, type Decision, type Plan, type Planner } from "./planner.ts";
import type { Steps } from "./steps.ts";
import type { Attempt, Send, SendOutcome } from "./send.ts";

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly planner: Planner;
  readonly notificationLog: NotificationLog;
  readonly send: Send;
  readonly renderRouteLabels: (group: Group, alerts: readonly NotifiedAlert[], now: number) => LabelSet;
  /** ms an entry of the notification log is kept at most (`--data.retention`). */
  readonly retention: number;
  /** Shows classifications in notifications; undefined: none are shown. */
  readonly enricher: AlertEnricher | undefined;
  readonly classReceivers: ClassReceivers | undefined;
  /** Asks for a receiver's place by its rate limit, ms; 0: it may be told now, and that is counted. */
  readonly limit: (receiver: string, group: Group) => Promise<number>;
  /** Told of what was delivered. */
  readonly onDelivered: (entry: NotificationLogEntry) => void;
  readonly observers: Observers;
  /** Told of what a receiver took; undefined where nobody writes that down. */
  readonly steps: Steps | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What of a group's interval a receiver of a class may wait at most. */
const LONGEST_WAIT = 0.8;
/** How many flushes may wait for the class of their alerts at the same time. */
const MOST_WAITING = 500;

/** Carries out what was planned: sends, and has the outcomes stored. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #waiting = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /**
   * Sends a plan whose decisions are stored. What was left without an outcome goes first, before anything newer to the same
   * integration; the others do not wait for it.
   * @returns whether all went well
   */
  async carryOut(plan: Plan, ledger: Ledger): Promise<boolean> {
    const own = Promise.all([
      this.#sendNew(plan, ledger),
      ...plan.left.map((decision) => this.#makeGood(plan, decision, ledger)),
    ]);
    const classes = Promise.all(plan.classes.map((one) => this.#tellClass(plan, one, ledger)));
    const [[others, ...outcomes], areTold] = await Promise.all([own, classes]);
    this.#tellFailures(plan, outcomes);
    return others && areTold.every((isTold) => isTold) && outcomes.every((outcome) => outcome.kind === "sent");
  }

  /** Tells a receiver of a class, after waiting for the class where it may; the group's own receiver has nothing to do with it. */
  async #tellClass(plan: Plan, { receiver, decisions, wait }: ClassPlan, ledger: Ledger): Promise<boolean> {
    const { planner, classReceivers, limit } = this.#options;
    const { flush, alerts } = plan;
    let due = decisions;
    if (wait > 0) {
      // The next flush of the group is not to be late for it.
      const longest = Math.min(wait, LONGEST_WAIT * flush.group.route.groupInterval);
      await this.#inTurn(() => classReceivers?.settled(alerts, longest, flush.stopping));
      if (flush.stopping.aborted) return false;
      due = planner.ofClass(plan, receiver);
      if (due.length === 0) return true;
      due = (await ledger.decide(flush, due)) ?? [];
      if (due.length === 0) return false;
    }
    const place = await limit(receiver, flush.group);
    if (place > 0) {
      this.#options.observers.happened(rateLimited(flush.group, receiver, place, alerts, this.#options.clock.now()));
      for (const decision of due) ledger.finish(decision, undefined);
      return false;
    }
    const outcomes = await this.#deliverAll(plan, due, ledger);
    return this.#tellFailures(plan, outcomes) === 0;
  }

  /** Waits where not too many do already: each keeps a flush, and with it its alerts, in memory. */
  async #inTurn(wait: () => Promise<void> | undefined): Promise<void> {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting++;
    try {
      await wait();
    } finally {
      this.#waiting--;
    }
  }

  /** Carries out what was left, and then what is new: the receiver may have got the former, so a resolved one must be able to follow. */
  async #makeGood(plan: Plan, left: Decision, ledger: Ledger): Promise<SendOutcome> {
    const outcome = await this.#deliver(plan, left, ledger);
    if (outcome.kind !== "sent") return outcome;
    const newer = this.#options.planner.anew(plan, left);
    return newer === undefined ? outcome : ((await this.#decideAndDeliver(plan, [newer], ledger))[0] as SendOutcome);
  }

  async #sendNew(plan: Plan, ledger: Ledger): Promise<boolean> {
    const { decisions, flush } = plan;
    if (plan.wait > 0) {
      flush.postpone(plan.wait);
      return false;
    }
    const resolved = this.#deliverAll(plan, plan.fallback, ledger);
    const outcomes = await this.#deliverAll(plan, decisions, ledger);
    const refused = outcomes.flatMap((outcome, i) =>
      outcome.kind === "failed" && outcome.refused ? [(decisions[i] as Decision).row.key] : [],
    );
    const tookOver = await this.#fallBack(plan, refused, ledger);
    const fellBack = [...(await resolved), ...tookOver];
    for (const outcome of fellBack) {
      if (outcome.kind === "failed") this.#options.log.error("The fallback receiver failed", { err: outcome.error });
    }
    const failures = this.#tellFailures(plan, outcomes);
    if (!fellBack.every((outcome) => outcome.kind === "sent")) return false;
    return failures === 0 || (failures === refused.length && this.#options.planner.hasFallback(flush.group));
  }

  #fallBack(plan: Plan, refused: readonly string[], ledger: Ledger): Promise<SendOutcome[]> {
    if (refused.length === 0) return Promise.resolve([]);
    const planned = new Set([...plan.fallback, ...plan.left].map(({ row }) => row.key));
    const decisions = this.#options.planner.fallback(plan, refused).filter(({ row }) => !planned.has(row.key));
    return this.#decideAndDeliver(plan, decisions, ledger);
  }

  /** Logs what went wrong, and says how much did. */
  #tellFailures({ flush, alerts }: Plan, outcomes: readonly SendOutcome[]): number {
    const errors = outcomes.flatMap((outcome) => (outcome.kind === "sent" ? [] : [outcome.error]));
    if (errors.length === 0) return 0;
    const level = flush.stopping.aborted ? "debug" : "error";
    this.#options.log[level]("Notify for alerts failed", {
      aggrGroup: flush.group.key,
      num_alerts: alerts.length,
      err: errors.join("\n"),
    });
    return errors.length;
  }

  async #decideAndDeliver(plan: Plan, decisions: readonly Decision[], ledger: Ledger): Promise<SendOutcome[]> {
    if (decisions.length === 0) return [];
    const stored = await ledger.decide(plan.flush, decisions);
    if (stored !== undefined) return this.#deliverAll(plan, stored, ledger);
    return decisions.map(() => ({ kind: "unknown", error: "another server has taken over" }));
  }

  #deliverAll(plan: Plan, decisions: readonly Decision[], ledger: Ledger): Promise<SendOutcome[]> {
    return Promise.all(decisions.map((decision) => this.#deliver(plan, decision, ledger)));
  }

  /** Sends, and keeps how it ended. */
  async #deliver(plan: Plan, decision: Decision, ledger: Ledger): Promise<SendOutcome> {
    const { row, alerts } = decision;
    const last = this.#options.notificationLog.get(row.key);
    const receiverData = row.reason === "first notification" ? {} : (last?.receiverData ?? {});
    let lastAttempt: Attempt | undefined;
    const outcome = await this.#send(plan, decision, receiverData, ledger, (attempt) => (lastAttempt = attempt));
    this.#tellOutcome(plan, decision, outcome, lastAttempt);
    if (outcome.kind === "sent" && lastAttempt !== undefined) this.#options.steps?.notified(plan.flush, decision);
    if (outcome.kind === "unknown") {
      ledger.leave(decision);
      return outcome;
    }
    const entry =
      outcome.kind === "sent" ? this.#record(plan, decision, alerts, outcome.receiverData ?? receiverData) : undefined;
    ledger.finish(decision, entry);
    return outcome;
  }

  #tellOutcome({ flush }: Plan, decision: Decision, outcome: SendOutcome, last: Attempt | undefined): void {
    const { observers, clock } = this.#options;
    if (!observers.any) return;
    const change =
      outcome.kind === "sent" ? "delivered" : outcome.kind === "failed" && outcome.refused ? "refused" : outcome.kind;
    observers.happened(
      attempted(flush.group, decision, {
        at: clock.now(),
        change,
        attempt: last?.number ?? 0,
        isFinal: true,
        duration: last?.duration,
        error: outcome.kind === "sent" ? undefined : outcome.error,
      }),
    );
  }

  /** An attempt that failed with another one to follow; the last one is told with the outcome. */
  #tellAttempt({ flush }: Plan, decision: Decision, { number, duration, error, retry }: Attempt): void {
    const { observers, clock } = this.#options;
    if (error === undefined || !retry || !observers.any) return;
    const how = { change: "failed", attempt: number, isFinal: false, duration, error } as const;
    observers.happened(attempted(flush.group, decision, { at: clock.now(), ...how }));
  }

  async #send(
    plan: Plan,
    decision: Decision,
    receiverData: ReceiverData,
    ledger: Ledger,
    onAttempt: (attempt: Attempt) => void,
  ): Promise<SendOutcome> {
    const { flush } = plan;
    const { target, row, alerts } = decision;
    const { group } = flush;
    const told = target.sendResolved ? alerts : alerts.filter((alert) => alert.status === "firing");
    this.#options.metrics.integration(target.type, target.receiver).notifications.inc();
    // Nobody to tell, but the log is brought up to date (spec §6.7).
    if (told.length === 0) return { kind: "sent", receiverData: undefined };
    const notification: Notification = {
      groupKey: row.groupKey,
      groupLabels: group.labels,
      routeLabels: this.#options.renderRouteLabels(group, alerts, flush.now),
      receiver: target.receiver,
      alerts: told,
      reason: row.reason,
      now: flush.now,
      repeatInterval: group.route.repeatInterval,
      receiverData,
      idempotencyKey: row.idempotencyKey,
    };
    const enrichment = this.#options.enricher?.enrich(notification);
    const permit = ledger.permit(flush, decision);
    const { deadline, stopping } = flush;
    const shown = enrichment === undefined ? notification : { ...notification, enrichment };
    return this.#options.send(target, shown, {
      deadline,
      stopping,
      ...(permit !== undefined && { permit }),
      onAttempt: (attempt) => {
        onAttempt(attempt);
        this.#tellAttempt(plan, decision, attempt);
      },
    });
  }

  #record(
    { flush }: Plan,
    { row }: Decision,
    alerts: readonly NotifiedAlert[],
    receiverData: ReceiverData,
  ): NotificationLogEntry | undefined {
    const now = this.#options.clock.now();
    const entry: NotificationLogEntry = {
      key: row.key,
      groupKey: row.groupKey,
      receiver: row.receiver,
      integration: row.integration,
      index: row.index,
      ...logHashes(alerts),
      timestamp: now,
      expiresAt: logExpiry(now, this.#options.retention, flush.group.route.repeatInterval),
      receiverData,
    };
    if (!this.#options.notificationLog.put(entry)) return undefined;
    this.#options.onDelivered(entry);
    return entry;
  }
}
