import type { NotificationLogEntry, OutboxRow } from "../../core/interfaces/storage.ts";
import type { AttemptRecord, DecisionRecord } from "../../core/explain/facts.ts";
import type { Group } from "../group.ts";

/**
 * `pending`: decided, and being sent or about to be; `unknown`: decided, and nobody knows whether it arrived; `failed`: not
 * accepted at the last flush, and decided anew at the next; `dropped`: somebody had it not sent.
 */
export const NOTIFICATION_STATES = ["pending", "unknown", "failed", "delivered", "dropped"] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** What one integration of one group was last told, or is to be told. */
export interface KnownNotification {
  /** As in the notification log. */
  readonly key: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  readonly state: NotificationState;
  /** The group it is about; undefined for one that is gone. */
  readonly group: Group | undefined;
  /** The decision that has no outcome yet. */
  readonly row: OutboxRow | undefined;
  /** How often it was tried, as far as that is known. */
  readonly attempts: number;
  /** The last attempt that this server made. */
  readonly lastAttempt: AttemptRecord | undefined;
  /** What was delivered last, or counts as delivered. */
  readonly entry: NotificationLogEntry | undefined;
  /** How the last flush ended that this server knows of. */
  readonly last: DecisionRecord | undefined;
}

/** A key of the notification log taken apart: `GROUPKEY:RECEIVER/INTEGRATION/INDEX`. */
export interface Place {
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
}

/** The groups by what keys begin with. */
export class GroupsByKey {
  readonly #groups = new Map<string, Group>();
  readonly #byPlace = new Map<string, Group>();

  constructor(groups: Iterable<Group>) {
    for (const group of groups) {
      if (group.destroyed) continue;
      if (!this.#groups.has(group.key)) this.#groups.set(group.key, group);
      this.#byPlace.set(`${group.key}:${group.route.receiver}`, group);
    }
  }

  /** Two routes with an equal group key differ by their receivers; a receiver beside those of the routes is told of any. */
  of(groupKey: string, receiver: string): Group | undefined {
    return this.#byPlace.get(`${groupKey}:${receiver}`) ?? this.#groups.get(groupKey) ?? this.#ofFallback(groupKey);
  }

  /** To the fallback receiver each integration that refused is a group of its own. */
  #ofFallback(groupKey: string): Group | undefined {
    const place = placeIn(groupKey);
    return place === undefined ? undefined : this.#byPlace.get(`${place.groupKey}:${place.receiver}`);
  }
}

const KEY = /^(.*):([^:]*)\/([^/:]+)\/(\d+)$/s;

export function placeIn(key: string): Place | undefined {
  const match = KEY.exec(key);
  if (match === null) return undefined;
  const [, groupKey = "", receiver = "", integration = "", index = ""] = match;
  return { groupKey, receiver, integration, index: Number(index) };
}
