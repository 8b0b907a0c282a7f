import { afterEach, describe, expect, test } from "bun:test";
import type { HistoryEvent, HistoryPosition, HistoryQuery, HistoryRow } from "../core/interfaces/history.ts";
import { rowOfEvent } from "../core/history/select.ts";
import type { HistoryStorage } from "../core/interfaces/storage.ts";
import { labelSetFromObject, type LabelSet } from "../core/model/labels.ts";
import { newMatcher, type MatchType } from "../core/model/matcher.ts";
import { T0 } from "./fixtures.ts";

export interface HistoryPlace {
  open(): Promise<HistoryStorage>;
  remove(): Promise<void>;
}

const MINUTE = 60_000;
const labelsOf = (labels: Record<string, string>): LabelSet => labelSetFromObject(labels);
const CPU = labelsOf({ alertname: "CPU", instance: "a:1", severity: "page" });
const DISK = labelsOf({ alertname: "Disk", instance: "b:2", severity: "info" });
const ODD = labelsOf({ alertname: "Odd 日本", weird: "a\"b\\c'd\u0000e\nf" });

function alert(labels: LabelSet, change: string, at: number, mark?: number): HistoryRow {
  const what = { at, kind: "alert", change, subject: labels.fingerprint, labels, detail: {} } as const;
  return mark === undefined ? what : { ...what, mark };
}

function notification(
  change: string,
  at: number,
  about: readonly LabelSet[],
  receiver: string,
  final = true,
): HistoryRow {
  return {
    at,
    kind: "notification",
    change,
    subject: `key of ${receiver}`,
    labels: labelsOf({ alertname: about[0]?.get("alertname") ?? "" }),
    about: about.map(({ fingerprint }) => fingerprint),
    sets: about,
    receiver,
    integration: "webhook[0]",
    replica: "one",
    detail: { final, error: "it said 'no\\n'" },
  };
}

const silence: HistoryRow = {
  at: T0 + 5 * MINUTE,
  kind: "silence",
  change: "created",
  subject: "s1",
  actor: { name: 'an"n', via: "api" },
  detail: { before: null, after: { comment: "Maintenance of the DB" } },
};

const ROWS: readonly HistoryRow[] = [
  alert(CPU, "firing", T0, 1),
  alert(DISK, "firing", T0 + MINUTE, 2),
  notification("delivered", T0 + 2 * MINUTE, [CPU, DISK], "pager"),
  alert(ODD, "firing", T0 + 3 * MINUTE),
  notification("failed", T0 + 4 * MINUTE, [ODD], "it's \\ odd", false),
  silence,
  notification("failed", T0 + 6 * MINUTE, [ODD], "it's \\ odd"),
  alert(CPU, "resolved", T0 + 7 * MINUTE, 3),
  alert(CPU, "firing", T0 + 7 * MINUTE, 4),
];

const ALL: HistoryQuery = { from: 0, to: T0 * 2, matchers: [], kinds: [], ascending: true, limit: 100 };

