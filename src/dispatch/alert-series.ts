import { isResolved } from "../core/model/alert.ts";
import type { Group } from "./group.ts";

type Series = Iterable<readonly [labels: readonly string[], value: number]>;

const STATES = ["active", "suppressed", "unprocessed"] as const;
const UNPROCESSED = 0;
const ACTIVE = 1;
const SUPPRESSED = 2;

/**
 * `alertmanager_alerts`: firing alerts in the groups by state (spec §12). Each counts once, with its highest state:
 * suppressed over active over unprocessed; with group keys each group counts for itself.
 */
export function alertSeries(groups: Iterable<Group>, now: number, byGroup: boolean): Series {
  if (byGroup) {
    return [...groups].flatMap((group) =>
      counts(ranks([group], now)).map(([state, n]) => [[group.key, state], n] as const),
    );
  }
  return counts(ranks(groups, now)).map(([state, n]) => [[state], n] as const);
}

function ranks(groups: Iterable<Group>, now: number): Map<string, number> {
  const byFingerprint = new Map<string, number>();
  for (const group of groups) {
    for (const alert of group.sorted()) {
      if (isResolved(alert, now)) continue;
      const marks = group.marksOf(alert.labels);
      const rank = marks === undefined ? UNPROCESSED : marks === 0 ? ACTIVE : SUPPRESSED;
      const { fingerprint } = alert.labels;
      byFingerprint.set(fingerprint, Math.max(rank, byFingerprint.get(fingerprint) ?? UNPROCESSED));
    }
  }
  return byFingerprint;
}

function counts(byFingerprint: ReadonlyMap<string, number>): [state: string, count: number][] {
  const count = [0, 0, 0];
  for (const rank of byFingerprint.values()) count[rank] = (count[rank] as number) + 1;
  const by = { active: count[ACTIVE], suppressed: count[SUPPRESSED], unprocessed: count[UNPROCESSED] };
  return STATES.map((state) => [state, by[state] as number]);
}
