import { SEVERITIES } from "../../../core/model/classification.ts";
import { compareBytes } from "../../../core/model/labels.ts";
import type { SeenAlert } from "./view.ts";

/** What an alert is put in order by. */
export type SortKey = number | string;

/** A place in an order: no two alerts have the same, and an alert keeps its own as long as what it is sorted by stays. */
export interface Place {
  readonly key: SortKey;
  readonly fingerprint: string;
}

export interface AlertOrder {
  keyOf(seen: SeenAlert): SortKey;
  compare(a: Place, b: Place): number;
}

/** `startsAt`, `alertname`, `severity` (the most severe first) or `label:NAME`, with `-` in front the other way round. */
export const SORT = "^-?(startsAt|alertname|severity|label:.+)$";
/** The same in words. */
export const SORTS = "startsAt, alertname, severity or label:NAME, with - in front to turn it round";

/** @param sort fits SORT */
export function alertOrder(sort: string): AlertOrder {
  const down = sort.startsWith("-");
  const by = down ? sort.slice(1) : sort;
  const direction = down ? -1 : 1;
  return {
    keyOf: keyOf(by),
    compare: (a, b) => direction * compareKeys(a.key, b.key) || compareBytes(a.fingerprint, b.fingerprint),
  };
}

function keyOf(by: string): AlertOrder["keyOf"] {
  if (by === "startsAt") return ({ alert }) => alert.startsAt.ms;
  if (by === "severity") {
    const rank = new Map<string, number>(SEVERITIES.map((severity, i) => [severity, i]));
    return ({ severity }) => rank.get(severity) as number;
  }
  const name = by === "alertname" ? by : by.slice("label:".length);
  return ({ alert }) => alert.labels.get(name);
}

function compareKeys(a: SortKey, b: SortKey): number {
  return typeof a === "number" && typeof b === "number" ? a - b : compareBytes(String(a), String(b));
}
