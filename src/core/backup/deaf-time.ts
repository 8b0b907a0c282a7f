import type { Alert } from "../model/alert.ts";
import { sharedTimestamp } from "../model/shared.ts";

/**
 * An alert as it stands after a time in which nobody could hear: its sender keeps it alive by moving its end on, so that
 * time is added to an end that was still ahead when it began.
 *
 * @param from when it began, ms; undefined when there was no such time
 * @param to when it was over, ms
 */
export function withDeafTime(alert: Alert, from: number | undefined, to: number): Alert {
  if (from === undefined || to <= from || alert.endsAt.endedBy(from)) return alert;
  const { ms, nanos, offset } = alert.endsAt;
  return { ...alert, endsAt: sharedTimestamp(ms + (to - from), nanos, offset) };
}
