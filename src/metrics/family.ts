import { Counter, Gauge, Histogram, Summary, Vec } from "./instruments.ts";

export type Instrument = Counter | Gauge | Histogram | Summary;
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/** One printed line: the family's name with `suffix`, labels in the order printed. */
export interface Sample {
  readonly suffix: "" | "_bucket" | "_sum" | "_count";
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** All series of one name. A family without samples is not shown at all (spec §12). */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  samples(): readonly Sample[];
}

/** Series worked out at each scrape: label values in the order of the family's label names, and the value. */
export type Series = Iterable<readonly [labels: readonly string[], value: number]>;

/** One series, or a set of labelled series, that somebody else knows at the time of the scrape. */
export class Collected {
  read: () => Series = () => [];
}

type Labels = Sample["labels"];

/** Makes a family of whatever holds its numbers. */
export function family(
  name: string,
  help: string,
  type: MetricType,
  labelNames: readonly string[],
  source: Instrument | Vec<Instrument> | Collected,
): Family {
  return {
    name,
    help,
    type,
    samples() {
      if (source instanceof Collected) {
        return sorted([...source.read()].map(([values, value]) => ({ labels: pair(labelNames, values), value }))).map(
          ({ labels, value }) => ({ suffix: "", labels, value }),
        );
      }
      if (!(source instanceof Vec)) return instrumentSamples([], source);
      const series = [...source.children()].map(({ labels, child }) => ({ labels: pair(labelNames, labels), child }));
      return sorted(series).flatMap(({ labels, child }) => instrumentSamples(labels, child));
    },
  };
}

function pair(names: readonly string[], values: readonly string[]): Labels {
  const pairs = names.map((name, i) => [name, values[i] ?? ""] as const);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Series of a family stand in the order of their label values, the labels themselves in the order of their names. */
function sorted<T extends { readonly labels: Labels }>(series: T[]): T[] {
  return series.sort((a, b) => {
    for (const [i, [, value]] of a.labels.entries()) {
      const other = b.labels[i]?.[1] ?? "";
      if (value !== other) return value < other ? -1 : 1;
    }
    return 0;
  });
}

function instrumentSamples(labels: Labels, instrument: Instrument): Sample[] {
  if (instrument instanceof Histogram) return histogramSamples(labels, instrument);
  if (instrument instanceof Summary) {
    return [
      { suffix: "_sum", labels, value: instrument.sum },
      { suffix: "_count", labels, value: instrument.count },
    ];
  }
  const value = instrument instanceof Gauge && instrument.read !== undefined ? instrument.read() : instrument.value;
  return [{ suffix: "", labels, value }];
}

function histogramSamples(labels: Labels, { bounds, counts, sum }: Histogram): Sample[] {
  let count = 0;
  const buckets = counts.map((inBucket, i): Sample => {
    count += inBucket;
    const bound = bounds[i];
    const le = bound === undefined ? "+Inf" : formatNumber(bound);
    return { suffix: "_bucket", labels: [...labels, ["le", le]], value: count };
  });
  return [...buckets, { suffix: "_sum", labels, value: sum }, { suffix: "_count", labels, value: count }];
}

/** A number as Go's `strconv.FormatFloat(v, 'g', -1, 64)` writes it, which is how upstream prints samples. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return "0";
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6)
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return power < 0 ? value.toFixed(mantissa.replace(/[-.]/g, "").length - 1 - power) : String(value);
}