/** What every store does with history. */
export function testHistory(name: string, emptyPlace: () => Promise<HistoryPlace>): void {
  describe(`history in ${name}`, () => {
    const opened: HistoryStorage[] = [];
    const places: HistoryPlace[] = [];
    afterEach(async () => {
      for (const storage of opened.splice(0)) await storage.close();
      for (const place of places.splice(0)) await place.remove();
    });

    async function filled(rows = ROWS): Promise<HistoryStorage> {
      const place = await emptyPlace();
      places.push(place);
      const storage = await place.open();
      opened.push(storage);
      await storage.load();
      await storage.commit({ history: rows });
      return storage;
    }

    const places_ = (events: readonly HistoryEvent[]) => events.map((one) => (one.at - T0) / MINUTE);
    async function found(storage: HistoryStorage, query: Partial<HistoryQuery>): Promise<number[]> {
      return places_((await storage.searchHistory({ ...ALL, ...query })).events);
    }
    const matching = (...matchers: [MatchType, string, string][]) => ({
      matchers: matchers.map(([type, label, value]) => newMatcher(type, label, value)),
    });

    test("it is given back as it was kept", async () => {
      const storage = await filled();
      const { events, next } = await storage.searchHistory(ALL);
      expect(next).toBeUndefined();
      const plain = (row: HistoryRow) => ({ ...row, labels: row.labels?.key, sets: undefined });
      expect(events.map(rowOfEvent).map(plain)).toEqual(ROWS.map(plain));
    });

    test("it is found by matchers of an alert's labels, or of the alerts a notification is about", async () => {
      const storage = await filled();
      expect(await found(storage, matching(["=", "alertname", "CPU"]))).toEqual([0, 2, 7, 7]);
      expect(await found(storage, matching(["=~", "instance", "b:.*"]))).toEqual([1, 2]);
      expect(await found(storage, matching(["=", "alertname", "CPU"], ["=", "instance", "b:2"]))).toEqual([]);
      expect(await found(storage, matching(["!=", "severity", "page"], ["!=", "severity", ""]))).toEqual([1, 2]);
      expect(await found(storage, matching(["=", "weird", "a\"b\\c'd\u0000e\nf"]))).toEqual([3, 4, 6]);
      expect(await found(storage, matching(["=", "severity", ""], ["=~", "alertname", "Odd.*"]))).toEqual([3, 4, 6]);
      expect(await found(storage, matching(["=", "nobody", "has"]))).toEqual([]);
    });

    test("it is found by time, kind, alert, receiver, actor, subject and words", async () => {
      const storage = await filled();
      expect(await found(storage, { from: T0 + MINUTE, to: T0 + 3 * MINUTE })).toEqual([1, 2]);
      expect(await found(storage, { kinds: ["silence", "reload"] })).toEqual([5]);
      expect(await found(storage, { kinds: ["notification", "silence"] })).toEqual([2, 4, 5, 6]);
      expect(await found(storage, { fingerprint: DISK.fingerprint })).toEqual([1, 2]);
      expect(await found(storage, { fingerprint: DISK.fingerprint, ...matching(["=", "alertname", "CPU"]) })).toEqual(
        [],
      );
      expect(await found(storage, { receiver: "it's \\ odd" })).toEqual([4, 6]);
      expect(await found(storage, { actor: 'an"n' })).toEqual([5]);
      expect(await found(storage, { subject: "s1" })).toEqual([5]);
      expect(await found(storage, { text: "maintenance OF" })).toEqual([5]);
      expect(await found(storage, { text: "b:2" })).toEqual([1]);
      expect(await found(storage, { text: "%" })).toEqual([]);
    });

    test("pages follow one another without a gap and without repeats, in both directions", async () => {
      const storage = await filled();
      for (const ascending of [true, false]) {
        const seen: number[] = [];
        let after: HistoryPosition | undefined;
        for (let page = 0; page < 20; page++) {
          const result = await storage.searchHistory({ ...ALL, ascending, limit: 2, ...(after && { after }) });
          seen.push(...places_(result.events));
          after = result.next;
          if (after === undefined) break;
        }
        const all = ROWS.map(({ at }) => (at - T0) / MINUTE);
        expect(seen).toEqual(ascending ? all : all.reverse());
      }
    });

    test("what several servers come to know of is kept once", async () => {
      const storage = await filled();
      await storage.commit({
        history: [alert(CPU, "firing", T0 + 30_000, 1), alert(DISK, "resolved", T0 + MINUTE, 2)],
      });
      expect(await found(storage, matching(["=~", "alertname", "CPU|Disk"]))).toEqual([0, 1, 1, 2, 7, 7]);
    });

    test("it is counted by step, by label and by receiver, and what comes back flaps", async () => {
      const storage = await filled();
      const query = { from: T0, to: T0 + 60 * MINUTE, matchers: [], step: 5 * MINUTE, top: 10 };
      const stats = await storage.historyStats({ ...query, by: { label: "alertname" } });
      expect(stats.buckets).toEqual([
        { at: T0, firing: 3, resolved: 0, notified: 1, failed: 0 },
        { at: T0 + 5 * MINUTE, firing: 1, resolved: 1, notified: 0, failed: 1 },
      ]);
      expect(stats.top).toEqual([
        { key: "CPU", firing: 2, notified: 1, flaps: 1 },
        { key: "Disk", firing: 1, notified: 1, flaps: 0 },
        { key: "Odd 日本", firing: 1, notified: 0, flaps: 0 },
      ]);
      expect(stats.flapping.map(({ labels, flaps, lastAt }) => [labels.key, flaps, lastAt])).toEqual([
        [CPU.key, 1, T0 + 7 * MINUTE],
      ]);
      expect(stats.total).toEqual({ firing: 4, resolved: 1, notified: 1, failed: 1, alerts: 3, flaps: 1 });
      const receivers = await storage.historyStats({ ...query, by: "receiver" });
      expect(receivers.top).toEqual([{ key: "pager", firing: 0, notified: 1, flaps: 0 }]);
      const disk = await storage.historyStats({
        ...query,
        by: { label: "severity" },
        ...matching(["=", "alertname", "Disk"]),
      });
      expect(disk.total).toMatchObject({ firing: 1, resolved: 0, notified: 1 });
    });

    test("among many alerts the few that are wanted are found, however far back", async () => {
      const many = Array.from({ length: 3000 }, (_, i) =>
        alert(labelsOf({ alertname: `A${i % 100}`, instance: `i${i}` }), "firing", T0 + i * 1000),
      );
      const storage = await filled(many);
      const query = { ...ALL, ascending: false, ...matching(["=", "alertname", "A7"]), limit: 10 };
      const first = await storage.searchHistory(query);
      expect(first.events.map(({ labels }) => labels?.get("instance"))).toEqual(
        Array.from({ length: 10 }, (_, i) => `i${2907 - i * 100}`),
      );
      const rest = await storage.searchHistory({ ...query, limit: 1000, ...(first.next && { after: first.next }) });
      expect(rest.events).toHaveLength(20);
      expect(rest.next).toBeUndefined();
    });

    test("it survives the end of the server", async () => {
      const place = await emptyPlace();
      places.push(place);
      const first = await place.open();
      await first.load();
      await first.commit({ history: ROWS });
      await first.close();
      const second = await place.open();
      opened.push(second);
      expect(await found(second, { kinds: ["silence"] })).toEqual([5]);
    });
  });
}
