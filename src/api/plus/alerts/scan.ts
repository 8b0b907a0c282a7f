import type { AlertFilter } from "./filter.ts";
import { alertTest } from "./filter.ts";
import { Turn } from "./turn.ts";
import { SeenAlert, sightOf, type AlertsView } from "./view.ts";

/** So many alerts take less than a turn. */
const AT_ONCE = 64;

/**
 * Looks at all alerts that are not over and pass a filter, as they stand now, by fingerprint. Others get their turn in
 * between: alerts that come meanwhile are not seen, those that go may be.
 */
export async function scan(view: AlertsView, filter: AlertFilter, visit: (seen: SeenAlert) => void): Promise<void> {
  const sight = sightOf(view);
  const passes = alertTest(filter);
  const turn = new Turn();
  let looked = 0;
  for (const alert of view.alerts()) {
    if (++looked % AT_ONCE === 0 && turn.isOver) await turn.giveWay();
    if (alert.endsAt.ms < sight.now) continue;
    const seen = new SeenAlert(alert, sight);
    if (passes(seen)) visit(seen);
  }
}
