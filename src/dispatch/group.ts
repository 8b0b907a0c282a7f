import type { GroupRow } from "../core/interfaces/storage.ts";
import { groupKey } from "../core/grouping/group-key.ts";
import { sortAlerts } from "../core/grouping/order.ts";
import type { Alert } from "../core/model/alert.ts";
import { fingerprintHash, HashIndex } from "../core/model/hash-index.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Route } from "../core/routing/route.ts";
import type { Due } from "./scheduler.ts";

/** What the last flush found of an alert, as bits: shown by `alertmanager_alerts` only (spec §6.10). */
export const INHIBITED = 1;
export const SILENCED = 2;

/** So few alerts are looked through one by one: many a group has one, and an index of its own would be larger than that. */
const MOST_WITHOUT_INDEX = 8;

/** The alerts of one route that share the labels it groups by, and when they are looked at next. */
export class Group implements Due {
  /** What it holds until notified, apart from the store. */
  #alerts: Alert[] = [];
  /** INHIBITED and SILENCED of each of them that a flush has looked at. */
  #marks: (number | undefined)[] = [];
  /** Finds the place of an alert in these lists by its labels, where there are many. */
  #index: HashIndex | undefined;
  #isSorted = true;
  /** Time intervals that muted its last flush. */
  mutedBy: readonly string[] = [];
  /** How often it was flushed. */
  flushes = 0;
  flushing = false;
  /** How often it was due and to be claimed, without being flushed here. */
  claims = 0;
  /** Emptied by a flush: another one takes its place when an alert comes. */
  destroyed = false;
  due = 0;
  slot = -1;
  #key: string | undefined;

  /**
   * @param nextFlushAt wall clock, ms; kept beside `due` for what is stored
   * @param flush what to do when due
   */
  constructor(
    readonly route: Route,
    readonly labels: LabelSet,
    public nextFlushAt: number,
    private readonly flush: (group: Group) => void,
  ) {}

  /** The group's key in the notification log and in payloads (spec §3.8). */
  get key(): string {
    this.#key ??= groupKey(this.route, this.labels);
    return this.#key;
  }

  get size(): number {
    return this.#alerts.length;
  }

  get(labels: LabelSet): Alert | undefined {
    return this.#alerts[this.#placeOf(labels)];
  }

  /** Takes an alert in, or the newer version of one it has. */
  put(alert: Alert): void {
    const at = this.#placeOf(alert.labels);
    if (at >= 0) {
      this.#alerts[at] = alert;
      return;
    }
    this.#alerts.push(alert);
    this.#marks.push(undefined);
    this.#isSorted = false;
    if (this.#index !== undefined) this.#index.add(hashOf(alert), this.#alerts.length - 1);
    else if (this.#alerts.length > MOST_WITHOUT_INDEX) this.#makeIndex();
  }

  /** Lets an alert go unless it was replaced by a newer version; whether it did. */
  remove(alert: Alert): boolean {
    const at = this.#placeOf(alert.labels);
    if (this.#alerts[at] !== alert) return false;
    // The last one takes its place.
    const last = this.#alerts.at(-1) as Alert;
    this.#index?.replace(this.#slotOf(last, this.#alerts.length - 1), at);
    this.#index?.remove(this.#slotOf(alert, at));
    this.#alerts[at] = last;
    this.#marks[at] = this.#marks.at(-1);
    this.#alerts.pop();
    this.#marks.pop();
    this.#isSorted = false;
    return true;
  }

  /**
   * All of its alerts in upstream's order (spec §6.4), which depends on their labels alone and is kept: the list is another one
   * once an alert came or went. It is the group's own and changes with it.
   */
  sorted(): readonly Alert[] {
    if (!this.#isSorted) {
      const alerts = sortAlerts(this.#alerts);
      this.#marks = alerts.map(({ labels }) => this.marksOf(labels));
      this.#alerts = alerts;
      this.#isSorted = true;
      if (this.#index !== undefined) this.#makeIndex();
    }
    return this.#alerts;
  }

  /** What the last flush that looked at it found of an alert. */
  marksOf(labels: LabelSet): number | undefined {
    return this.#marks[this.#placeOf(labels)];
  }

  /** @param bit INHIBITED or SILENCED */
  mark(labels: LabelSet, bit: number, on: boolean): void {
    const at = this.#placeOf(labels);
    if (at < 0) return;
    const marks = this.#marks[at] ?? 0;
    this.#marks[at] = on ? marks | bit : marks & ~bit;
  }

  /** -1 for none. */
  #placeOf(labels: LabelSet): number {
    const index = this.#index;
    if (index === undefined) return this.#alerts.findIndex((alert) => alert.labels === labels);
    const hash = fingerprintHash(labels.fingerprint);
    for (let slot = index.first(hash); slot >= 0; slot = index.next(slot)) {
      const at = index.at(slot);
      if (this.#alerts[at]?.labels === labels) return at;
    }
    return -1;
  }

  /** The slot in the index of an alert that is known to be at a place. */
  #slotOf(alert: Alert, at: number): number {
    const index = this.#index as HashIndex;
    let slot = index.first(hashOf(alert));
    while (index.at(slot) !== at) slot = index.next(slot);
    return slot;
  }

  #makeIndex(): void {
    const index = new HashIndex();
    for (const [at, alert] of this.#alerts.entries()) index.add(hashOf(alert), at);
    this.#index = index;
  }

  run(): void {
    this.flush(this);
  }

  /** What `groupId` makes of its row. */
  get id(): string {
    return groupId({ routeId: this.route.id, groupFingerprint: this.labels.fingerprint });
  }

  /** Its row in the store. */
  row(configHash: string): GroupRow {
    return {
      routeId: this.route.id,
      groupFingerprint: this.labels.fingerprint,
      nextFlushAt: this.nextFlushAt,
      flushes: this.flushes,
      configHash,
    };
  }
}

function hashOf({ labels }: Alert): number {
  return fingerprintHash(labels.fingerprint);
}

/** Identifies a group among those of all routes. */
export function groupId(group: Pick<GroupRow, "routeId" | "groupFingerprint">): string {
  return `${group.groupFingerprint} ${group.routeId}`;
}
