import type { LoadedConfig } from "../config/index.ts";
import type { EngineConfig } from "../dispatch/engine.ts";

/** What the engine takes from a loaded configuration as it stands: all but what has to be built first. */
export type EngineSettings = Pick<
  EngineConfig,
  "hash" | "resolveTimeout" | "route" | "inhibitRules" | "timeIntervals" | "receivers"
>;

export function engineSettings({ config, hash }: LoadedConfig): EngineSettings {
  return {
    hash: String(hash),
    resolveTimeout: config.global.resolve_timeout,
    route: config.route,
    inhibitRules: config.inhibit_rules.map((rule) => ({
      name: rule.name,
      sourceMatchers: rule.source_matchers,
      targetMatchers: rule.target_matchers,
      equal: rule.equal,
    })),
    timeIntervals: new Map(
      [...config.mute_time_intervals, ...config.time_intervals].map((named) => [named.name, named.time_intervals]),
    ),
    receivers: config.receivers.map(({ name, labels }) => ({ name, labels })),
  };
}
