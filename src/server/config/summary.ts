import type { LoadedConfig } from "../../config/index.ts";
import { buildRoutes, walkRoutes } from "../../core/routing/route.ts";

/** What a configuration has, for whoever checks it. */
export function summaryOf({ config }: LoadedConfig) {
  return {
    receivers: config.receivers.length,
    routes: [...walkRoutes(buildRoutes(config.route))].length,
    inhibitRules: config.inhibit_rules.length,
    timeIntervals: config.time_intervals.length + config.mute_time_intervals.length,
  };
}
