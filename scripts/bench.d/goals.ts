export type Unit = "per second" | "us" | "ms" | "bytes" | "count";

/** What is shown of a figure, and what it is to reach. */
export interface Row {
  readonly figure: string;
  readonly unit: Unit;
  /** Bounds of ours divided by the peer's. */
  readonly ratio?: { readonly atLeast: number } | { readonly atMost: number };
  /** An upper bound of ours alone, in the row's unit. */
  readonly atMost?: number;
}

/** The table, from top to bottom. */
export const rows: readonly Row[] = [
  { figure: "CPU per alert, POSTs of 64", unit: "us", ratio: { atMost: 1 / 8 } },
  { figure: "alerts/s, POSTs of 64", unit: "per second", ratio: { atLeast: 5 } },
  { figure: "CPU per alert, one-alert POSTs", unit: "us", ratio: { atMost: 1 / 5 } },
  { figure: "one-alert POSTs/s", unit: "per second", ratio: { atLeast: 4 } },
  { figure: "GET alerts, 10,000 alerts", unit: "ms", ratio: { atMost: 1 / 40 } },
  { figure: "GET groups, 10,000 alerts", unit: "ms", ratio: { atMost: 1 / 40 } },
  { figure: "GET alerts, 50,000 alerts", unit: "ms", ratio: { atMost: 1 / 40 } },
  { figure: "GET groups, 50,000 alerts", unit: "ms", ratio: { atMost: 1 / 40 } },
  { figure: "memory, idle", unit: "bytes", ratio: { atMost: 1.6 } },
  { figure: "memory, at rest with 50,000 alerts", unit: "bytes", ratio: { atMost: 0.7 } },
  { figure: "memory, peak while reading 50,000", unit: "bytes", ratio: { atMost: 0.3 } },
  { figure: "POST to webhook, p50", unit: "ms", ratio: { atMost: 1 } },
  { figure: "POST to webhook, p95", unit: "ms", ratio: { atMost: 1 } },
  { figure: "start to ready, empty", unit: "ms", atMost: 100 },
  { figure: "start to ready, 50,000 stored", unit: "ms", atMost: 500 },
  { figure: "filter by a label, 10,000 alerts", unit: "ms", atMost: 50 },
  { figure: "filter by a word, 10,000 alerts", unit: "ms", atMost: 50 },
  { figure: "facets of all labels, 10,000 alerts", unit: "ms", atMost: 50 },
  { figure: "groups by two labels, 10,000 alerts", unit: "ms", atMost: 50 },
  { figure: "alerts kept over a restart", unit: "count" },
  { figure: "new alerts/s, 50,000 in POSTs of 64", unit: "per second" },
  { figure: "CPU per new alert, POSTs of 64", unit: "us" },
  { figure: "size of GET alerts, 10,000 alerts", unit: "bytes" },
  { figure: "size of GET groups, 10,000 alerts", unit: "bytes" },
  { figure: "size of GET alerts, 50,000 alerts", unit: "bytes" },
  { figure: "size of GET groups, 50,000 alerts", unit: "bytes" },
  { figure: "load generator's own CPU per one-alert POST", unit: "us" },
];

/** Of two measurements of a figure, the better one: more per second, else less. */
export function better({ unit }: Row, one: number, other: number): number {
  return unit === "per second" || unit === "count" ? Math.max(one, other) : Math.min(one, other);
}

/** Whether the goal is met; undefined when there is none or it cannot be told without a peer. */
export function isMet(row: Row, ours: number, peers: number | undefined): boolean | undefined {
  if (row.atMost !== undefined) return ours <= row.atMost;
  if (row.ratio === undefined || peers === undefined) return undefined;
  const ratio = ours / peers;
  return "atMost" in row.ratio ? ratio <= row.ratio.atMost : ratio >= row.ratio.atLeast;
}

export function goalText(row: Row): string {
  if (row.atMost !== undefined) return `<= ${row.atMost} ms`;
  if (row.ratio === undefined) return "";
  if ("atLeast" in row.ratio) return `x${row.ratio.atLeast}`;
  const { atMost } = row.ratio;
  return atMost < 0.25 ? `1/${Math.round(1 / atMost)}` : `x${atMost}`;
}
