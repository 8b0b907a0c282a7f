import { Counter } from "../metrics/instruments.ts";
import type { Metrics } from "../metrics/index.ts";
import { Recorder, type RecorderOptions } from "./recorder.ts";

/** Makes what keeps the history, with its metrics. */
export function createRecorder({
  metrics,
  ...options
}: Omit<RecorderOptions, "onDropped"> & { readonly metrics: Metrics }): Recorder {
  const dropped = metrics.add(
    "alertmanager_plus_history_dropped_total",
    "Events of history dropped because the store did not take them, or not fast enough.",
    "counter",
    [],
    new Counter(),
  );
  return new Recorder({ ...options, onDropped: (events) => dropped.inc(events) });
}
