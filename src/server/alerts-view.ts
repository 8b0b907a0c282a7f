import type { AlertsView } from "../api/plus/alerts/view.ts";
import { acknowledgementOf } from "../core/silencing/origin.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { Classification } from "./classification.ts";

/** The alerts of the engine with what they are classified as, as people look at them. */
export function createAlertsView(
  engine: Engine,
  classification: Pick<Classification, "classOf" | "verdict">,
): AlertsView {
  return {
    now: () => engine.now(),
    alerts: () => engine.alerts(),
    receiversOf: (labels) => engine.receiversOf(labels),
    muting: (labels, now) => engine.muting(labels, now),
    intervalsMuting: (now) => engine.intervalsMuting(now),
    classOf: (alert) => classification.classOf(alert),
    classification: (alert) => classification.verdict(alert),
    acknowledgedBy: (labels) =>
      engine.muting(labels, engine.now()).silencedBy.find((id) => {
        const silence = engine.silence(id);
        return silence !== undefined && acknowledgementOf(silence) === labels.fingerprint;
      }),
  };
}
