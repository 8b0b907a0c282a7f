import { Collected } from "../metrics/family.ts";
import type { Metrics } from "../metrics/index.ts";
import { Counter } from "../metrics/instruments.ts";

export type KubernetesMetrics = ReturnType<typeof createKubernetesMetrics>;

/** What a Secret that bears the label is to us. */
export const TARGET_STATES = ["active", "disabled", "invalid", "ignored"] as const;
export type TargetState = (typeof TARGET_STATES)[number];

/**
 * What is counted about targets in Secrets; once for the whole server, over all its configurations.
 *
 * @param add lists a metric under its full name
 */
export function createKubernetesMetrics(add: Metrics["add"]) {
  return {
    /** Without any series where no Secrets are looked for. */
    targets: add(
      "alertmanager_plus_kubernetes_targets",
      "Publishing targets found in Kubernetes Secrets: active, disabled by themselves, invalid, or ignored because there are too many.",
      "gauge",
      ["state"],
      new Collected(),
    ),
    watchErrors: add(
      "alertmanager_plus_kubernetes_watch_errors_total",
      "Total number of times the Kubernetes API could not be asked for publishing targets.",
      "counter",
      [],
      new Counter(),
    ),
  };
}
