import type { NotificationReason } from "../model/notification.ts";

/** What the notification log knows of the last notification of one group and integration. */
export interface LastNotification {
  /** Sorted hashes of the alerts it reported as firing. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** ms; the wall clock after it was sent. */
  readonly timestamp: number;
}

/** What the group holds now, as sorted hashes. */
export interface CurrentAlerts {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

/**
 * Whether this flush notifies, and why (the table of spec §6.6, first match wins). "none" sends nothing.
 *
 * With `send_resolved` off "all alerts resolved" is still a decision: nothing is sent but the log is cleared.
 *
 * @param now ms, the tick of the flush
 * @param repeatInterval ms
 */
export function decide(
  last: LastNotification | undefined,
  current: CurrentAlerts,
  options: { readonly sendResolved: boolean; readonly repeatInterval: number; readonly now: number },
): NotificationReason {
  if (last === undefined) return current.firing.length > 0 ? "first notification" : "none";
  if (!isSubset(current.firing, last.firing)) {
    return last.firing.length === 0 ? "first notification" : "new alerts added";
  }
  if (current.firing.length === 0) return last.firing.length > 0 ? "all alerts resolved" : "none";
  if (options.sendResolved && !isSubset(current.resolved, last.resolved)) return "some alerts resolved";
  if (last.timestamp < options.now - options.repeatInterval) return "repeat interval elapsed";
  return "none";
}

/** Both sorted. */
function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  let j = 0;
  for (const hash of part) {
    while (j < whole.length && (whole[j] as string) < hash) j++;
    if (whole[j] !== hash) return false;
  }
  return true;
}
