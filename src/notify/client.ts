import type { DialerMetrics } from "../metrics/dialer.ts";
import type { HttpConfig } from "../config/types.ts";
import type { ReceiverDeps } from "./deps.ts";
import { createHttpClient, type HttpClient } from "./http.ts";
import type { DialObserver } from "./http/transport.ts";

/** The HTTP client of an integration. Its connections are counted under the integration's name (spec §12). */
export function receiverClient(type: string, config: HttpConfig, { environment, dialer }: ReceiverDeps): HttpClient {
  return createHttpClient(config, environment, dialCounters(type, dialer));
}

function dialCounters(name: string, metrics: DialerMetrics): DialObserver {
  const attempted = metrics.attempted.with(name);
  const established = metrics.established.with(name);
  const closed = metrics.closed.with(name);
  const failed = {
    resolution: metrics.failed.with(name, "resolution"),
    refused: metrics.failed.with(name, "refused"),
    timeout: metrics.failed.with(name, "timeout"),
    unknown: metrics.failed.with(name, "unknown"),
  };
  return {
    attempted: () => attempted.inc(),
    established: () => established.inc(),
    closed: () => closed.inc(),
    failed: (reason) => failed[reason].inc(),
  };
}
