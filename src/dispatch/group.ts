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
  /** What it holds until notified, apart from the store: by label set. */
  readonly #alerts = new Map<LabelSet, Alert>();
  #sorted: readonly LabelSet[] | undefined;
  /** INHIBITED and SILENCED of each alert that a flush has looked at. */
  readonly marks = new Map<LabelSet, number>();
  /** Time intervals that muted its last flush. */
  mutedBy: readonly string[] = [];
  /** How often it was flushed. */
  flushes = 0;
  flushing = false;
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
    return this.#alerts.size;
  }

  get(labels: LabelSet): Alert | undefined {
    return this.#alerts.get(labels);
  }

  /** Takes an alert in, or the newer version of one it has. */
  put(alert: Alert): void {
    const before = this.#alerts.size;
    this.#alerts.set(alert.labels, alert);
    if (this.#alerts.size !== before) this.#sorted = undefined;
  }

  /** Lets an alert go unless it was replaced by a newer version; whether it did. */
  remove(alert: Alert): boolean {
    if (this.#alerts.get(alert.labels) !== alert) return false;
    this.#alerts.delete(alert.labels);
    this.marks.delete(alert.labels);
    this.#sorted = undefined;
    return true;
  }

  /** All of its alerts in upstream's order (spec §6.4), which depends on their labels alone and is kept. */
  sorted(): Alert[] {
    if (this.#sorted === undefined) {
      const alerts = sortAlerts(this.#alerts.values());
      this.#sorted = alerts.map((alert) => alert.labels);
      return alerts;
    }
    return this.#sorted.map((labels) => this.#alerts.get(labels) as Alert);
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
