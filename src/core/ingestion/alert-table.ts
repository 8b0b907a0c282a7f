import { isResolved, mergeAlerts, overlaps, type Alert } from "../model/alert.ts";
import type { LabelSet } from "../model/labels.ts";
import { sortByFingerprint } from "../model/fingerprint-order.ts";
import type { PostableAlert } from "../model/postable.ts";
import { SharedTexts } from "../model/shared.ts";
import { Timestamp } from "../model/timestamp.ts";
import type { AlertLimit } from "./limit.ts";
import { NameOrders } from "./name-orders.ts";
import { invalidAlert } from "./validate.ts";

/** What became of one posted alert. */
export type Ingested =
  | { readonly kind: "invalid"; readonly message: string; readonly firing: boolean }
  | { readonly kind: "limited"; readonly alert: Alert }
  | {
      readonly kind: "stored";
      readonly alert: Alert;
      /** `new`: unknown until now; `extended`: known and firing, only its end moved on; `changed`: anything else. */
      readonly change: "new" | "extended" | "changed";
      /** What was known; undefined for a new one. */
      readonly before: Alert | undefined;
    };

export interface IngestRules {
  /** Whether a name may be a label's or annotation's in the configured mode (spec §5.6). */
  readonly isLabelName: (name: string) => boolean;
  readonly limit: AlertLimit;
}

/**
 * All alerts we know, by label set: the rules of what a posted alert does to them (spec §3).
 *
 * A label set is looked up by its canonical string before anything is hashed or built, so that the usual case, a known
 * alert sent again, costs one string and one look-up.
 */
export class AlertTable {
  readonly #byKey = new Map<string, Alert>();
  /** Label sets of collected alerts that somebody still holds: there is only ever one object for one set. */
  readonly #retired = new Map<string, LabelSet>();
  /** By fingerprint, until an alert comes or goes; the rank of a label set is its place here. */
  #sorted: Alert[] | undefined;
  readonly #orders = new NameOrders();
  /** The alerts of a rule have the same. */
  readonly #urls = new SharedTexts();

  constructor(readonly rules: IngestRules) {}

  get size(): number {
    return this.#byKey.size;
  }

  all(): IterableIterator<Alert> {
    return this.#byKey.values();
  }

