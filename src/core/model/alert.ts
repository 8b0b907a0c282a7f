import type { LabelSet } from "./labels.ts";
import type { Timestamp } from "./timestamp.ts";

/** One alert as it was last heard of. Never changed in place: an update makes a new one. */
export interface Alert {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt: Timestamp;
  readonly endsAt: Timestamp;
  /** When we last received it. */
  readonly updatedAt: Timestamp;
  readonly generatorURL: string;
  /** True when it came without an end and `endsAt` is ours: received + resolve_timeout. */
  readonly timeout: boolean;
}

/** Resolved from the instant `endsAt` passes. */
export function isResolved(alert: Alert, now: number): boolean {
  return alert.endsAt.endedBy(now);
}

/** Whether two activity ranges overlap in the way that makes upstream merge them (spec §3.2). */
export function overlaps(old: Alert, update: Alert): boolean {
  const { startsAt: s, endsAt: e } = old;
  return (
    (update.endsAt.compare(s) > 0 && update.endsAt.compare(e) < 0) ||
    (update.startsAt.compare(s) > 0 && update.startsAt.compare(e) < 0)
  );
}

/**
 * Merges two alerts of the same labels whose ranges overlap (spec §3.2): the later updated is the base, the earlier
 * start stays, and an end given by the sender is never shortened by one that was only a timeout.
 */
export function mergeAlerts(a: Alert, b: Alert, now: number): Alert {
  const [base, other] = b.updatedAt.compare(a.updatedAt) < 0 ? [a, b] : [b, a];
  const startsAt = other.startsAt.compare(base.startsAt) < 0 ? other.startsAt : base.startsAt;
  let endsAt = base.endsAt;
  if (other.endsAt.compare(endsAt) > 0) {
    const takeLater = isResolved(base, now) ? isResolved(other, now) : !other.timeout;
    if (takeLater) endsAt = other.endsAt;
  }
  return { ...base, startsAt, endsAt };
}

/**
 * What two versions of an alert make together, whichever was stored first: the later updated one, merged with the other
 * where that would have been merged into it (spec §3.2). Of two updated at the same time `b` counts as the later.
 */
export function mergeVersions(a: Alert, b: Alert, now: number): Alert {
  const [old, update] = b.updatedAt.compare(a.updatedAt) < 0 ? [b, a] : [a, b];
  return overlaps(old, update) ? mergeAlerts(old, update, now) : update;
}
