import { type Family, type Instrument, type MetricType, Collected, family } from "./family.ts";
import { Counter, Gauge, Histogram, Summary, Vec } from "./instruments.ts";

/** Prometheus's default bounds for durations, s. */
export const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Registration = ReturnType<typeof register>;

/** Makes instruments and lists them in `families`. Names are without `alertmanager_`, but for those given to `add`. */
export function register(families: Family[]) {
  const add = <T extends Instrument | Vec<Instrument> | Collected>(
    name: string,
    help: string,
    type: MetricType,
    labels: readonly string[],
    source: T,
  ): T => {
    families.push(family(name, help, type, labels, source));
    return source;
  };
  const full = (name: string) => `alertmanager_${name}`;
  return {
    add,
    counter: (name: string, help: string) => add(full(name), help, "counter", [], new Counter()),
    gauge: (name: string, help: string) => add(full(name), help, "gauge", [], new Gauge()),
    summary: (name: string, help: string) => add(full(name), help, "summary", [], new Summary()),
    histogram: (name: string, help: string) => add(full(name), help, "histogram", [], new Histogram(DEFAULT_BUCKETS)),
    /** @param presets label values shown from the start */
    counters: (name: string, help: string, labels: readonly string[], presets: readonly string[][] = []) => {
      const vec = new Vec(labels, () => new Counter());
      for (const preset of presets) vec.with(...preset);
      return add(full(name), help, "counter", labels, vec);
    },
    gauges: (name: string, help: string, labels: readonly string[]) =>
      add(full(name), help, "gauge", labels, new Vec(labels, () => new Gauge())),
    histograms: (name: string, help: string, labels: readonly string[], bounds: readonly number[]) =>
      add(full(name), help, "histogram", labels, new Vec(labels, () => new Histogram(bounds))),
    /** Gauges worked out at each scrape. */
    collected: (name: string, help: string, labels: readonly string[]) =>
      add(full(name), help, "gauge", labels, new Collected()),
  };
}
