import { createMetrics, type Metrics, type MetricsOptions } from "./index.ts";

/** The metrics of no particular build, with no feature on: where something counts that nobody will ask, and in tests. */
export function bareMetrics(over: Partial<MetricsOptions> = {}): Metrics {
  return createMetrics({
    build: { version: "", revision: "", branch: "", goversion: "", tags: "" },
    cluster: false,
    features: {
      alertNamesInMetrics: false,
      receiverNameInMetrics: false,
      groupKeyInMetrics: false,
      eventRecorder: false,
    },
    ...over,
  });
}