  /** All alerts by fingerprint. The list stays the table's own: it changes with the table. */
  sorted(): readonly Alert[] {
    if (this.#sorted === undefined) {
      this.#sorted = sortByFingerprint([...this.#byKey.values()], (alert) => alert.labels.fingerprint);
      for (const [rank, { labels }] of this.#sorted.entries()) labels.rank = rank;
    }
    return this.#sorted;
  }

  get(labels: LabelSet): Alert | undefined {
    return this.#byKey.get(labels.key);
  }

  /** Puts an alert back that was stored before, as it is. */
  restore(alert: Alert): void {
    this.#byKey.set(alert.labels.key, alert);
    this.#sorted = undefined;
    this.rules.limit.restore(alert);
  }

  /** Takes an alert as it stands in place of what is known of its labels, and returns it as it is kept. */
  replace(alert: Alert): Alert {
    const known = this.#byKey.get(alert.labels.key);
    if (known === undefined) {
      const labels = this.#unretire(alert.labels);
      const kept = labels === alert.labels ? alert : { ...alert, labels };
      this.restore(kept);
      return kept;
    }
    const annotations = known.annotations.key === alert.annotations.key ? known.annotations : alert.annotations;
    const kept = { ...alert, labels: known.labels, annotations };
    this.#update(kept);
    this.rules.limit.restore(kept);
    return kept;
  }

  remove(labels: LabelSet): void {
    if (this.#byKey.delete(labels.key)) this.#sorted = undefined;
    this.#retired.set(labels.key, labels);
  }

  /** Nobody holds this label set any more. */
  forget(labels: LabelSet): void {
    this.#retired.delete(labels.key);
  }

  /**
   * Fills in defaults, validates, merges with what is known and stores (spec §3.1 to 3.4).
   *
   * @param at the time of the request, the same for all its alerts
   * @param resolveTimeout ms
   */
  ingest(posted: PostableAlert, at: Timestamp, resolveTimeout: number): Ingested {
    // A set's key is its JSON, so what was posted in order finds its set without more ado.
    const labelsJson = JSON.stringify(posted.labels);
    let known = this.#byKey.get(labelsJson);
    const set = known === undefined ? this.#orders.labelSet(posted.labels, labelsJson, true) : known.labels;
    known ??= this.#byKey.get(set.key);
    const timeout = posted.endsAt === undefined;
    const startsAt = posted.startsAt ?? posted.endsAt ?? at;
    const endsAt = posted.endsAt ?? timeoutEnd(at, resolveTimeout);
    const annotationsJson = JSON.stringify(posted.annotations);
    const annotations =
      known !== undefined && isSame(known.annotations, posted.annotations, annotationsJson)
        ? known.annotations
        : undefined;
    const accepted = { labels: known !== undefined, annotations: annotations !== undefined };
    const message = invalidAlert(posted, startsAt, endsAt, accepted, this.rules.isLabelName);
    if (message !== undefined) return { kind: "invalid", message, firing: !endsAt.endedBy(at.ms) };
    const alert: Alert = {
      labels: known?.labels ?? this.#unretire(set),
      annotations: annotations ?? this.#orders.labelSet(posted.annotations, annotationsJson, false),
      startsAt: known !== undefined && known.startsAt.equals(startsAt) ? known.startsAt : startsAt,
      endsAt,
      // What is heard later counts as later, though another server's clock or a clock set back says otherwise.
      updatedAt: known !== undefined && known.updatedAt.compare(at) > 0 ? known.updatedAt : at,
      generatorURL:
        known?.generatorURL === posted.generatorURL ? known.generatorURL : this.#urls.of(posted.generatorURL),
      timeout,
    };
    return this.#put(alert, known, at.ms);
  }

  #put(update: Alert, known: Alert | undefined, now: number): Ingested {
    const alert = known !== undefined && overlaps(known, update) ? mergeAlerts(known, update, now) : update;
    if (!this.rules.limit.admits(alert, now)) return { kind: "limited", alert };
    if (known === undefined) {
      this.#byKey.set(alert.labels.key, alert);
      this.#sorted = undefined;
      return { kind: "stored", alert, change: "new", before: undefined };
    }
    this.#update(alert);
    const extended =
      alert.annotations === known.annotations &&
      alert.generatorURL === known.generatorURL &&
      alert.startsAt === known.startsAt &&
      alert.endsAt.compare(known.endsAt) >= 0 &&
      !isResolved(known, now) &&
      !isResolved(alert, now);
    return { kind: "stored", alert, change: extended ? "extended" : "changed", before: known };
  }

  /** Puts an alert in the place of another one with its labels. */
  #update(alert: Alert): void {
    this.#byKey.set(alert.labels.key, alert);
    if (this.#sorted !== undefined) this.#sorted[alert.labels.rank] = alert;
  }

  /** Removes resolved alerts and returns them (spec §3.3). */
  collectGarbage(now: number): Alert[] {
    const removed: Alert[] = [];
    for (const alert of this.#byKey.values()) {
      if (!isResolved(alert, now)) continue;
      this.#byKey.delete(alert.labels.key);
      this.#retired.set(alert.labels.key, alert.labels);
      removed.push(alert);
    }
    this.rules.limit.collectGarbage(now);
    if (removed.length > 0) this.#sorted = undefined;
    return removed;
  }

  #unretire(labels: LabelSet): LabelSet {
    if (this.#retired.size === 0) return labels;
    const retired = this.#retired.get(labels.key);
    if (retired === undefined) return labels;
    this.#retired.delete(labels.key);
    return retired;
  }
}

/** The end of an alert that came without one, one object for all alerts of a request. */
let lastTimeout: { at: Timestamp; after: number; end: Timestamp } | undefined;
function timeoutEnd(at: Timestamp, resolveTimeout: number): Timestamp {
  if (lastTimeout?.at !== at || lastTimeout.after !== resolveTimeout) {
    lastTimeout = { at, after: resolveTimeout, end: new Timestamp(at.ms + resolveTimeout, at.nanos, at.offset) };
  }
  return lastTimeout.end;
}

/** Whether a set is what was posted, in whatever order. */
function isSame(set: LabelSet, posted: Readonly<Record<string, string>>, json: string): boolean {
  if (set.key === json) return true;
  let count = 0;
  for (const name in posted) {
    const value = posted[name];
    if (set.get(name) !== value || (value === "" && !set.has(name))) return false;
    count++;
  }
  return count === set.size;
}
