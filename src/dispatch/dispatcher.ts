import { groupLabels } from "../core/grouping/group-key.ts";
import type { GroupRow } from "../core/interfaces/storage.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import type { Route } from "../core/routing/route.ts";
import type { Clock } from "./clock.ts";
import { Group, groupId } from "./group.ts";
import { Placements } from "./placements.ts";
import type { Steps } from "./steps.ts";
import { Scheduler } from "./scheduler.ts";

/** One flush of one group. */
export interface Flush {
  readonly group: Group;
  /** In upstream's order (spec §6.4); a firing one has its end zeroed, so that it cannot resolve on the way. */
  readonly alerts: readonly NotifiedAlert[];
  /** The tick, ms. */
  readonly now: number;
  /** When it has to be over, on the clock's forward-only time, ms. */
  readonly deadline: number;
  /** Ends with a reload and with the server. */
  readonly stopping: AbortSignal;
  /** Has the group flushed again this many ms from now, if its interval does not do so before. */
  postpone(delay: number): void;
}

/** A flush under way. */
export interface Begun {
  readonly flush: Flush;
  /** The group's alerts as they were, in the order of the flush's. */
  readonly stored: readonly Alert[];
  /** When the group's next flush is, on the clock's forward-only time, ms. */
  next: number;
}

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly root: Route;
  /** On the clock's forward-only time, ms: no group runs before (`--dispatch.start-delay`). */
  readonly runFrom: number;
  /** ms a flush may take beyond its group interval: what waiting for other servers can cost. */
  readonly extraTime: () => number;
  /** Timers of an earlier run under the same configuration. */
  readonly restored: readonly GroupRow[];
  /** Takes a flush through the pipeline; true when all is well, so that resolved alerts may be let go. */
  readonly notify: (flush: Flush) => Promise<boolean>;
  /** Asked when a group is due: true where several servers share the groups, and it is flushed by `begin` once it is ours. */
  readonly isShared: () => boolean;
  /** False while cut off from other servers that may have heard an alert go on: then only its sender resolves it. */
  readonly trustsExpiry: () => boolean;
  /** Told of what goes into groups and, resolved, out of them; undefined where nobody writes that down. */
  readonly steps: Steps | undefined;
  /** A flush finds that an alert has ended. */
  readonly onEnded: (alert: Alert) => void;
  /** A resolved alert has left a group, having been notified. */
  readonly onLetGo: (alert: Alert) => void;
}

const SHORTEST_DEADLINE = 10_000;
/** By how much a sender's clock may be ahead of ours for an end it gives as "now", ms; one that is to run out lies minutes ahead. */
const CLOCKS_APART = 2000;
/** ms until a group that is due is claimed again where several servers share the groups. */
const CLAIMED_AGAIN = { first: 50, atMost: 2000 };

