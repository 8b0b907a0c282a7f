import type { ClassificationSettings } from "../config/plus/classification.ts";
import type { AlertEnricher } from "../core/interfaces/classification.ts";
import { compareSeverities, type Classification } from "../core/model/classification.ts";
import type { Notification, NotifiedAlert } from "../core/model/notification.ts";
import type { Verdicts } from "./verdicts.ts";

/** Shows in notifications what is known of their alerts when they are sent: as much as the mode says. */
export function createEnricher(
  { mode, webhooks }: Pick<ClassificationSettings, "mode" | "webhooks">,
  verdicts: Verdicts,
): AlertEnricher {
  if (mode === "transparent") return { enrich: () => undefined };
  const named = new Set(webhooks);
  return {
    enrich({ alerts, receiver }: Notification) {
      const classifications = alerts.map((alert) => verdicts.of(alert));
      const group = mostSevere(alerts, classifications);
      if (group === undefined) return undefined;
      return {
        alerts: classifications,
        group,
        shows: mode === "enriched" ? "all" : "recommendations",
        inPayload: named.has(receiver),
      };
    },
  };
}

/** Of those that fire, where any does. */
function mostSevere(
  alerts: readonly NotifiedAlert[],
  classifications: readonly Classification[],
): Classification | undefined {
  const firing = classifications.filter((_, i) => alerts[i]?.status === "firing");
  let most: Classification | undefined;
  for (const one of firing.length > 0 ? firing : classifications) {
    if (most === undefined || compareSeverities(one.severity, most.severity) > 0) most = one;
  }
  return most;
}
