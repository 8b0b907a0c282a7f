import type { ClassificationRoute } from "../config/plus/classification.ts";
import type { ClassReceivers } from "../core/interfaces/classification.ts";
import type { Classification } from "../core/model/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import { pause, type Clock } from "../dispatch/clock.ts";
import type { Verdicts } from "./verdicts.ts";

/** ms between two looks at whether a verdict has come. */
const LOOK_AGAIN = 50;

/**
 * The receivers of `classification.routes`. What is known when a notification is due decides: the rules' verdict at least. Where a
 * route may wait, it does so while somebody is being asked about the alert.
 *
 * @param isPending whether more than the rules' verdict is on its way
 */
export function createClassReceivers(
  routes: readonly ClassificationRoute[],
  verdicts: Verdicts,
  isPending: (labels: LabelSet) => boolean,
  clock: Clock,
): ClassReceivers {
  const byReceiver = Map.groupBy(routes, ({ receiver }) => receiver);
  return {
    names: [...byReceiver.keys()],
    wants(receiver, alert) {
      const classification = verdicts.of(alert);
      return (byReceiver.get(receiver) ?? []).some((route) => fits(route, classification));
    },
    wait(receiver, { labels }) {
      const longest = Math.max(0, ...(byReceiver.get(receiver) ?? []).map(({ max_wait }) => max_wait));
      return longest > 0 && isPending(labels) ? longest : 0;
    },
    async settled(alerts, ms, signal) {
      const until = clock.elapsed() + ms;
      let pending = alerts;
      for (;;) {
        pending = pending.filter(({ labels }) => isPending(labels));
        const rest = until - clock.elapsed();
        if (pending.length === 0 || rest <= 0 || signal.aborted) return;
        await pause(clock, Math.min(rest, LOOK_AGAIN), signal);
      }
    },
  };
}

function fits({ severities, categories, min_confidence }: ClassificationRoute, of: Classification): boolean {
  return (
    of.confidence >= min_confidence &&
    (severities.length === 0 || severities.includes(of.severity)) &&
    (categories.length === 0 || categories.includes(of.category))
  );
}
