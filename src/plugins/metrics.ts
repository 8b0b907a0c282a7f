import { Collected } from "../metrics/family.ts";
import { Counter, Histogram, Vec } from "../metrics/instruments.ts";
import type { Metrics } from "../metrics/index.ts";
import { DEFAULT_BUCKETS } from "../metrics/registration.ts";

export type PluginMetrics = ReturnType<typeof createPluginMetrics>;

/** How a call ended. */
export const CALL_RESULTS = [
  /** With an answer, be it none. */
  "ok",
  /** What the plugin threw, or said of itself, or its process ended. */
  "error",
  /** With an answer that is none. */
  "invalid",
  /** Not in time. */
  "timeout",
  /** It was not made: the plugin does not run, or too many calls wait. */
  "unavailable",
  /** Nobody waited for it any more. */
  "canceled",
] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/**
 * What is counted about plugins; once for the whole server, over all its configurations.
 *
 * @param add lists a metric under its full name
 */
export function createPluginMetrics(add: Metrics["add"]) {
  const counters = (name: string, help: string, labels: readonly string[]) =>
    add(name, help, "counter", labels, new Vec(labels, () => new Counter()));
  return {
    /** 1 for a plugin that can be called, 0 for one that cannot. */
    up: add(
      "alertmanager_plus_plugin_up",
      "Whether the process of the plugin runs and answers.",
      "gauge",
      ["plugin"],
      new Collected(),
    ),
    /** `with(plugin)` */
    restarts: counters(
      "alertmanager_plus_plugin_restarts_total",
      "Total number of times the process of the plugin was started again after it had ended or been ended.",
      ["plugin"],
    ),
    /** `with(plugin, result)` */
    calls: counters("alertmanager_plus_plugin_calls_total", "Total number of calls of the plugin, by how they ended.", [
      "plugin",
      "result",
    ]),
    /** `with(plugin)`; s */
    duration: add(
      "alertmanager_plus_plugin_call_duration_seconds",
      "Histogram of latencies of calls of the plugin that were made.",
      "histogram",
      ["plugin"],
      new Vec(["plugin"], () => new Histogram(DEFAULT_BUCKETS)),
    ),
  };
}
