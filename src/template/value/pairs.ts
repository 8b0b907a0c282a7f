import { PAIR, PAIRS, STRINGS } from "./types.ts";
import { GoList, GoStruct, Kv } from "./values.ts";

const ALERTNAME = "alertname";

/** The pairs of a set, `alertname` first and the rest in byte order (spec §9.2). */
export function sortedPairs(kv: Kv): GoList {
  const pairs: GoStruct[] = [];
  const first = kv.keys.indexOf(ALERTNAME);
  if (first >= 0) pairs.push(new GoStruct(PAIR, [ALERTNAME, kv.values[first]]));
  kv.keys.forEach((name, i) => {
    if (i !== first) pairs.push(new GoStruct(PAIR, [name, kv.values[i]]));
  });
  return new GoList(PAIRS, pairs);
}

/** The names or the values of a set in the order of its pairs. */
export function sortedColumn(kv: Kv, column: "keys" | "values"): GoList {
  const first = kv.keys.indexOf(ALERTNAME);
  const items = kv[column];
  if (first <= 0) return new GoList(STRINGS, items);
  return new GoList(STRINGS, [items[first], ...items.slice(0, first), ...items.slice(first + 1)]);
}

/** The set without some names. */
export function removeKeys(kv: Kv, names: readonly string[]): Kv {
  const removed = new Set(names);
  const keys: string[] = [];
  const values: string[] = [];
  kv.keys.forEach((name, i) => {
    if (removed.has(name)) return;
    keys.push(name);
    values.push(kv.values[i] as string);
  });
  return new Kv(keys, values);
}

/** The names (0) or values (1) of pairs. */
export function pairsColumn(pairs: GoList, column: 0 | 1): GoList {
  return new GoList(
    STRINGS,
    pairs.items.map((pair) => (pair as GoStruct).values[column]),
  );
}
