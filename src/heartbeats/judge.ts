import { isResolved, type Alert } from "../core/model/alert.ts";
import { matchesAll } from "../core/model/matcher.ts";
import { MISSING, type Expecting } from "../config/plus/heartbeats.ts";

/** What is known of a heartbeat that is expected. */
export interface Pulse {
  /** ms; when its alert came last, undefined for never. */
  readonly beat: number | undefined;
  readonly missing: boolean;
}

/**
 * Whether a heartbeat is missing. One that is stays so until it comes; one that is not is never before a whole period in which we
 * could have heard it.
 *
 * @param listeningSince ms
 */
export function isMissing(
  { every, grace }: Expecting,
  { beat, missing }: Pulse,
  listeningSince: number,
  now: number,
): boolean {
  const patience = every + grace;
  if (beat !== undefined && now < beat + patience) return false;
  return missing || now >= listeningSince + patience;
}

/** ms; when the alert a heartbeat expects came last, as far as the alerts there are tell. */
export function lastBeat({ matchers }: Expecting, alerts: Iterable<Alert>, now: number): number | undefined {
  let last: number | undefined;
  for (const alert of alerts) {
    if (!matchesAll(matchers, alert.labels) || alert.labels.get("alertname") === MISSING) continue;
    // Whoever says that it is over does not say that all is well.
    const at = alert.updatedAt.ms;
    if (isResolved(alert, at)) continue;
    if (last === undefined || at > last) last = at;
  }
  // Another server's clock may be ahead.
  return last === undefined ? undefined : Math.min(last, now);
}
