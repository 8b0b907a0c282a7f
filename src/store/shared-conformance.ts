import { afterEach, describe, expect, test } from "bun:test";
import type {
  Claim,
  FlushPlan,
  Granted,
  Replica,
  SharedDecision,
  SharedStorage,
  Synced,
} from "../core/interfaces/shared-storage.ts";
import type { GroupRow, NotificationLogEntry, OutboxRow } from "../core/interfaces/storage.ts";
import { PERSON, RULES } from "../core/classification/precedence.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { Timestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { alertOf, classificationOf, plainAlert, silenceOf } from "./fixtures.ts";

/** A database that several servers share. */
export interface SharedPlace {
  /** Another server on it. */
  open(): Promise<SharedStorage>;
  /** Has the database believe that everything it knows happened this much earlier, ms: signs of life, timers, claims. */
  passTime(ms: number): Promise<void>;
  remove(): Promise<void>;
}

const CONFIG = "config-1";
const LEASE = 60_000;

const me = (name: string): Replica => ({ name, address: `${name}:9093`, configHash: CONFIG });

function groupOf(n: number | string, change: Partial<GroupRow> = {}): GroupRow {
  return {
    routeId: `{}/{team="${n}"}/0`,
    groupFingerprint: "0011223344556677",
    nextFlushAt: 1000,
    flushes: 3,
    configHash: CONFIG,
    ...change,
  };
}

function decisionFor(group: GroupRow, alerts: readonly NotifiedAlert[], integration = "webhook"): OutboxRow {
  const groupKey = `${group.routeId}:{}`;
  return {
    key: `${groupKey}:ops/${integration}/0`,
    routeId: group.routeId,
    groupFingerprint: group.groupFingerprint,
    groupKey,
    receiver: "ops",
    integration,
    index: 0,
    reason: "first notification",
    idempotencyKey: "to be replaced",
    decidedAt: 1000,
    alerts: alerts.map(({ labels, status }) => [labels.fingerprint, status === "firing"] as const),
  };
}

function entryFor(row: OutboxRow, timestamp: number, change: Partial<NotificationLogEntry> = {}): NotificationLogEntry {
  const { key, groupKey, receiver, integration, index } = row;
  const bare = { key, groupKey, receiver, integration, index, firing: [], resolved: [], receiverData: {} };
  return { ...bare, timestamp, expiresAt: timestamp + 3_600_000, ...change };
}

function planFor({ group }: Claim, change: Partial<FlushPlan> = {}): FlushPlan {
  const { routeId, groupFingerprint, flushes } = group;
  return {
    group: { routeId, groupFingerprint },
    nextFlushAt: Date.now() + 3_600_000,
    flushes: flushes + 1,
    decisions: [],
    alerts: [],
    settled: false,
    empty: false,
    ...change,
  };
}

const firing = (alert: Alert): NotifiedAlert => ({ ...alert, endsAt: ZERO_TIME, status: "firing" });
const resolved = (alert: Alert): NotifiedAlert => ({ ...alert, status: "resolved" });
const notified = (alerts: readonly NotifiedAlert[]) => alerts.map((alert) => [alert.status, plainAlert(alert)]);
const released = (group: GroupRow) => ({ ...group, settled: undefined, nextFlushAt: undefined, empty: false });

/** Claims all that is due and plans nothing but what the caller wants. */
async function claimAll(
  storage: SharedStorage,
  plan: (claim: Claim, now: number) => FlushPlan = (claim) => planFor(claim),
  options: { readonly limit?: number; readonly configHash?: string } = {},
): Promise<{ granted: readonly Granted[]; claims: readonly Claim[] }> {
  let claims: readonly Claim[] = [];
  const granted = await storage.claim(
    { configHash: CONFIG, limit: 1000, lease: LEASE, ...options },
    (found, _, now) => {
      claims = found;
      return found.map((claim) => plan(claim, now));
    },
  );
  return { granted, claims };
}

/** An alert of half an hour around now. */
function liveAlert(labels: Record<string, string>, change: Partial<Alert> = {}): Alert {
  const now = Date.now();
  return alertOf(labels, {
    startsAt: new Timestamp(now - 900_000),
    endsAt: new Timestamp(now + 900_000),
    updatedAt: new Timestamp(now),
    timeout: false,
    ...change,
  });
}

const later = (at: Timestamp, ms: number) => new Timestamp(at.ms + ms, at.nanos, at.offset);
const fed = ({ alerts }: Pick<Synced, "alerts">) => alerts.map(([alert]) => plainAlert(alert));

/**
 * Registers the tests every implementation of `SharedStorage` passes.
 *
 * @param createPlace makes a new, empty database
 */
