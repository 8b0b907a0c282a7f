import type { GroupRow } from "../core/interfaces/storage.ts";
import { groupKey } from "../core/grouping/group-key.ts";
import { sortAlerts } from "../core/grouping/order.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Route } from "../core/routing/route.ts";
import type { Due } from "./scheduler.ts";

/** What the last flush found of an alert, as bits: shown by `alertmanager_alerts` only (spec §6.10). */
export const INHIBITED = 1;
export const SILENCED = 2;

/** The alerts of one route that share the labels it groups by, and when they are looked at next. */
export class Group implements Due {
  /** What it holds until notified, apart from the store. */
  #alerts: Alert[] = [];
  /** INHIBITED and SILENCED of each of them that a flush has looked at. */
  #marks: (number | undefined)[] = [];
  /** Where in these lists the alert of a label set is. */
  readonly #at = new Map<LabelSet, number>();
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
    const at = this.#at.get(labels);
    return at === undefined ? undefined : this.#alerts[at];
  }

  /** Takes an alert in, or the newer version of one it has. */
  put(alert: Alert): void {
    const at = this.#at.get(alert.labels);
    if (at !== undefined) {
      this.#alerts[at] = alert;
      return;
    }
    this.#at.set(alert.labels, this.#alerts.length);
    this.#alerts.push(alert);
    this.#marks.push(undefined);
    this.#isSorted = false;
  }

  /** Lets an alert go unless it was replaced by a newer version; whether it did. */
  remove(alert: Alert): boolean {
    const at = this.#at.get(alert.labels);
    if (at === undefined || this.#alerts[at] !== alert) return false;
    this.#at.delete(alert.labels);
    this.#isSorted = false;
    const last = this.#alerts.pop() as Alert;
    const mark = this.#marks.pop();
    if (last === alert) return true;
    // The last one takes its place.
    this.#alerts[at] = last;
    this.#marks[at] = mark;
    this.#at.set(last.labels, at);
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
      for (const [at, { labels }] of alerts.entries()) this.#at.set(labels, at);
      this.#alerts = alerts;
      this.#isSorted = true;
    }
    return this.#alerts;
  }

  /** What the last flush that looked at it found of an alert. */
  marksOf(labels: LabelSet): number | undefined {
    const at = this.#at.get(labels);
    return at === undefined ? undefined : this.#marks[at];
  }

  /** @param bit INHIBITED or SILENCED */
  mark(labels: LabelSet, bit: number, on: boolean): void {
    const at = this.#at.get(labels);
    if (at === undefined) return;
    const marks = this.#marks[at] ?? 0;
    this.#marks[at] = on ? marks | bit : marks & ~bit;
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

/** Identifies a group among those of all routes. */
export function groupId(group: Pick<GroupRow, "routeId" | "groupFingerprint">): string {
  return `${group.groupFingerprint} ${group.routeId}`;
}
