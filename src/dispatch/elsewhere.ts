import type { NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { Classification } from "../core/model/classification.ts";
import { EMPTY_LABELS } from "../core/model/labels.ts";
import type { Silence } from "../core/model/silence.ts";
import { silenceState } from "../core/silencing/state.ts";
import type { Clock } from "./clock.ts";
import type { Observers } from "./observers.ts";

/** Tells of what other servers did, as far as what they share shows it. */
export class Elsewhere {
  constructor(
    private readonly observers: Observers,
    private readonly clock: Clock,
  ) {}

  /** @param before what was known of it here */
  silence(after: Silence, before: Silence | undefined): void {
    if (!this.observers.any) return;
    const now = this.clock.now();
    const isOver = silenceState(after, now) === "expired";
    const change = before === undefined ? "created" : isOver ? "expired" : "updated";
    const actor = { name: after.createdBy, via: "peer" };
    this.observers.happened({ kind: "silence", change, at: now, origin: "elsewhere", before, after, actor });
  }

  notified({ key, groupKey, receiver, integration, index, firing, resolved, timestamp }: NotificationLogEntry): void {
    if (!this.observers.any) return;
    this.observers.happened({
      kind: "notification",
      change: "delivered",
      at: timestamp,
      origin: "elsewhere",
      key,
      groupKey,
      // The log says neither these nor which alerts by fingerprint, only by its own hashes.
      groupLabels: EMPTY_LABELS,
      routeId: "",
      receiver,
      integration,
      index,
      reason: "unknown",
      firing,
      resolved,
      alerts: [],
      attempt: 1,
      isFinal: true,
      duration: undefined,
      error: undefined,
    });
  }

  classified(after: Classification, before: Classification | undefined): void {
    if (!this.observers.any) return;
    const at = this.clock.now();
    this.observers.happened({ kind: "classification", change: "changed", at, origin: "elsewhere", before, after });
  }
}
