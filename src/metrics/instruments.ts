/** Only goes up. The field is plain so that counting costs an addition. */
export class Counter {
  value = 0;

  inc(by: number = 1): void {
    this.value += by;
  }
}

/** Goes up and down; or is asked for at each scrape, where `read` is set. */
export class Gauge {
  value = 0;
  read: (() => number) | undefined;

  set(value: number): void {
    this.value = value;
  }

  inc(by: number = 1): void {
    this.value += by;
  }

  dec(by: number = 1): void {
    this.value -= by;
  }
}

/** Counts observations by the smallest bound they fit under. */
export class Histogram {
  sum = 0;
  /** Not cumulative; the last one is for what fits under no bound. */
  readonly counts: number[];

  /** @param bounds rising, without +Inf */
  constructor(readonly bounds: readonly number[]) {
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let i = 0;
    while (i < bounds.length && value > (bounds[i] as number)) i++;
    counts[i] = (counts[i] as number) + 1;
    this.sum += value;
  }
}

/** Upstream's summaries have no quantiles (spec §12). */
export class Summary {
  sum = 0;
  count = 0;

  observe(value: number): void {
    this.sum += value;
    this.count++;
  }
}

/** The children of a metric with labels, made on first use. Keep the child where it is used often. */
export class Vec<T> {
  readonly #children = new Map<string, { readonly labels: readonly string[]; readonly child: T }>();

  constructor(
    readonly labelNames: readonly string[],
    readonly create: () => T,
  ) {}

  /** The child with these label values, in the order of `labelNames`. */
  with(...labels: string[]): T {
    const key = labels.length === 1 ? (labels[0] as string) : labels.join("\xff");
    let entry = this.#children.get(key);
    if (entry === undefined) {
      entry = { labels, child: this.create() };
      this.#children.set(key, entry);
    }
    return entry.child;
  }

  /** Forgets every child; those still held elsewhere are no longer shown. */
  reset(): void {
    this.#children.clear();
  }

  children(): Iterable<{ readonly labels: readonly string[]; readonly child: T }> {
    return this.#children.values();
  }
}
