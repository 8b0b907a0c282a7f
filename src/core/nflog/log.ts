import type { NotificationLogEntry } from "../interfaces/storage.ts";

/** The entry's key: two routes with an equal group key and receiver share it (spec §6.8). */
export function logKey(groupKey: string, receiver: string, integration: string, index: number): string {
  return `${groupKey}:${receiver}/${integration}/${index}`;
}

/** When an entry may be collected (spec §6.8). All in ms. */
export function logExpiry(now: number, retention: number, repeatInterval: number): number {
  return now + Math.min(retention, 2 * repeatInterval);
}

/** Whether `entry` may take the place of what the log holds: never over a later one. */
export function supersedes(entry: NotificationLogEntry, held: NotificationLogEntry | undefined): boolean {
  return held === undefined || held.timestamp <= entry.timestamp;
}