/**
 * Routes alerts into groups and flushes the groups when they are due (spec §6.1 to 6.3). One for each loaded
 * configuration: a reload stops it and makes another.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #scheduler: Scheduler;
  readonly #groups = new Map<Route, Map<string, Group>>();
  readonly #byId = new Map<string, Group>();
  readonly #placements: Placements;
  readonly #restored: Map<string, GroupRow>;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #groupCount = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#scheduler = new Scheduler(options.clock);
    this.#placements = new Placements(options.root);
    this.#restored = new Map(options.restored.map((row) => [groupId(row), row]));
  }

  /** Groups in the map, those emptied since the last maintenance included, as upstream counts them. */
  get groupCount(): number {
    return this.#groupCount;
  }

  /** The routing tree. */
  get root(): Route {
    return this.#options.root;
  }

  *groups(): IterableIterator<Group> {
    for (const groups of this.#groups.values()) yield* groups.values();
  }

  /** The receivers of all routes an alert matches, in routing order. */
  receivers(labels: LabelSet): readonly string[] {
    return this.#placements.of(labels).way.receivers;
  }

  /** The routes an alert matches, in routing order. */
  routes(labels: LabelSet): readonly Route[] {
    return this.#placements.of(labels).way.routes;
  }

  /** Whether a group still has to tell somebody about this label set. */
  holds(labels: LabelSet): boolean {
    return this.held(labels) !== undefined;
  }

  /** The copy of an alert that a group holds, which may outlive the store's. */
  held(labels: LabelSet): Alert | undefined {
    for (const group of this.#placements.known(labels)?.groups ?? []) {
      const alert = group.get(labels);
      if (alert !== undefined) return alert;
    }
    return undefined;
  }

  /** The groups an alert belongs to, as far as they have been made. */
  groupsOf(labels: LabelSet): readonly Group[] {
    return this.#placements.known(labels)?.groups.filter((group) => !group.destroyed) ?? [];
  }

  /** The group of a row, if it is alive. */
  find(row: Pick<GroupRow, "routeId" | "groupFingerprint">): Group | undefined {
    return this.byId(groupId(row));
  }

  /** A group that is alive, by what `groupId` makes of its row. */
  byId(id: string): Group | undefined {
    const group = this.#byId.get(id);
    return group === undefined || group.destroyed ? undefined : group;
  }

  /** Puts a stored alert into the groups of its routes. Returns the groups it made. */
  insert(alert: Alert): readonly Group[] {
    const placement = this.#placements.of(alert.labels);
    const { groups } = placement;
    const { routes } = placement.way;
    let created: Group[] | undefined;
    for (let i = 0; i < routes.length; i++) {
      let group = groups[i];
      if (group === undefined || group.destroyed) {
        const route = routes[i] as Route;
        const labels = groupLabels(route, alert.labels);
        group = this.#known(route, labels);
        if (group === undefined) {
          group = this.#create(route, labels, alert);
          (created ??= []).push(group);
        }
        this.#placements.put(alert.labels, placement, i, group);
      }
      group.put(alert);
      this.#options.steps?.grouped(group, alert);
    }
    return created ?? [];
  }

  /** Puts alerts of a backup into their groups; one that is made for them takes over its timer. Returns the groups it made. */
  insertAll(alerts: readonly Alert[], timers: readonly GroupRow[]): Group[] {
    const restored = this.#restored;
    for (const row of timers) restored.set(groupId(row), row);
    const made = alerts.flatMap((alert) => this.insert(alert));
    for (const row of timers) restored.delete(groupId(row));
    return made;
  }

  /** Flushes at once what is due now. */
  runDue(): void {
    this.#scheduler.runDue();
  }

  /** Drops what is known of a label set that neither the store nor a group has any more. */
  forget(labels: LabelSet): void {
    labels.note = undefined;
  }

  /** Runs a group at once: it has something to make good. */
  hurry(group: Group): void {
    if (!group.flushing) this.#scheduler.schedule(group, this.#notBefore(this.#options.clock.elapsed()));
  }

  /** Removes emptied groups (every `--dispatch.maintenance-interval`, spec §6.3) and returns them. */
  maintain(): Group[] {
    const removed: Group[] = [];
    for (const [route, groups] of this.#groups) {
      for (const [key, group] of groups) {
        if (!group.destroyed) continue;
        groups.delete(key);
        const id = groupId(group.row(""));
        if (this.#byId.get(id) === group) this.#byId.delete(id);
        removed.push(group);
      }
      if (groups.size === 0) this.#groups.delete(route);
    }
    this.#groupCount -= removed.length;
    return removed;
  }

  /** Ends all timers and flushes. Resolves when no flush runs any more. */
  async stop(): Promise<void> {
    this.#scheduler.stop();
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  /** Starts no more flushes and waits for those under way, and `others`, `patience` ms at most. */
  async drain(patience: number, others: Promise<void> = Promise.resolve()): Promise<void> {
    this.#scheduler.stop();
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.schedule(patience, resolve);
      void Promise.all([...this.#running, others]).then(() => {
        cancel();
        resolve();
      });
    });
  }

  #known(route: Route, labels: LabelSet): Group | undefined {
    const group = this.#groups.get(route)?.get(labels.key);
    return group === undefined || group.destroyed ? undefined : group;
  }

  #create(route: Route, labels: LabelSet, alert: Alert): Group {
    const { clock } = this.#options;
    const now = clock.now();
    let nextFlushAt = now + route.groupWait;
    // An alert that is older than group_wait has waited enough (spec §6.2).
    if (alert.startsAt.ms + route.groupWait < now) nextFlushAt = now;
    const group = new Group(route, labels, nextFlushAt, (due) => this.#start(due));
    const id = groupId(group.row(""));
    this.#byId.set(id, group);
    const row = this.#restored.get(id);
    if (row !== undefined) {
      // Once: a group that empties and comes back later is a new one.
      this.#restored.delete(id);
      group.nextFlushAt = Math.min(row.nextFlushAt, now + Math.max(route.groupWait, route.groupInterval));
      group.flushes = row.flushes;
    }
    let groups = this.#groups.get(route);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(route, groups);
    }
    if (!groups.has(labels.key)) this.#groupCount++;
    groups.set(labels.key, group);
    this.#scheduler.schedule(group, this.#notBefore(clock.elapsed() + (group.nextFlushAt - now)));
    return group;
  }

  #notBefore(due: number): number {
    return Math.max(due, this.#options.runFrom);
  }

  /** Flushes at once what is due and not shared any more, and wakes for the rest when it is due. */
  rearm(): void {
    const { clock } = this.#options;
    const now = clock.now();
    for (const group of this.groups()) {
      if (group.flushing || group.destroyed) continue;
      this.#scheduler.schedule(group, this.#notBefore(clock.elapsed() + Math.max(0, group.nextFlushAt - now)));
    }
  }

  /** Takes over what another server, or the database, says of a group's timer. */
  follow(group: Group, row: Pick<GroupRow, "nextFlushAt" | "flushes">): void {
    group.flushes = row.flushes;
    group.nextFlushAt = row.nextFlushAt;
    group.claims = 0;
    if (group.flushing) return;
    const { clock } = this.#options;
    this.#scheduler.schedule(group, this.#notBefore(clock.elapsed() + Math.max(0, row.nextFlushAt - clock.now())));
  }

  #start(group: Group): void {
    if (this.#options.isShared()) {
      // It is not due yet by the database's clock, or another server has it and will say so.
      const wait = Math.min(CLAIMED_AGAIN.atMost, CLAIMED_AGAIN.first * 2 ** group.claims++);
      this.#scheduler.schedule(group, this.#options.clock.elapsed() + wait);
      return;
    }
    const flush = this.#flush(group).finally(() => this.#running.delete(flush));
    this.#running.add(flush);
  }

  async #flush(group: Group): Promise<void> {
    const begun = this.begin(group, this.#options.clock.now());
    this.end(begun, group.size === 0 || (await this.#options.notify(begun.flush)));
  }

  /**
   * Begins a flush: its snapshot, and the group's next one. Whoever calls this calls `end`.
   * @param now the tick, ms
   */
  begin(group: Group, now: number): Begun {
    const { clock, extraTime } = this.#options;
    const { groupInterval } = group.route;
    // Counted from the beginning of the flush: the period is tick to tick, however long the flush takes (spec §6.3).
    const started = clock.elapsed();
    group.nextFlushAt = now + groupInterval;
    group.flushes++;
    group.flushing = true;
    group.claims = 0;
    this.#scheduler.cancel(group);
    const stored = [...group.sorted()];
    const trusts = this.#options.trustsExpiry();
    const begun = { next: started + groupInterval, stored };
    const alerts = stored.map((alert) => notified(alert, now, trusts));
    for (const [i, { status }] of alerts.entries()) {
      if (status === "resolved") this.#options.onEnded(stored[i] as Alert);
    }
    const flush: Flush = {
      group,
      alerts,
      now,
      deadline: started + Math.max(groupInterval, SHORTEST_DEADLINE) + extraTime(),
      stopping: this.#stopping.signal,
      postpone(delay) {
        begun.next = Math.min(begun.next, clock.elapsed() + delay);
        group.nextFlushAt = clock.now() + (begun.next - clock.elapsed());
      },
    };
    return Object.assign(begun, { flush });
  }

  /** Ends a flush; when all is `well`, what it told to be resolved is let go. */
  end({ flush, stored, next }: Begun, well: boolean): void {
    const { group } = flush;
    if (well) {
      for (const [i, alert] of stored.entries()) {
        if (flush.alerts[i]?.status !== "resolved" || !this.letGo(group, alert)) continue;
        this.#options.steps?.left(group, alert);
      }
    }
    group.flushing = false;
    if (group.size === 0) group.destroyed = true;
    else if (!this.#stopping.signal.aborted) this.#scheduler.schedule(group, next);
  }

  /** Ends a group nobody is flushing that has no alerts left. */
  dropIfEmpty(group: Group): void {
    if (group.size > 0 || group.flushing) return;
    group.destroyed = true;
    this.#scheduler.cancel(group);
  }

  /** Takes an alert out of a group unless it has changed; whether it did. */
  letGo(group: Group, alert: Alert): boolean {
    const isGone = group.remove(alert);
    if (isGone) this.#options.onLetGo(alert);
    return isGone;
  }
}

function notified(alert: Alert, now: number, trustsExpiry: boolean): NotifiedAlert {
  const over = isResolved(alert, now) && (trustsExpiry || alert.endsAt.ms <= alert.updatedAt.ms + CLOCKS_APART);
  return over ? { ...alert, status: "resolved" } : { ...alert, endsAt: ZERO_TIME, status: "firing" };
}
