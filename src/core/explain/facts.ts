import type { Inhibition } from "../inhibition/inhibitor.ts";
import type { Alert } from "../model/alert.ts";
import type { LabelSet } from "../model/labels.ts";
import type { Silence } from "../model/silence.ts";
import type { Route } from "../routing/route.ts";

/** How one try to send ended. */
export interface AttemptRecord {
  /** Which one at its decision, from 1. */
  readonly number: number;
  /** ms; when it began. */
  readonly at: number;
  readonly durationMs: number;
  /** `unknown`: cut off, it may have arrived. */
  readonly outcome: "delivered" | "failed" | "refused" | "unknown";
  /** Of the receiver's answer, where it is known. */
  readonly statusCode: number | null;
  readonly error: string | null;
}

/** What one flush came to for one integration. */
export interface DecisionRecord {
  /** ms */
  readonly at: number;
  /** `retrying`: it failed at least once and is being tried again. */
  readonly outcome:
    | "retrying"
    | "delivered"
    | "failed"
    | "refused"
    | "unknown"
    | "rate_limited"
    | "deduplicated"
    | "filtered"
    | "silenced"
    | "inhibited"
    | "muted";
  /** Why it was to notify, in upstream's words (spec §6.6); "none" where it was not. */
  readonly reason: string;
  /** For a person; "" for nothing to add. */
  readonly detail: string;
}

/** What is known of one integration of a group. */
export interface IntegrationFacts {
  readonly integration: string;
  readonly index: number;
  readonly sendResolved: boolean;
  /** False where the integration's own filter does not want the alert. */
  readonly isWanted: boolean;
  /** What the notification log says it was told last; undefined where it was told nothing. */
  readonly last: LastTold | undefined;
  /** Something is on its way, or was cut off and will be made good. */
  readonly pending: boolean;
  /** Newest first. */
  readonly decisions: readonly DecisionRecord[];
  /** Newest first. */
  readonly attempts: readonly AttemptRecord[];
}

export interface LastTold {
  /** ms */
  readonly at: number;
  /** Who had that not sent, so that it only counts as told; undefined where it was sent. */
  readonly droppedBy: string | undefined;
  /** How many. */
  readonly firing: number;
  readonly resolved: number;
  /** What it was told of this alert. */
  readonly ofAlert: "firing" | "resolved" | "nothing";
}

/** One group the alert is in, or would be in; once more for each receiver of a class. */
export interface GroupFacts {
  readonly receiver: string;
  readonly route: Route;
  readonly groupKey: string;
  readonly labels: LabelSet;
  /** How many alerts it holds; 0 where it does not exist. */
  readonly alerts: number;
  readonly flushes: number;
  readonly isFlushing: boolean;
  /** ms; undefined where the group does not exist. */
  readonly nextFlushAt: number | undefined;
  /** Names of `active_time_intervals`, all of which are over, or of `mute_time_intervals` in force. */
  readonly mutedBy: { readonly kind: "active" | "mute"; readonly names: readonly string[] } | undefined;
  /** What the last flush on this server found of the alert; undefined where none has looked at it. */
  readonly lastLook: { readonly inhibited: boolean; readonly silenced: boolean } | undefined;
  readonly integrations: readonly IntegrationFacts[];
}

export interface IntervalFacts {
  readonly name: string;
  readonly kind: "mute" | "active";
  readonly inForce: boolean;
  /** ms; when that changes, undefined where it does not within days. */
  readonly until: number | undefined;
}

/** All that decides what becomes of an alert. */
export interface Facts {
  /** ms */
  readonly now: number;
  readonly labels: LabelSet;
  /** Undefined where no such alert is known. */
  readonly alert: Alert | undefined;
  readonly inhibition: Inhibition | undefined;
  /** Those in force that match. */
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupFacts[];
  readonly intervals: readonly IntervalFacts[];
}
