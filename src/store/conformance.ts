import { afterEach, describe, expect, test } from "bun:test";
import type { Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import { PERSON, RULES } from "../core/classification/precedence.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { newMatcher } from "../core/model/matcher.ts";
import { Timestamp, ZERO_TIME, parseTimestamp } from "../core/model/timestamp.ts";
import type {
  Batch,
  DocumentRow,
  GroupRow,
  NotificationLogEntry,
  OutboxRow,
  Storage,
  Stored,
} from "../core/interfaces/storage.ts";
import { T0, alertOf, classificationOf, failureOf, plainAlert, plainSilence, silenceOf } from "./fixtures.ts";

/** One place where something is stored, which survives its `Storage` being closed. */
export interface StoragePlace {
  /** Opens it; what was stored by an earlier one is there. */
  open(): Promise<Storage>;
  remove(): Promise<void>;
}

const group: GroupRow = {
  routeId: '{}/{team="a"}/0',
  groupFingerprint: "0011223344556677",
  nextFlushAt: T0 + 30_000,
  flushes: 3,
  configHash: "abc",
};

const logEntry: NotificationLogEntry = {
  key: '{}/{team="a/b:c"}:{alertname="Down"}:ops/eu:1/webhook/0',
  groupKey: '{}/{team="a/b:c"}:{alertname="Down"}',
  receiver: "ops/eu:1",
  integration: "webhook",
  index: 0,
  firing: ["00000000000000ff", "fedcba9876543210"],
  resolved: ["1111111111111111"],
  timestamp: T0,
  expiresAt: T0 + 7_200_000,
  receiverData: { threadTs: "1700000000.1", count: 3, ratio: 0.5 },
};

const outboxRow: OutboxRow = {
  key: logEntry.key,
  routeId: group.routeId,
  groupFingerprint: group.groupFingerprint,
  groupKey: logEntry.groupKey,
  receiver: logEntry.receiver,
  integration: logEntry.integration,
  index: logEntry.index,
  reason: "new alerts added",
  idempotencyKey: "k-1",
  decidedAt: T0,
  alerts: [
    ["ffffffffffffffff", false],
    ["0000000000000001", true],
  ],
};

function plainAlerts(stored: Stored) {
  return stored.alerts.map(plainAlert).sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

function sortedClassifications({ classifications }: Pick<Stored, "classifications">): Classification[] {
  return classifications.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

const sortedAlerts = (alerts: readonly Alert[]) => plainAlerts({ alerts } as Stored);

/**
 * Registers the tests every implementation of `Storage` passes.
 *
 * @param createPlace makes a new, empty place
 */
export function testStorage(name: string, createPlace: () => Promise<StoragePlace>): void {
  describe(`${name} as Storage`, () => {
    const places: StoragePlace[] = [];
    const storages: Storage[] = [];

    async function emptyPlace(): Promise<StoragePlace> {
      const place = await createPlace();
      places.push(place);
      return place;
    }

    async function opened(place: StoragePlace): Promise<Storage> {
      const storage = await place.open();
      storages.push(storage);
      return storage;
    }

    /** Commits the batches one after the other and gives back what a later start finds. */
    async function after(...batches: Batch[]): Promise<Stored> {
      const place = await emptyPlace();
      const first = await opened(place);
      await first.load();
      for (const batch of batches) await first.commit(batch);
      await first.close();
      return (await opened(place)).load();
    }

    afterEach(async () => {
      for (const storage of storages.splice(0)) await storage.close();
      for (const place of places.splice(0)) await place.remove();
    });

    test("an empty place loads as nothing at all", async () => {
      const stored = await (await opened(await emptyPlace())).load();

      expect(stored).toEqual({
        alerts: [],
        silences: [],
        groups: [],
        notificationLog: [],
        outbox: [],
        classifications: [],
        documents: [],
        cached: [],
        aliveAt: undefined,
      });
    });

    test("alerts come back exactly, times with nanoseconds and zone, strings with every character", async () => {
      const alerts = [
        alertOf({ alertname: "Down", instance: "node-1" }),
        alertOf(
          { alertname: "Zoned" },
          {
            startsAt: parseTimestamp("2026-11-23T10:00:00.123456789+05:30"),
            endsAt: parseTimestamp("2026-11-23T11:00:00.000000001-08:00"),
            updatedAt: parseTimestamp("2026-11-23T10:00:00.999999999Z"),
            timeout: false,
          },
        ),
        alertOf({ alertname: "Unset" }, { endsAt: ZERO_TIME, generatorURL: "" }),
        alertOf(
          { alertname: "Latin é", quoted: 'a "b" \\ \n \u0001', __proto__x: "", wide: "日本 😀", nul: "a\0b" },
          { annotations: labelSetFromObject({}) },
        ),
        alertOf({ ["__proto__"]: "polluted?", constructor: "c" }),
      ];

      const stored = await after({ alerts });

      expect(plainAlerts(stored)).toEqual(sortedAlerts(alerts));
    });

    test("the last write of a key wins, in one batch and over several", async () => {
      const labels = { alertname: "Down" };
      const url = (generatorURL: string) => alertOf(labels, { generatorURL });

      const stored = await after(
        { alerts: [url("1"), url("2")], groups: [group, { ...group, flushes: 4 }] },
        { alerts: [url("3")], silences: [silenceOf("s"), silenceOf("s", { comment: "later" })] },
      );

      expect(stored.alerts.map((a) => a.generatorURL)).toEqual(["3"]);
      expect(stored.silences.map((s) => s.comment)).toEqual(["later"]);
      expect(stored.groups).toEqual([{ ...group, flushes: 4 }]);
    });

    test("an extended alert keeps everything but its end, update time and timeout", async () => {
      const alert = alertOf({ alertname: "Down" });
      const moved = {
        labels: alert.labels,
        endsAt: parseTimestamp("2026-11-23T10:09:00.000000007+01:00"),
        updatedAt: new Timestamp(T0 + 60_000),
        timeout: false,
      };

      const { alerts } = await after({ alerts: [alert] }, { extendedAlerts: [moved] });

      expect(alerts.map(plainAlert)).toEqual([plainAlert({ ...alert, ...moved })]);
    });

    test("an alert written whole forgets how far it had been extended", async () => {
      const alert = alertOf({ alertname: "Down" });
      const far = { labels: alert.labels, endsAt: new Timestamp(T0 + 9e9), updatedAt: alert.updatedAt, timeout: false };

      const { alerts } = await after({ alerts: [alert] }, { extendedAlerts: [far] }, { alerts: [alert] });

      expect(alerts.map(plainAlert)).toEqual([plainAlert(alert)]);
    });

    test("within a batch an extension follows the alert it extends", async () => {
      const alert = alertOf({ alertname: "Down" });
      const moved = {
        labels: alert.labels,
        endsAt: new Timestamp(T0 + 9e6),
        updatedAt: alert.updatedAt,
        timeout: true,
      };

      const { alerts } = await after({ alerts: [alert], extendedAlerts: [moved] });

      expect(alerts.map(plainAlert)).toEqual([plainAlert({ ...alert, ...moved })]);
    });

    test("the extension of an alert that is not stored is forgotten, also when the alert comes after it", async () => {
      const alert = alertOf({ alertname: "Down" });
      const moved = {
        labels: alert.labels,
        endsAt: new Timestamp(T0 + 9e6),
        updatedAt: alert.updatedAt,
        timeout: true,
      };

      expect((await after({ extendedAlerts: [moved] })).alerts).toEqual([]);
      expect((await after({ extendedAlerts: [moved] }, { alerts: [alert] })).alerts.map(plainAlert)).toEqual([
        plainAlert(alert),
      ]);
    });

    test("what is deleted is gone, extension included, and deleting what is not there is no error", async () => {
      const [a, b] = [alertOf({ alertname: "A" }), alertOf({ alertname: "B" })];
      const moved = { labels: a.labels, endsAt: new Timestamp(T0 + 9e6), updatedAt: a.updatedAt, timeout: true };

      const stored = await after(
        {
          alerts: [a, b],
          silences: [silenceOf("s1"), silenceOf("s2")],
          groups: [group, { ...group, routeId: "other" }],
          notificationLog: [logEntry],
          outbox: [outboxRow],
        },
        { extendedAlerts: [moved] },
        {
          deletedAlerts: [a.labels.fingerprint, "0123456789abcdef"],
          deletedSilences: ["s1", "nobody"],
          deletedGroups: [group, { routeId: "x", groupFingerprint: "y" }],
          deletedNotificationLog: [logEntry.key, "no such key"],
          deletedOutbox: [outboxRow.key],
        },
        { alerts: [] },
      );

      expect(stored.alerts.map(plainAlert)).toEqual([plainAlert(b)]);
      expect(stored.silences.map((s) => s.id)).toEqual(["s2"]);
      expect(stored.groups).toEqual([{ ...group, routeId: "other" }]);
      expect(stored.notificationLog).toEqual([]);
      expect(stored.outbox).toEqual([]);
    });

    test("an alert deleted and written again is there as written, whether in one batch or two", async () => {
      const old = alertOf({ alertname: "A" });
      const again = alertOf({ alertname: "A" }, { generatorURL: "again" });
      const deletedAlerts = [old.labels.fingerprint];

      const atOnce = await after({ alerts: [old] }, { deletedAlerts, alerts: [again] });
      const later = await after({ alerts: [old] }, { deletedAlerts }, { alerts: [again] });

      expect(atOnce.alerts.map(plainAlert)).toEqual([plainAlert(again)]);
      expect(later.alerts.map(plainAlert)).toEqual([plainAlert(again)]);
    });

    test("alerts that come and go leave just those that stayed, over restarts too", async () => {
      const place = await emptyPlace();
      const expected = new Map<string, Alert>();
      for (let start = 0; start < 3; start++) {
        const s = await opened(place);
        expect(plainAlerts(await s.load())).toEqual(sortedAlerts([...expected.values()]));
        for (let round = 0; round < 20; round++) {
          const alerts = Array.from({ length: 7 }, (_, i) =>
            alertOf({ alertname: `A${(start * 31 + round * 5 + i * 3) % 60}` }, { generatorURL: `${start} ${round}` }),
          );
          const deletedAlerts = [...expected.keys()].filter((_, i) => (i + round) % 4 === 0);
          for (const fingerprint of deletedAlerts) expected.delete(fingerprint);
          for (const alert of alerts) expected.set(alert.labels.fingerprint, alert);
          await s.commit({ alerts, deletedAlerts });
        }
        await s.close();
      }

      expect(plainAlerts(await (await opened(place)).load())).toEqual(sortedAlerts([...expected.values()]));
    });

    test("what alerts are classified as comes back exactly", async () => {
      const alerts = ["A", "B", "C", "D"].map((alertname) => alertOf({ alertname }));
      const [a, b, c, d] = alerts as [Alert, Alert, Alert, Alert];
      const classifications = [
        classificationOf(a),
        classificationOf(b, { model: "gpt", tokens: 120, costUsd: 0.000_31, classifiedAt: T0 + 3 }),
        classificationOf(c, { reason: 'say "hi"\n日本 😀 \ud800', recommendations: ["", "\0"], classifier: "nul\0" }),
      ];

      const stored = await after({ alerts, classifications: classifications.slice(0, 1) }, { classifications });

      expect(sortedClassifications(stored)).toEqual(sortedClassifications({ classifications }));
      expect(stored.classifications.some(({ fingerprint }) => fingerprint === d.labels.fingerprint)).toBe(false);
    });

    test("of an alert's classifications the one that counts is kept, in one batch and over several", async () => {
      const alert = alertOf({ alertname: "A" });
      const said = (classifier: string, ms: number, change: Partial<Classification> = {}) =>
        classificationOf(alert, { classifier, classifiedAt: T0 + ms, reason: `${classifier} ${ms}`, ...change });
      const odd = { recommendations: ["\0", "\ud800"], takenBackAt: T0 + 2 };
      const cases: [reason: string, ...Classification[]][] = [
        ["llm 2", said("llm", 1), said("llm", 2)],
        ["llm 2", said("llm", 2), said("llm", 1)],
        ["person 1", said("llm", 2), said(PERSON, 1), said("llm", 3)],
        ["person 3", said(PERSON, 1), said(PERSON, 3), said(PERSON, 2)],
        ["rules 2", said(PERSON, 1), said(RULES, 2), said(PERSON, 1)],
        ["rules 2", said(PERSON, 1), said(RULES, 2), said("llm", 3)],
        ["llm 3", said(PERSON, 1), said(RULES, 2), said("llm", 3, odd)],
        ["llm 3", said(PERSON, 1), said("llm", 3, odd), said(RULES, 2)],
        ["llm 4", said("llm", 3, odd), said("llm", 4, odd), said("llm", 5)],
        ["person 3", said("llm", 9, odd), said(PERSON, 3), said("llm", 10, odd)],
      ];
      for (const [reason, ...classifications] of cases) {
        const batches = classifications.map((one) => ({ classifications: [one] }));
        const [atOnce, later] = [
          await after({ alerts: [alert], classifications }),
          await after({ alerts: [alert] }, ...batches),
        ];
        expect([atOnce, later].map((stored) => stored.classifications.map((one) => one.reason))).toEqual([
          [reason],
          [reason],
        ]);
      }
    });

    test("what an alert is classified as goes with it, and by itself when it is deleted, and what follows counts", async () => {
      const alerts = ["A", "B", "C"].map((alertname) => alertOf({ alertname }));
      const [a, b, c] = alerts as [Alert, Alert, Alert];
      const corrections = alerts.map((alert) => classificationOf(alert, { classifier: PERSON }));
      const deletedAlerts = [a.labels.fingerprint];
      const deletedClassifications = [b.labels.fingerprint, "0123456789abcdef"];

      const gone = await after({ alerts, classifications: corrections }, { deletedAlerts, deletedClassifications });
      expect(gone.classifications).toEqual(corrections.slice(2));

      const anew = [a, b, c].map((alert) => classificationOf(alert, { reason: "anew" }));
      const again = await after(
        { alerts, classifications: corrections },
        { deletedAlerts, deletedClassifications, alerts: [a], classifications: anew },
      );
      expect(sortedClassifications(again)).toEqual(
        sortedClassifications({ classifications: [...anew.slice(0, 2), ...corrections.slice(2)] }),
      );
    });

    test("of an alert that is not stored, or is being removed, no classification is kept", async () => {
      const [a, b] = [alertOf({ alertname: "A" }), alertOf({ alertname: "B" })];
      const classifications = [classificationOf(a)];

      const early = await after({ classifications }, { alerts: [a, b] });
      const late = await after(
        { alerts: [a, b] },
        { deletedAlerts: [a.labels.fingerprint], classifications },
        { alerts: [a] },
      );

      expect([early.classifications, late.classifications]).toEqual([[], []]);
    });

    test("classifications follow their alerts as these come and go, over restarts too", async () => {
      const place = await emptyPlace();
      const expected = new Map<string, Classification>();
      for (let start = 0; start < 3; start++) {
        const s = await opened(place);
        expect(sortedClassifications(await s.load())).toEqual(
          sortedClassifications({ classifications: [...expected.values()] }),
        );
        for (let round = 0; round < 20; round++) {
          const alerts = Array.from({ length: 5 }, (_, i) =>
            alertOf({ alertname: `A${(start * 17 + round * 3 + i * 7) % 40}` }),
          );
          const classifications = alerts
            .filter((_, i) => (i + round) % 3 > 0)
            .map((alert) => classificationOf(alert, { classifiedAt: T0 + start * 100 + round }));
          const deletedAlerts = [...expected.keys()].filter((_, i) => (i + round) % 4 === 0);
          for (const fingerprint of deletedAlerts) expected.delete(fingerprint);
          for (const one of classifications) expected.set(one.fingerprint, one);
          await s.commit({ alerts, deletedAlerts, classifications });
        }
        await s.close();
      }

      expect(sortedClassifications(await (await opened(place)).load())).toEqual(
        sortedClassifications({ classifications: [...expected.values()] }),
      );
    });

    test("documents come back exactly, and of two versions the later counts, in one batch and over several", async () => {
      const odd = {
        kind: "schedule",
        key: "a NUL \0, half a pair \ud800\n",
        updatedAt: T0,
        content: { "\0": ["\ud800", null] },
      };
      const cases = [
        [odd],
        [
          { ...odd, updatedAt: T0 + 2, content: "later" },
          { ...odd, updatedAt: T0 + 1, content: "earlier" },
        ],
        [
          { ...odd, updatedAt: T0 + 1, content: "before" },
          { ...odd, updatedAt: T0 + 2, content: null },
        ],
        [
          { ...odd, content: "b" },
          { ...odd, content: "a" },
        ],
        [
          { ...odd, content: "a" },
          { ...odd, kind: "token", content: "b" },
        ],
      ];

      const kept: DocumentRow[][][] = [];
      for (const rows of cases) {
        const batches = rows.map((row) => ({ documents: [row] }));
        const [atOnce, later] = [await after({ documents: rows }), await after(...batches)];
        kept.push([atOnce, later].map(({ documents }) => documents.toSorted((x, y) => (x.kind < y.kind ? -1 : 1))));
      }

      const expected = [cases[0], cases[1]?.slice(0, 1), cases[2]?.slice(1), cases[3]?.slice(0, 1), cases[4]];
      expect(kept).toEqual(expected.map((rows) => [rows ?? [], rows ?? []]));
    });

    test("a deleted document is gone, and there again when it is written again", async () => {
      const [a, b] = ["a", "b"].map((key) => ({ kind: "schedule", key, updatedAt: T0, content: null })) as [
        DocumentRow,
        DocumentRow,
      ];
      const documents = [a, b];

      const gone = await after({ documents }, { deletedDocuments: [a, { kind: "schedule", key: "nobody's" }] });
      const back = await after({ documents }, { deletedDocuments: [a], documents: [{ ...a, updatedAt: 1 }] });

      expect(gone.documents).toEqual([b]);
      expect(back.documents.find(({ key }) => key === "a")).toEqual({ ...a, updatedAt: 1 });
    });

    test("silences come back exactly", async () => {
      const silences = [
        silenceOf("a"),
        silenceOf("b", {
          matcherSets: [
            [newMatcher("!=", "severity", "info"), newMatcher("!~", "x", ".*\\d+")],
            [newMatcher("=", "ü", 'say "hi"\n')],
          ],
          startsAt: parseTimestamp("2026-11-23T10:00:00.123456789Z"),
          annotations: { ticket: "OPS-1", ["__proto__"]: "kept" },
          comment: "日本 😀",
        }),
        silenceOf("c", { matcherSets: [] }),
      ];

      const stored = await after({ silences });

      const plain = stored.silences.map(plainSilence).sort((x, y) => (x.id < y.id ? -1 : 1));
      expect(plain).toEqual(silences.map(plainSilence));
      expect(stored.silences.find((s) => s.id === "a")?.matcherSets[0]?.[1]?.matches("node-2")).toBe(true);
    });

    test("a new group is stored where there is none or one of another configuration, and changes no other", async () => {
      const later = { ...group, nextFlushAt: T0 + 60_000, flushes: 0 };
      const other = { ...group, routeId: "other" };
      const reloaded = { ...later, configHash: "def" };

      expect((await after({ newGroups: [group] })).groups).toEqual([group]);
      expect((await after({ newGroups: [group, later] })).groups).toEqual([group]);
      expect((await after({ groups: [group] }, { newGroups: [later] })).groups).toEqual([group]);
      expect((await after({ newGroups: [group] }, { newGroups: [later] })).groups).toEqual([group]);
      expect((await after({ newGroups: [group] }, { groups: [later] })).groups).toEqual([later]);
      expect((await after({ newGroups: [group] }, { newGroups: [reloaded] })).groups).toEqual([reloaded]);
      expect((await after({ groups: [group, other] }, { newGroups: [reloaded] })).groups).toContainEqual(other);
      expect((await after({ groups: [group] }, { deletedGroups: [group], newGroups: [later] })).groups).toEqual([
        later,
      ]);
    });

    test("groups, the notification log, the outbox and the last signs of life come back exactly", async () => {
      const bare = { ...logEntry, key: "{}:{}:r/email/12", groupKey: "{}:{}", receiver: "r", integration: "email" };
      const entries = [logEntry, { ...bare, index: 12, firing: [], resolved: [], receiverData: {} }];

      const stored = await after(
        { groups: [group], notificationLog: entries, outbox: [outboxRow], aliveAt: 1, sharedUntil: 2 },
        { aliveAt: T0, sharedUntil: T0 - 1 },
      );

      expect(stored.groups).toEqual([group]);
      expect([...stored.notificationLog].sort((x, y) => x.index - y.index)).toEqual(entries);
      expect(stored.outbox).toEqual([outboxRow]);
      expect(stored.aliveAt).toBe(T0);
      expect(stored.sharedUntil).toBe(T0 - 1);
    });

    test("commits not waited for are stored in the order they were made", async () => {
      const place = await emptyPlace();
      const s = await opened(place);
      await s.load();
      const commits: Promise<void>[] = [];
      for (let i = 0; i <= 100; i++) {
        commits.push(
          s.commit({ alerts: [alertOf({ alertname: `A${i % 3}` }, { generatorURL: String(i) })], aliveAt: i }),
        );
      }
      await s.close();
      await Promise.all(commits);

      const stored = await (await opened(place)).load();
      expect(stored.alerts.map((a) => a.generatorURL).sort()).toEqual(["100", "98", "99"]);
      expect(stored.aliveAt).toBe(100);
    });

    test("an empty batch is stored at once", async () => {
      const s = await opened(await emptyPlace());
      await s.load();

      await s.commit({});
      await s.commit({ alerts: [], deletedAlerts: [] });

      expect(s.health()).toMatchObject({ state: "ok", queued: 0 });
    });

    test("loading again shows what was committed since", async () => {
      const s = await opened(await emptyPlace());
      await s.load();
      await s.commit({ alerts: [alertOf({ alertname: "A" })] });
      await s.commit({ alerts: [alertOf({ alertname: "B" })] });

      expect((await s.load()).alerts).toHaveLength(2);
      await s.commit({ alerts: [alertOf({ alertname: "B" }, { generatorURL: "new" })] });
      expect((await s.load()).alerts.map((a) => a.generatorURL)).toContain("new");
      expect((await s.load()).alerts).toHaveLength(2);
    });

    test("a commit after closing is refused", async () => {
      const s = await opened(await emptyPlace());
      await s.load();
      await s.close();

      expect(await failureOf(s.commit({ aliveAt: 1 }))).toMatchObject({ code: "failed" });
    });
  });
}
