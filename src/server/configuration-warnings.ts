import type { Config } from "../config/index.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { formatGoDuration } from "../core/model/duration.ts";
import { walkRoutes, type Route } from "../core/routing/route.ts";

/** Says what is accepted and not acted on. */
export function warnOfUnused(config: Config, log: Logger): void {
  if (config.tracing !== undefined) log.warn("tracing is configured, but no traces are exported yet");
}

/**
 * Says where notifications will repeat at other times than the routes say.
 *
 * @param retention `--data.retention`, ms
 */
export function warnOfRepeats(root: Route, retention: number, log: Logger): void {
  for (const route of walkRoutes(root)) {
    if (route.repeatInterval > retention) {
      log.warn(
        "repeat_interval is greater than the data retention period. It can lead to notifications being repeated more often than expected.",
        {
          repeat_interval: formatGoDuration(route.repeatInterval),
          retention: formatGoDuration(retention),
          route: route.key,
        },
      );
    }
    if (route.repeatInterval < route.groupInterval) {
      log.warn(
        "repeat_interval is less than group_interval. Notifications will not repeat until the next group_interval.",
        {
          repeat_interval: formatGoDuration(route.repeatInterval),
          group_interval: formatGoDuration(route.groupInterval),
          route: route.key,
        },
      );
    }
  }
}
