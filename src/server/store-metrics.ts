import type { Metrics } from "../metrics/index.ts";
import { Gauge } from "../metrics/instruments.ts";
import type { Storage } from "../core/interfaces/storage.ts";

/** Shows how the store is doing: our own metrics, beside upstream's. */
export function exposeStore(metrics: Metrics, storage: Storage): void {
  const gauge = (name: string, help: string, read: () => number) => {
    metrics.add(`alertmanager_plus_${name}`, help, "gauge", [], new Gauge()).read = read;
  };
  gauge("store_degraded", "1 while the store does not keep up and alerts are kept in memory only.", () =>
    storage.health().state === "degraded" ? 1 : 0,
  );
  gauge("store_queued_batches", "Changes waiting to be stored.", () => storage.health().queued);
  gauge("store_size_bytes", "Bytes on disk of the database and its write-ahead log.", () => storage.health().sizeBytes);
}