export function testSharedStorage(name: string, createPlace: () => Promise<SharedPlace>): void {
  describe(`${name} as SharedStorage`, () => {
    const places: SharedPlace[] = [];
    const storages: SharedStorage[] = [];

    /** Servers on one empty database, each having loaded it. */
    async function servers<N extends number>(count: N): Promise<{ place: SharedPlace; all: SharedStorage[] }> {
      const place = await createPlace();
      places.push(place);
      const all: SharedStorage[] = [];
      for (let i = 0; i < count; i++) all.push(await opened(place));
      return { place, all };
    }

    async function opened(place: SharedPlace): Promise<SharedStorage> {
      const storage = await place.open();
      storages.push(storage);
      await storage.load();
      return storage;
    }

    async function two() {
      const { place, all } = await servers(2);
      return { place, a: all[0] as SharedStorage, b: all[1] as SharedStorage };
    }

    /** A server that has claimed one group and decided to tell of one alert. */
    async function withDecision() {
      const { place, a, b } = await two();
      const group = groupOf(1);
      const alerts = [firing(liveAlert({ alertname: "A" })), resolved(liveAlert({ alertname: "B" }))];
      const row = decisionFor(group, alerts);
      await a.commit({ newGroups: [group] });
      const { granted } = await claimAll(a, (claim) => planFor(claim, { decisions: [row], alerts }));
      const decision = granted[0]?.decisions[0] as SharedDecision;
      return { place, a, b, group, alerts, row, decision };
    }

    afterEach(async () => {
      for (const storage of storages.splice(0)) await storage.close();
      for (const place of places.splice(0)) await place.remove();
    });

    describe("changes", () => {
      test("each server is told what others wrote, once, and not what it wrote itself", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A", nul: "\0", half: "\ud800" });
        const silence = silenceOf("s\0", { annotations: { a: "\ud800" } });
        const entry = entryFor(decisionFor(groupOf("é\0"), []), 5);
        const group = groupOf("é\0");
        await a.commit({ alerts: [alert], silences: [silence], notificationLog: [entry], newGroups: [group] });

        const [own, others] = [await a.sync(me("a")), await b.sync(me("b"))];

        expect([own.alerts, own.silences, own.notificationLog, own.groups]).toEqual([[], [], [], []]);
        expect(fed(others)).toEqual([plainAlert(alert)]);
        expect(others.silences.map(({ id, annotations }) => [id, annotations])).toEqual([["s\0", { a: "\ud800" }]]);
        expect(others.notificationLog).toEqual([entry]);
        expect(others.groups).toEqual([{ ...group, settled: undefined }]);
        expect(others.upTo).toBe(own.upTo);
        expect(others.alerts[0]?.[1]).toBe(others.upTo);
        expect([a, b].map((s) => s.changeOf(alert.labels.fingerprint))).toEqual([own.upTo, own.upTo]);
        expect((await b.sync(me("b"))).alerts).toEqual([]);
      });

      test("before everything has been loaded a look brings no changes", async () => {
        const { place, a } = await two();
        await a.commit({ alerts: [liveAlert({ alertname: "A" })] });
        const late = await place.open();
        storages.push(late);

        expect((await late.sync(me("c"))).alerts).toEqual([]);
        expect((await late.load()).alerts).toHaveLength(1);
        expect((await late.sync(me("c"))).alerts).toEqual([]);
      });

      test("a look says who is there, by name, and what time it is", async () => {
        const { place, a, b } = await two();
        const before = Date.now();
        await b.sync(me("b"));
        const { replicas, now, configHash } = await a.sync(me("a"));

        expect(replicas).toEqual([me("a"), me("b")]);
        expect(configHash).toBeUndefined();
        // The test's database is on this machine.
        expect(now).toBeGreaterThanOrEqual(before - 1);
        expect(now).toBeLessThanOrEqual(Date.now() + 1);

        await place.passTime(6000);
        await b.sync({ ...me("b"), address: "elsewhere" });
        await place.passTime(6000);
        const again = await opened(place);
        expect((await again.sync(me("c"))).replicas).toEqual([{ ...me("b"), address: "elsewhere" }, me("c")]);
      });

      test("10,000 alerts arrive", async () => {
        const { a, b } = await two();
        const alerts = Array.from({ length: 10_000 }, (_, i) => liveAlert({ alertname: `A${i}` }));
        await a.commit({ alerts });

        expect((await b.sync(me("b"))).alerts).toHaveLength(10_000);
        expect((await b.load()).alerts).toHaveLength(10_000);
      });
    });

    describe("alerts of several servers", () => {
      test.each(["the earlier updated first", "the later updated first", "both at once"] as const)(
        "two that overlap become one, and both servers are told: %s",
        async (order) => {
          const { a, b } = await two();
          const first = liveAlert({ alertname: "A" }, { generatorURL: "first" });
          const second = {
            ...first,
            startsAt: later(first.startsAt, 1000),
            endsAt: later(first.endsAt, -1000),
            updatedAt: later(first.updatedAt, 1),
            generatorURL: "second",
          };
          // The later update counts, the earlier start stays, and an end that was given is not shortened.
          const merged = plainAlert({ ...second, startsAt: first.startsAt, endsAt: first.endsAt });
          const commits = [() => a.commit({ alerts: [first] }), () => b.commit({ alerts: [second] })];
          if (order === "the later updated first") commits.reverse();
          if (order === "both at once") await Promise.all(commits.map((commit) => commit()));
          else for (const commit of commits) await commit();

          expect((await a.load()).alerts.map(plainAlert)).toEqual([merged]);
          const told = [...fed(await b.sync(me("b")))];
          expect(told).toEqual([merged]);
        },
      );

      test("of two that do not overlap the later updated one counts, whoever comes last", async () => {
        const { a, b } = await two();
        const ended = liveAlert({ alertname: "A" });
        const old = { ...ended, startsAt: later(ended.startsAt, -9e6), endsAt: later(ended.startsAt, -5e6) };
        const earlier = { ...old, updatedAt: later(ended.updatedAt, -5000) };
        await a.commit({ alerts: [ended] });
        await b.commit({ alerts: [earlier] });
        expect((await a.load()).alerts.map(plainAlert)).toEqual([plainAlert(ended)]);
        expect(fed(await b.sync(me("b")))).toEqual([plainAlert(ended)]);

        const newer = { ...old, updatedAt: later(ended.updatedAt, 5000) };
        await b.commit({ alerts: [newer] });
        expect((await a.load()).alerts.map(plainAlert)).toEqual([plainAlert(newer)]);
      });

      test("what a server has seen it overwrites", async () => {
        const { a, b } = await two();
        const first = liveAlert({ alertname: "A" });
        const shorter = { ...first, endsAt: later(first.endsAt, -1000), updatedAt: later(first.updatedAt, 1) };
        await a.commit({ alerts: [first] });
        await b.sync(me("b"));
        await b.commit({ alerts: [shorter] });

        expect((await a.load()).alerts.map(plainAlert)).toEqual([plainAlert(shorter)]);
        expect((await b.sync(me("b"))).alerts).toEqual([]);
      });

      test("commits not waited for build on each other, not on what others wrote meanwhile", async () => {
        const { a, b } = await two();
        const first = liveAlert({ alertname: "A" });
        const shorter = (n: number): Alert => {
          return { ...first, endsAt: later(first.endsAt, -1000 * n), updatedAt: later(first.updatedAt, n) };
        };
        const [one, two_, three] = [shorter(1), shorter(2), shorter(3)];
        await a.commit({ alerts: [first] });
        await Promise.all([a.commit({ alerts: [one] }), a.commit({ alerts: [two_] })]);
        expect((await b.load()).alerts.map(plainAlert)).toEqual([plainAlert(two_)]);

        await b.commit({ alerts: [{ ...two_, generatorURL: "b" }] });
        await a.commit({ alerts: [three] });
        const kept = { ...three, endsAt: two_.endsAt };
        expect((await b.load()).alerts.map(plainAlert)).toEqual([plainAlert(kept)]);
      });

      test("an end moves on for all, and costs nothing where another server has moved it as far", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" }, { timeout: true });
        await a.commit({ alerts: [alert] });
        await b.sync(me("b"));
        const moved = (ms: number) => ({
          labels: alert.labels,
          endsAt: later(alert.endsAt, ms),
          updatedAt: later(alert.updatedAt, ms),
          timeout: true,
        });
        await a.commit({ extendedAlerts: [moved(60_000)] });
        const { upTo } = await a.sync(me("a"));
        await b.commit({ extendedAlerts: [moved(60_003)] });
        expect((await a.sync(me("a"))).upTo).toBe(upTo);
        expect(fed(await b.sync(me("b")))).toEqual([plainAlert({ ...alert, ...moved(60_000) })]);
        await b.commit({ extendedAlerts: [moved(60_000)] });
        expect((await a.sync(me("a"))).upTo).toBe(upTo);

        await b.commit({ extendedAlerts: [moved(120_000)] });
        expect(fed(await a.sync(me("a")))).toEqual([plainAlert({ ...alert, ...moved(120_000) })]);
        expect((await b.sync(me("b"))).alerts).toEqual([]);
      });

      test("an end moved on over what a server does not know brings it that", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        await a.commit({ alerts: [alert] });
        await b.sync(me("b"));
        const annotated = { ...alert, generatorURL: "new", updatedAt: later(alert.updatedAt, 1) };
        await a.commit({ alerts: [annotated] });
        const moved = {
          endsAt: later(alert.endsAt, 60_000),
          updatedAt: later(alert.updatedAt, 60_000),
          timeout: false,
        };
        await b.commit({ extendedAlerts: [{ labels: alert.labels, ...moved }] });

        expect(fed(await b.sync(me("b")))).toEqual([plainAlert({ ...annotated, ...moved })]);
      });

      test("an alert that was told to be resolved stays so when another server moves its end on", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        await a.commit({ alerts: [alert] });
        await b.sync(me("b"));
        const end = { ...alert, endsAt: alert.updatedAt, updatedAt: later(alert.updatedAt, 10) };
        await a.commit({ alerts: [end] });
        const moved = { endsAt: later(alert.endsAt, 9e6), updatedAt: later(alert.updatedAt, 9e6), timeout: false };
        await b.commit({ extendedAlerts: [{ labels: alert.labels, ...moved }] });

        expect((await a.load()).alerts.map(plainAlert)).toEqual([plainAlert(end)]);
        expect(fed(await b.sync(me("b")))).toEqual([plainAlert(end)]);
      });

      test("only what is as the server knows it is deleted", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        const { fingerprint } = alert.labels;
        const [silence, entry] = [silenceOf("s"), entryFor(decisionFor(groupOf(1), []), 5)];
        await a.commit({ alerts: [alert], silences: [silence], notificationLog: [entry] });
        await b.sync(me("b"));
        const newer = { ...alert, updatedAt: later(alert.updatedAt, 1) };
        const longer = { ...silence, updatedAt: later(silence.updatedAt, 1) };
        await a.commit({ alerts: [newer], silences: [longer], notificationLog: [{ ...entry, timestamp: 6 }] });
        const removal = { deletedAlerts: [fingerprint], deletedSilences: ["s"], deletedNotificationLog: [entry.key] };
        await b.commit(removal);
        const stored = await a.load();
        expect([stored.alerts, stored.silences, stored.notificationLog].map((rows) => rows.length)).toEqual([1, 1, 1]);

        await b.sync(me("b"));
        await b.commit(removal);
        const left = await a.load();
        expect([left.alerts, left.silences, left.notificationLog]).toEqual([[], [], []]);
        expect(b.changeOf(fingerprint)).toBeUndefined();
      });
    });

    test("a silence and a log entry are written only over an older one", async () => {
      const { a, b } = await two();
      const silence = silenceOf("s", { comment: "newer" });
      const entry = entryFor(decisionFor(groupOf(1), []), 5, { firing: ["00000000000000ff"] });
      await a.commit({ silences: [silence], notificationLog: [entry] });
      const older = { ...silence, updatedAt: later(silence.updatedAt, -1), comment: "older" };
      await b.commit({ silences: [older], notificationLog: [{ ...entry, timestamp: 4, firing: [] }] });

      const { silences, notificationLog } = await b.sync(me("b"));
      expect(silences.map(({ comment }) => comment)).toEqual(["newer"]);
      expect(notificationLog).toEqual([entry]);
    });

    describe("documents", () => {
      const schedule = { kind: "schedule", key: "a NUL \0", updatedAt: 5, content: { at: "\ud800" } };

      test("each server is told what others put, once, and not what it put itself", async () => {
        const { a, b } = await two();
        await Promise.all([a.sync(me("a")), b.sync(me("b"))]);
        await a.commit({ documents: [schedule] });

        const [own, others] = [await a.sync(me("a")), await b.sync(me("b"))];

        expect([own.documents, others.documents]).toEqual([[], [schedule]]);
        expect((await b.sync(me("b"))).documents).toEqual([]);
        expect((await b.load()).documents).toEqual([schedule]);
      });

      test("the later version stays, and whoever wrote the earlier one is told", async () => {
        const { a, b } = await two();
        await Promise.all([a.sync(me("a")), b.sync(me("b"))]);
        const removed = { ...schedule, updatedAt: 6, content: null };
        await Promise.all([a.commit({ documents: [removed] }), b.commit({ documents: [schedule] })]);

        expect((await b.sync(me("b"))).documents).toEqual([removed]);
        expect((await a.load()).documents).toEqual([removed]);
      });

      test("one that was written again elsewhere is not deleted", async () => {
        const { a, b } = await two();
        await a.commit({ documents: [{ ...schedule, content: null }] });
        await Promise.all([a.sync(me("a")), b.sync(me("b"))]);
        await a.commit({ documents: [{ ...schedule, updatedAt: 9 }] });
        await b.commit({ deletedDocuments: [schedule] });
        expect((await a.load()).documents).toEqual([{ ...schedule, updatedAt: 9 }]);

        await b.sync(me("b"));
        await b.commit({ deletedDocuments: [schedule] });
        expect((await a.load()).documents).toEqual([]);
      });
    });

    describe("classifications", () => {
      test("each server is told what others classified, once, and not what it said itself", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        const said = classificationOf(alert, { reason: "a NUL \0 and half a pair \ud800", model: "m", costUsd: 0.01 });
        await a.commit({ alerts: [alert] });
        await Promise.all([a.sync(me("a")), b.sync(me("b"))]);
        await a.commit({ classifications: [said] });

        const [own, others] = [await a.sync(me("a")), await b.sync(me("b"))];

        expect([own.classifications, others.classifications]).toEqual([[], [said]]);
        expect(others.alerts).toEqual([]);
        expect((await b.sync(me("b"))).classifications).toEqual([]);
        expect((await b.load()).classifications).toEqual([said]);
      });

      test("whoever decides has seen them all", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        await a.commit({ alerts: [alert], classifications: [classificationOf(alert)], newGroups: [groupOf(1)] });

        let seen: unknown;
        await b.claim({ configHash: CONFIG, limit: 9, lease: LEASE }, (claims, { classifications }) => {
          seen = classifications;
          return claims.map((claim) => planFor(claim));
        });

        expect(seen).toEqual([classificationOf(alert)]);
      });

      test("whatever servers write at once, one counts for all, and a person's gives way to no classifier's", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        const [rules, correction, late] = [
          classificationOf(alert, { classifier: "first", classifiedAt: 1000 }),
          classificationOf(alert, { classifier: PERSON, classifiedAt: 2000, severity: "info" }),
          classificationOf(alert, { classifiedAt: 9000 }),
        ];
        await a.commit({ alerts: [alert], classifications: [rules] });
        await b.sync(me("b"));
        await Promise.all([
          a.commit({ classifications: [late] }),
          b.commit({ classifications: [correction] }),
          a.commit({ classifications: [rules] }),
        ]);

        expect((await a.load()).classifications).toEqual([correction]);
        await a.commit({ classifications: [{ ...late, classifiedAt: 10_000 }] });
        const { upTo, classifications } = await b.sync(me("b"));
        expect(classifications.map(({ classifier }) => classifier)).not.toContain("first");
        expect((await b.load()).classifications).toEqual([correction]);
        // What changes nothing is told to nobody.
        await b.commit({ classifications: [correction, late] });
        expect((await a.sync(me("a"))).upTo).toBe(upTo);
      });

      test("a correction taken back gives way everywhere", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        const said = (classifier: string, classifiedAt: number, change: Partial<Classification> = {}) =>
          classificationOf(alert, { classifier, classifiedAt, ...change });
        await a.commit({ alerts: [alert], classifications: [said(PERSON, 1000)] });
        await b.sync(me("b"));
        await b.commit({ classifications: [said(RULES, 2000)] });
        expect((await a.sync(me("a"))).classifications).toEqual([said(RULES, 2000)]);

        const answer = said("llm", 3000, { takenBackAt: 2000 });
        await a.commit({ classifications: [answer] });
        expect((await b.sync(me("b"))).classifications).toEqual([answer]);
      });

      test("they go with their alert and come with no other", async () => {
        const { a, b } = await two();
        const [alert, other] = [liveAlert({ alertname: "A" }), liveAlert({ alertname: "B" })];
        const classifications = [classificationOf(alert), classificationOf(other)];
        await a.commit({ alerts: [alert], classifications });
        expect((await a.load()).classifications).toEqual(classifications.slice(0, 1));

        // Not while the alert stays, because it has changed meanwhile.
        await b.sync(me("b"));
        const newer = { ...alert, updatedAt: later(alert.updatedAt, 1) };
        await b.commit({ alerts: [newer] });
        const deletedAlerts = [alert.labels.fingerprint];
        await a.commit({ deletedAlerts });
        expect((await a.load()).classifications).toEqual(classifications.slice(0, 1));
        await a.commit({ deletedAlerts });
        expect((await a.load()).classifications).toEqual([]);
      });

      test("a server removes only what it has seen", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        const deletedClassifications = [alert.labels.fingerprint];
        await a.commit({ alerts: [alert], classifications: [classificationOf(alert)] });
        await b.sync(me("b"));
        const newer = classificationOf(alert, { classifiedAt: 9e12 });
        await a.commit({ classifications: [newer] });
        await b.commit({ deletedClassifications });
        expect((await a.load()).classifications).toEqual([newer]);

        await b.sync(me("b"));
        await b.commit({ deletedClassifications });
        expect((await a.load()).classifications).toEqual([]);
      });
    });

    describe("groups", () => {
      test("the first server to make one sets its timers; one that is empty is made anew", async () => {
        const { a, b } = await two();
        const [first, second] = [groupOf(1), groupOf(1, { nextFlushAt: 2000, flushes: 0 })];
        await a.commit({ newGroups: [first] });
        await b.commit({ newGroups: [second] });
        expect((await a.load()).groups).toEqual([first]);

        await claimAll(a, (claim) => planFor(claim, { nextFlushAt: 1500, flushes: 4, settled: true, empty: true }));
        await b.commit({ newGroups: [second] });
        expect((await a.load()).groups).toEqual([second]);
        await b.commit({ newGroups: [first] });
        expect((await a.load()).groups).toEqual([second]);
      });

      test("the first server with a configuration starts the groups over, the next ones change nothing", async () => {
        const { a, b } = await two();
        const old = [groupOf(1), groupOf(2)];
        expect(await a.adopt(CONFIG, old)).toBe(true);
        expect((await b.sync(me("b"))).configHash).toBe(CONFIG);
        expect(await b.adopt(CONFIG, [groupOf(1, { nextFlushAt: 9 }), groupOf(3)])).toBe(false);
        const names = async () => (await a.load()).groups.map((g) => [g.routeId, g.nextFlushAt, g.configHash]).sort();
        const rows = [1, 2, 3].map((n) => [groupOf(n).routeId, 1000, CONFIG]);
        expect(await names()).toEqual(rows);

        const reloaded = [groupOf(1, { nextFlushAt: 7, configHash: "config-2" })];
        expect(await b.adopt("config-2", reloaded)).toBe(true);
        expect(await names()).toEqual([[groupOf(1).routeId, 7, "config-2"]]);
        expect((await a.sync(me("a"))).groups.map((g) => g.configHash)).toEqual([]);
        expect(await a.adopt("config-2", [])).toBe(false);
      });

      test("a server with an outdated configuration takes no group away from it", async () => {
        const { a, b } = await two();
        await a.adopt("config-2", [groupOf(1, { configHash: "config-2" })]);
        await b.commit({ newGroups: [groupOf(1), groupOf(2)] });

        const groups = (await a.load()).groups.map((g) => [g.routeId, g.configHash]).sort();
        expect(groups).toEqual([
          [groupOf(1).routeId, "config-2"],
          [groupOf(2).routeId, CONFIG],
        ]);
      });
    });

    describe("claims", () => {
      test("a group is one server's at a time", async () => {
        const { a, b } = await two();
        await a.commit({ newGroups: Array.from({ length: 150 }, (_, i) => groupOf(i)) });

        const results = await Promise.all([a, b, a, b].map((s) => claimAll(s, undefined, { limit: 40 })));

        const taken = results.flatMap(({ granted }) => granted.map(({ group }) => group.routeId));
        expect(new Set(taken).size).toBe(taken.length);
        expect(results.every(({ granted }) => granted.length <= 40)).toBe(true);
        const rest = await claimAll(b);
        expect(taken.length + rest.granted.length).toBe(150);
        expect((await claimAll(a)).claims).toEqual([]);
      });

      test("only what is due under the configuration is claimed, the longest overdue first", async () => {
        const { a } = await two();
        const groups = [3000, 1000, 2000].map((nextFlushAt) => groupOf(nextFlushAt, { nextFlushAt }));
        const future = groupOf("future", { nextFlushAt: Date.now() + 3_600_000 });
        await a.commit({ newGroups: [...groups, future, groupOf("other", { configHash: "other" })] });

        const { claims } = await claimAll(a, undefined, { limit: 2 });
        expect(claims.map(({ group }) => group)).toEqual([
          { ...groupOf(1000), nextFlushAt: 1000, settled: undefined },
          { ...groupOf(2000), nextFlushAt: 2000, settled: undefined },
        ]);
        expect((await claimAll(a)).claims.map(({ group }) => group.nextFlushAt)).toEqual([3000]);
      });

      test("whoever decides has seen everything; who has nothing to decide is not asked", async () => {
        const { a, b } = await two();
        const alert = liveAlert({ alertname: "A" });
        const ask = (): never => {
          throw new Error("asked");
        };
        expect(await b.claim({ configHash: CONFIG, limit: 9, lease: LEASE }, ask)).toEqual([]);
        await a.commit({ alerts: [alert], newGroups: [groupOf(1)] });

        let seen: unknown;
        const granted = await b.claim({ configHash: CONFIG, limit: 9, lease: LEASE }, (claims, changes, now) => {
          expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
          expect(b.changeOf(alert.labels.fingerprint)).toBe(changes.upTo);
          seen = [fed(changes), changes.upTo];
          return claims.map((claim) => planFor(claim));
        });

        const { upTo, alerts } = await b.sync(me("b"));
        expect(seen).toEqual([[plainAlert(alert)], granted[0]?.change]);
        expect(alerts).toEqual([]);
        expect(upTo).toBeGreaterThan(granted[0]?.change as number);
      });

      test("a group can be had flushed now, by whoever claims it, unless somebody holds it", async () => {
        const { a, b } = await two();
        const future = groupOf("future", { nextFlushAt: Date.now() + 3_600_000 });
        expect(await b.hurry(future)).toBe(false);
        await a.commit({ newGroups: [future] });
        expect((await claimAll(a)).granted).toEqual([]);
        expect(await b.hurry(future)).toBe(true);
        const [told] = (await a.sync(me("a"))).groups;
        expect(Math.abs((told?.nextFlushAt ?? 0) - Date.now())).toBeLessThan(60_000);
        expect((await claimAll(a)).granted).toHaveLength(1);
        expect(await b.hurry(future)).toBe(false);
        await a.release([released(future)]);
        expect(await b.hurry(future)).toBe(true);
      });

      test("decisions without an outcome are told to all, and whether somebody may be sending them", async () => {
        const { a, b } = await two();
        const group = groupOf(1);
        const alert = firing(liveAlert({ alertname: "A" }));
        const row = decisionFor(group, [alert]);
        await a.commit({ newGroups: [group] });
        const { granted } = await claimAll(a, (claim) => planFor(claim, { decisions: [row], alerts: [alert] }));
        const [decision] = granted[0]?.decisions ?? [];
        const [held] = await b.outstanding();
        expect(held).toMatchObject({
          isHeld: true,
          decision: { row: { key: row.key }, attempt: 1, version: decision?.version },
        });
        expect(held?.decision.row.idempotencyKey).toBe(decision?.row.idempotencyKey as string);
        await a.release([released(group)]);
        const [left] = await b.outstanding();
        expect(left?.isHeld).toBe(false);
        expect(await b.finish([{ decision: left?.decision as SharedDecision, entry: undefined }])).toEqual([true]);
        expect(await a.outstanding()).toEqual([]);
      });

      test("what fails in deciding grants nothing", async () => {
        const { a, b } = await two();
        await a.commit({ newGroups: [groupOf(1)] });
        const failing = a.claim({ configHash: CONFIG, limit: 9, lease: LEASE }, () => {
          throw new TypeError("a mistake");
        });

        expect(await failing.catch((error: unknown) => error)).toEqual(new TypeError("a mistake"));
        expect((await claimAll(b)).granted).toHaveLength(1);
      });

      test("a flush with nothing to send has ended, and all servers learn up to where", async () => {
        const { a, b } = await two();
        await a.commit({ newGroups: [groupOf(1)] });
        let at = 0;
        const { granted } = await claimAll(a, (claim, now) => {
          at = now;
          return planFor(claim, { nextFlushAt: 1500, settled: true });
        });

        const [group] = (await b.sync(me("b"))).groups;
        const settled = { tick: at, change: granted[0]?.change as number };
        expect(group).toEqual({ ...groupOf(1), nextFlushAt: 1500, flushes: 4, settled });
        expect((await claimAll(b)).claims[0]?.group).toEqual(group as NonNullable<typeof group>);
      });

      test("a group without alerts is removed", async () => {
        const { a, b } = await two();
        await a.commit({ newGroups: [groupOf(1), groupOf(2)] });
        const plan = (claim: Claim) =>
          planFor(claim, claim.group.routeId === groupOf(1).routeId ? { nextFlushAt: undefined, settled: true } : {});

        const { granted } = await claimAll(a, plan);

        expect(granted.map(({ group }) => group.routeId).sort()).toEqual(
          [groupOf(1), groupOf(2)].map((g) => g.routeId),
        );
        expect((await b.load()).groups.map(({ routeId }) => routeId)).toEqual([groupOf(2).routeId]);
      });

      test("a claim given back leaves what the flush came to", async () => {
        const { a, b } = await two();
        await a.commit({ newGroups: [groupOf(1), groupOf(2)] });
        await claimAll(a);
        const settled = { tick: 77, change: 1 };
        await a.release([
          { ...groupOf(1), settled, nextFlushAt: 1200, empty: true },
          { ...groupOf(2), settled: undefined, nextFlushAt: 1300, empty: false },
        ]);

        const groups = (await b.sync(me("b"))).groups.map((g) => [g.routeId, g.nextFlushAt, g.settled]).sort();
        expect(groups).toEqual([
          [groupOf(1).routeId, 1200, settled],
          [groupOf(2).routeId, 1300, undefined],
        ]);
        await b.commit({ newGroups: [groupOf(1, { nextFlushAt: 5 }), groupOf(2, { nextFlushAt: 5 })] });
        expect((await claimAll(b)).claims.map(({ group }) => group.nextFlushAt)).toEqual([5, 1300]);
      });

      test("a claim is kept by renewing it, and lost when it has run out and another server took it", async () => {
        const { place, a, b } = await two();
        const [one, two_] = [groupOf(1), groupOf(2)];
        await a.commit({ newGroups: [one, two_] });
        await claimAll(a);
        await place.passTime(LEASE - 1000);
        expect(await a.renew([one], LEASE)).toEqual([one]);
        await place.passTime(2000);

        const { claims } = await claimAll(b);
        expect(claims.map(({ group }) => group.routeId)).toEqual([two_.routeId]);
        expect(await a.renew([one, two_], LEASE)).toEqual([one]);
        expect(await b.renew([one, two_], LEASE)).toEqual([two_]);
        expect(await a.decide(two_, [], [])).toBeUndefined();
        await a.release([released(two_)]);
        expect(await b.renew([two_], LEASE)).toEqual([two_]);
      });

      test("a claim under way outlasts the loading of another configuration", async () => {
        const { a, b } = await two();
        await a.adopt(CONFIG, [groupOf(1)]);
        await claimAll(a);
        const reloaded = groupOf(1, { configHash: "config-2", nextFlushAt: 500, flushes: 0 });
        await b.adopt("config-2", [reloaded]);
        const claimed = async () => (await claimAll(b, undefined, { configHash: "config-2" })).claims;
        expect(await claimed()).toEqual([]);

        await a.release([{ ...groupOf(1), settled: { tick: 9, change: 1 }, nextFlushAt: 3000, empty: true }]);
        expect((await claimed()).map(({ group }) => group)).toEqual([{ ...reloaded, settled: undefined }]);
      });
    });

    describe("decisions", () => {
      test("a decision is granted with its first try begun and a key of its own", async () => {
        const { a, decision, row, alerts, group } = await withDecision();

        expect(decision.attempt).toBe(1);
        expect(notified(decision.alerts)).toEqual(notified(alerts));
        const hash = new Bun.CryptoHasher("sha256").update(`${row.key}\n${decision.version}`).digest("hex");
        expect(decision.row).toEqual({ ...row, idempotencyKey: hash });
        const [more] =
          (await a.decide(group, [decisionFor(group, [alerts[0] as NotifiedAlert], "email")], alerts)) ?? [];
        expect(more?.attempt).toBe(1);
        expect(more?.version).toBeGreaterThan(decision.version);
        expect(notified(more?.alerts ?? [])).toEqual(notified(alerts.slice(0, 1)));
      });

      test("what was left is handed over with the same key and alerts, and only the last try has an outcome", async () => {
        const { place, a, b, decision, row, alerts, group } = await withDecision();
        await place.passTime(LEASE + 1000);

        const { claims, granted } = await claimAll(b);
        const [left] = claims[0]?.left ?? [];
        expect(left).toMatchObject({ row: decision.row, version: decision.version, attempt: 1 });
        expect(notified(left?.alerts ?? [])).toEqual(notified(alerts));
        const [again] = granted[0]?.left ?? [];
        expect(again).toMatchObject({ row: decision.row, attempt: 2 });

        const outcome = { entry: entryFor(row, 10) };
        expect(await a.beginAttempt(group, decision, LEASE)).toBeUndefined();
        expect(await a.finish([{ decision, ...outcome }])).toEqual([false]);
        expect((await a.sync(me("a"))).notificationLog).toEqual([]);
        expect(await b.finish([{ decision: again as SharedDecision, ...outcome }])).toEqual([true]);
        expect((await a.sync(me("a"))).notificationLog).toEqual([outcome.entry]);
        expect((await b.sync(me("b"))).notificationLog).toEqual([]);
        await b.release([released(group)]);
        await place.passTime(7_200_000);
        expect((await claimAll(a)).claims[0]?.left).toEqual([]);
      });

      test("each further try is begun before it is made", async () => {
        const { b, a, decision, group } = await withDecision();

        const second = (await a.beginAttempt(group, decision, LEASE)) as SharedDecision;

        expect(second).toEqual({ ...decision, attempt: 2 });
        expect(await a.beginAttempt(group, decision, LEASE)).toBeUndefined();
        expect(await b.beginAttempt(group, second, LEASE)).toBeUndefined();
        const nothing = { entry: undefined };
        const results = await a.finish([
          { decision, ...nothing },
          { decision: second, ...nothing },
        ]);
        expect(results).toEqual([false, true]);
        expect(await a.finish([{ decision: second, ...nothing }])).toEqual([false]);
        expect((await b.load()).outbox).toEqual([]);
      });

      test("no try is begun on a group that another server has had since", async () => {
        const { place, a, b, decision, group } = await withDecision();
        await place.passTime(LEASE + 1000);
        const { granted } = await claimAll(b, (claim) => planFor(claim, { nextFlushAt: 1, settled: true }));
        // What was left is still there, and nobody has begun another try of it.
        expect(granted[0]?.left).toEqual([]);
        expect((await a.load()).outbox).toHaveLength(1);

        expect(await a.beginAttempt(group, decision, LEASE)).toBeUndefined();
        expect((await claimAll(b)).claims[0]?.left).toMatchObject([{ attempt: 1 }]);
      });

      test("a decision is taken over by a newer one of the same key, whose outcome then counts", async () => {
        const { a, decision, row, group } = await withDecision();
        const [newer] = (await a.decide(group, [row], [])) ?? [];
        const nothing = { entry: undefined };

        expect(await a.finish([{ decision, ...nothing }])).toEqual([false]);
        expect(await a.finish([{ decision: newer as SharedDecision, ...nothing }])).toEqual([true]);
      });

      test("one that a server alone had taken is left under the key it was sent with", async () => {
        const { a, b } = await two();
        const group = groupOf(1);
        const row = { ...decisionFor(group, [firing(liveAlert({ alertname: "A" }))]), idempotencyKey: "alone" };
        await a.commit({ newGroups: [group], outbox: [row] });

        const { claims, granted } = await claimAll(b);
        expect(claims[0]?.left).toMatchObject([{ row, attempt: 0, alerts: [] }]);
        expect(granted[0]?.left).toMatchObject([{ row, attempt: 1 }]);
        // What is being sent by servers together is newer.
        await a.commit({ outbox: [{ ...row, idempotencyKey: "older" }] });
        expect((await a.load()).outbox).toEqual([row]);
      });
    });

    describe("time without anybody there", () => {
      test("ends that were ahead are moved on by it, once, whoever comes first", async () => {
        const { place, a, b } = await two();
        await a.sync(me("a"));
        const now = Date.now();
        const at = (ms: number) => ({ endsAt: new Timestamp(now + ms, 5, 3600) });
        const names = { ahead: at(10_000), over: at(-3_600_000) };
        await a.commit({ alerts: Object.entries(names).map(([n, end]) => liveAlert({ alertname: n }, end)) });
        await b.sync(me("b"));
        await place.passTime(60_000);

        const both = await Promise.all([a.sync(me("a")), b.sync(me("b"))]);

        const [gap, none] = both.map(({ deafFor }) => deafFor).sort((x, y) => y - x) as [number, number];
        expect(none).toBe(0);
        expect(gap).toBeGreaterThanOrEqual(60_000);
        expect(gap).toBeLessThan(62_000);
        const stored = (await a.load()).alerts.map((x) => [x.labels.get("alertname"), x.endsAt]).sort();
        expect(stored).toEqual([
          ["ahead", new Timestamp(now + 10_000 + gap, 5, 3600)],
          ["over", new Timestamp(now - 3_600_000, 5, 3600)],
        ]);
        const later_ = await Promise.all([a.sync(me("a")), b.sync(me("b"))]);
        for (const [i, synced] of both.entries()) {
          const told = [...synced.alerts, ...(later_[i] as Synced).alerts];
          if (i === 1) expect(told.map(([alert]) => alert.labels.get("alertname"))).toEqual(["ahead"]);
        }
        expect(later_.map(({ deafFor }) => deafFor)).toEqual([0, 0]);
      });

      test("as long as one was there, nothing is moved", async () => {
        const { place, a, b } = await two();
        await a.sync(me("a"));
        await place.passTime(8000);
        await b.sync(me("b"));
        await place.passTime(8000);

        expect((await a.sync(me("a"))).deafFor).toBe(0);
      });
    });

    test("under any load, no change is missed and all end up with the same", async () => {
      const { place, all } = await servers(3);
      let seed = 1;
      const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
      const base = Date.now();
      const views = all.map(() => new Map<string, Alert>());
      let tick = 0;

      const write = async (storage: SharedStorage, view: Map<string, Alert>) => {
        for (let round = 0; round < 25; round++) {
          const alerts = Array.from({ length: 4 }, () => {
            const n = ++tick;
            const startsAt = new Timestamp(base - 1_000_000 + random(1000));
            const endsAt = new Timestamp(base + 1_000_000 + random(100_000));
            const its = {
              startsAt,
              endsAt,
              updatedAt: new Timestamp(base + n),
              generatorURL: String(n),
              timeout: random(2) === 0,
            };
            return alertOf({ alertname: `A${random(12)}` }, its);
          });
          const unique = [...new Map(alerts.map((alert) => [alert.labels.fingerprint, alert])).values()];
          for (const alert of unique) view.set(alert.labels.fingerprint, alert);
          await storage.commit({ alerts: unique, newGroups: [groupOf(random(5))] });
        }
      };
      const follow = async (storage: SharedStorage, view: Map<string, Alert>, name_: string, until: () => boolean) => {
        let last = 0;
        for (let final = false; ;) {
          const { alerts, upTo } = await storage.sync(me(name_));
          expect(upTo).toBeGreaterThanOrEqual(last);
          for (const [alert, change] of alerts) {
            expect(change).toBeGreaterThan(last);
            expect(change).toBeLessThanOrEqual(upTo);
            view.set(alert.labels.fingerprint, alert);
          }
          last = upTo;
          if (final) return;
          final = until();
        }
      };
      let writing = all.length;
      await Promise.all(
        all.flatMap((storage, i) => {
          const view = views[i] as Map<string, Alert>;
          const done = write(storage, view).finally(() => writing--);
          return [done, follow(storage, view, `s${i}`, () => writing === 0)];
        }),
      );

      const stored = new Map(
        (await (await opened(place)).load()).alerts.map((a) => [a.labels.fingerprint, plainAlert(a)]),
      );
      expect(stored.size).toBe(12);
      for (const view of views) {
        expect(new Map([...view].map(([fingerprint, alert]) => [fingerprint, plainAlert(alert)]))).toEqual(stored);
      }
    });
  });
}
