import type {
  HistoryCounts,
  HistoryEvent,
  HistoryFilter,
  HistoryPosition,
  HistoryQuery,
  HistoryResult,
  HistoryRow,
  HistoryStats,
  HistoryStatsQuery,
} from "../interfaces/history.ts";
import { compareBytes, type LabelSet } from "../model/labels.ts";
import { matchesAll } from "../model/matcher.ts";

/** Ten minutes, ms: how far apart what servers tell of the same may be. */
export const SAME_WITHIN = 600_000;

/** The event as it was kept, wherever it stands. */
export function rowOfEvent(event: HistoryEvent): HistoryRow {
  const row: Partial<HistoryEvent> & HistoryRow = { ...event };
  delete (row as { n?: number }).n;
  return row;
}

/** A history in memory: what stores in databases do with theirs, in plain words. */
export class HistoryList {
  readonly #events: HistoryEvent[] = [];
  readonly #sets = new Map<string, LabelSet>();
  #n = 0;

  /** All events, oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  add(rows: readonly HistoryRow[]): void {
    for (const row of rows) {
      for (const labels of [...(row.sets ?? []), ...(row.labels === undefined ? [] : [row.labels])]) {
        this.#sets.set(labels.fingerprint, labels);
      }
      if (this.#isKnown(row)) continue;
      const event = { ...row, n: this.#n++ };
      delete (event as { sets?: unknown }).sets;
      const place = this.#events.findLastIndex((one) => compare(one, event) <= 0);
      this.#events.splice(place + 1, 0, event);
    }
  }

  search(query: HistoryQuery): HistoryResult {
    const { after, limit, ascending } = query;
    const order = ascending ? this.#events : [...this.#events].reverse();
    const found = order.filter((event) => {
      if (after !== undefined && (ascending ? compare(event, after) <= 0 : compare(event, after) >= 0)) return false;
      return this.#counts(event, query) && wanted(event, query);
    });
    const events = found.slice(0, limit);
    const last = events.at(-1);
    return { events, next: found.length > limit && last !== undefined ? { at: last.at, n: last.n } : undefined };
  }

  stats({ by, step, top, ...filter }: HistoryStatsQuery): HistoryStats {
    const events = this.#events.filter((event) => this.#counts(event, filter));
    const buckets = new Map<number, HistoryCounts & { at: number }>();
    const keys = new Map<string, { key: string; firing: number; notified: number; flaps: number }>();
    const firings = new Map<LabelSet, { times: number; lastAt: number }>();
    const count = (key: string, field: "firing" | "notified" | "flaps") => {
      const one = keys.get(key) ?? { key, firing: 0, notified: 0, flaps: 0 };
      one[field]++;
      keys.set(key, one);
    };
    for (const event of events) {
      const field = fieldOf(event);
      if (field === undefined) continue;
      const at = filter.from + Math.floor((event.at - filter.from) / step) * step;
      const bucket = buckets.get(at) ?? { at, firing: 0, resolved: 0, notified: 0, failed: 0 };
      buckets.set(at, { ...bucket, [field]: bucket[field] + 1 });
      if (field === "notified") for (const key of this.#keysOf(event, by)) count(key, "notified");
      const set = event.labels;
      if (event.kind !== "alert" || set === undefined) continue;
      const labels = this.#sets.get(set.fingerprint) ?? set;
      const seen = firings.get(labels) ?? { times: 0, lastAt: 0 };
      firings.set(labels, {
        times: seen.times + (field === "firing" ? 1 : 0),
        lastAt: Math.max(seen.lastAt, event.at),
      });
      if (field !== "firing" || by === "receiver") continue;
      count(labels.get(by.label), "firing");
      if (seen.times > 0) count(labels.get(by.label), "flaps");
    }
    const flapping = [...firings].flatMap(([labels, { times, lastAt }]) =>
      times > 1 ? [{ labels, flaps: times - 1, lastAt }] : [],
    );
    const order = by === "receiver" ? "notified" : "firing";
    const total = { firing: 0, resolved: 0, notified: 0, failed: 0 };
    for (const one of buckets.values()) {
      for (const field of Object.keys(total) as (keyof typeof total)[]) total[field] += one[field];
    }
    return {
      buckets: [...buckets.values()].sort((a, b) => a.at - b.at),
      top: [...keys.values()].sort((a, b) => b[order] - a[order] || compareBytes(a.key, b.key)).slice(0, top),
      flapping: flapping.sort((a, b) => b.flaps - a.flaps || b.lastAt - a.lastAt).slice(0, top),
      total: { ...total, alerts: firings.size, flaps: flapping.reduce((sum, { flaps }) => sum + flaps, 0) },
    };
  }

  #keysOf(event: HistoryEvent, by: HistoryStatsQuery["by"]): Iterable<string> {
    if (by === "receiver") return [event.receiver ?? ""];
    const values = (event.about ?? []).flatMap((fingerprint) => this.#sets.get(fingerprint)?.get(by.label) ?? []);
    return new Set(values.filter((value) => value !== ""));
  }

  #counts(event: HistoryEvent, { from, to, matchers, fingerprint }: HistoryFilter & { fingerprint?: string }): boolean {
    if (event.at < from || event.at >= to) return false;
    if (matchers.length === 0) return true;
    const sets = (event.about ?? []).flatMap((fingerprint) => this.#sets.get(fingerprint) ?? []);
    const all = [...(event.labels === undefined ? [] : [event.labels]), ...sets];
    return all.some(
      (set) => (fingerprint === undefined || set.fingerprint === fingerprint) && matchesAll(matchers, set),
    );
  }

  #isKnown({ mark, labels, kind, change, at }: HistoryRow): boolean {
    if (mark === undefined) return false;
    return this.#events.some(
      (one) =>
        one.mark === mark &&
        one.kind === kind &&
        one.change === change &&
        one.labels?.key === labels?.key &&
        Math.abs(one.at - at) <= SAME_WITHIN,
    );
  }
}

function compare(a: HistoryPosition, b: HistoryPosition): number {
  return a.at - b.at || a.n - b.n;
}

function fieldOf({ kind, change, detail }: HistoryEvent): keyof HistoryCounts | undefined {
  if (kind === "alert") return change === "firing" || change === "resolved" ? change : undefined;
  if (kind !== "notification" || detail["final"] === false) return undefined;
  if (change === "delivered") return "notified";
  return change === "failed" || change === "refused" ? "failed" : undefined;
}

function wanted(event: HistoryEvent, query: HistoryQuery): boolean {
  const { kinds, fingerprint, subject, receiver, actor, text } = query;
  if (kinds.length > 0 && !kinds.includes(event.kind)) return false;
  if (fingerprint !== undefined && event.labels?.fingerprint !== fingerprint && !event.about?.includes(fingerprint)) {
    return false;
  }
  if (subject !== undefined && event.subject !== subject) return false;
  if (receiver !== undefined && event.receiver !== receiver) return false;
  if (actor !== undefined && event.actor?.name !== actor) return false;
  if (text === undefined) return true;
  const { detail, subject: about, change, receiver: told, actor: who, labels } = event;
  const said = [JSON.stringify(detail), about, change, told, who?.name, labels?.key].join("\n");
  return said.toLowerCase().includes(text.toLowerCase());
}
