import { createHash } from "node:crypto";
import { HistoryList, rowOfEvent } from "../core/history/select.ts";
import type {
  Changes,
  Claim,
  FlushPlan,
  Granted,
  GroupIdentity,
  Outcome,
  Released,
  Replica,
  SharedDecision,
  SharedGroupRow,
  SharedStorage,
  Synced,
} from "../core/interfaces/shared-storage.ts";
import {
  StorageError,
  type Batch,
  type DocumentRow,
  type GroupRow,
  type HistoryRow,
  type NotificationLogEntry,
  type Stored,
} from "../core/interfaces/storage.ts";
import { documentKey, isNewerDocument } from "../core/documents/document.ts";
import { supersedes } from "../core/classification/precedence.ts";
import { isResolved, mergeVersions, type Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import type { Silence } from "../core/model/silence.ts";
import { Timestamp } from "../core/model/timestamp.ts";

/** A database in memory that several servers share, for tests of what is built on one. */
export interface MemoryDatabase {
  /** ms */
  readonly now: () => number;
  connect(name: string): MemoryConnection;
  readonly history: readonly HistoryRow[];
  /** All as it is now, for another database server to take over with later: what changes until then is lost. */
  copy(): () => void;
  /** Groups as they are, by the fingerprint of their labels. */
  readonly groups: ReadonlyMap<string, SharedGroupRow>;
}

/** One server's connection. */
export interface MemoryConnection extends SharedStorage {
  /** False: every call fails, as when the database is away. */
  up: boolean;
  /** When set, awaited within the next calls before anything is done. */
  delay: Promise<void> | undefined;
  /** The next commit waits for this, and then fails. */
  failNextCommit: Promise<void> | undefined;
}

interface Versioned<T> {
  readonly value: T;
  readonly change: number;
  readonly writer: string;
}

interface GroupState {
  row: SharedGroupRow;
  change: number;
  writer: string;
  owner: string | undefined;
  leaseUntil: number | undefined;
  empty: boolean;
}

const DEAF = 10_000;

export function createMemoryDatabase(now: () => number): MemoryDatabase {
  const alerts = new Map<string, Versioned<Alert>>();
  const silences = new Map<string, Versioned<Silence>>();
  const log = new Map<string, Versioned<NotificationLogEntry>>();
  const classifications = new Map<string, Versioned<Classification>>();
  const documents = new Map<string, Versioned<DocumentRow>>();
  const groups = new Map<string, GroupState>();
  const outbox = new Map<string, SharedDecision>();
  const replicas = new Map<string, { replica: Replica; seenAt: number }>();
  const history = new HistoryList();
  let last = 0;
  let aliveAt: number | undefined;
  let configHash: string | undefined;
  /** How often another server has taken over. */
  let timeline = 1;

  const idOf = (g: GroupIdentity) => `${g.groupFingerprint} ${g.routeId}`;

  return {
    now,
    connect,
    copy,
    get history() {
      return history.events.map(rowOfEvent);
    },
    get groups() {
      return new Map([...groups.values()].map(({ row }) => [row.groupFingerprint, row]));
    },
  };

  function copy(): () => void {
    const tables = [alerts, silences, log, classifications, documents, outbox] as readonly Map<string, unknown>[];
    const copies = tables.map((table) => new Map(table));
    const copiedGroups = [...groups].map(([id, state]) => [id, { ...state }] as const);
    const state = { last, aliveAt, configHash };
    return () => {
      for (const [i, table] of tables.entries()) {
        table.clear();
        for (const [key, value] of copies[i] as Map<string, unknown>) table.set(key, value);
      }
      groups.clear();
      for (const [id, group] of copiedGroups) groups.set(id, group);
      ({ last, aliveAt, configHash } = state);
      timeline++;
    };
  }

  function connect(name: string): MemoryConnection {
    /** What this server knows of each alert. */
    const known = new Map<string, number>();
    const merged = new Set<string>();
    let read = 0;
    let seenTimeline = timeline;

    async function reach(): Promise<void> {
      if (self.delay !== undefined) await self.delay;
      if (!self.up) throw new StorageError("failed", "the database does not answer");
    }

    function writeAlert(alert: Alert): void {
      const { fingerprint } = alert.labels;
      const held = alerts.get(fingerprint);
      let value = alert;
      if (held !== undefined && held.change !== known.get(fingerprint)) {
        value = mergeVersions(held.value, alert, now());
        merged.add(fingerprint);
      }
      alerts.set(fingerprint, { value, change: last, writer: name });
      known.set(fingerprint, last);
    }

    function write(batch: Batch): void {
      last++;
      for (const alert of batch.alerts ?? []) writeAlert(alert);
      for (const { labels, endsAt, updatedAt, timeout } of batch.extendedAlerts ?? []) {
        const held = alerts.get(labels.fingerprint);
        if (held === undefined || held.value.updatedAt.compare(updatedAt) >= 0 || isResolved(held.value, now()))
          continue;
        alerts.set(labels.fingerprint, {
          value: { ...held.value, endsAt, updatedAt, timeout },
          change: last,
          writer: name,
        });
        known.set(labels.fingerprint, last);
      }
      for (const fingerprint of batch.deletedAlerts ?? []) {
        const held = alerts.get(fingerprint);
        if (held === undefined || held.change !== known.get(fingerprint)) continue;
        alerts.delete(fingerprint);
        classifications.delete(fingerprint);
      }
      for (const fingerprint of batch.deletedClassifications ?? []) {
        const held = classifications.get(fingerprint);
        if (held !== undefined && (held.change <= read || held.writer === name)) classifications.delete(fingerprint);
      }
      for (const value of batch.classifications ?? []) {
        const held = classifications.get(value.fingerprint);
        if (!alerts.has(value.fingerprint) || (held !== undefined && !supersedes(value, held.value))) continue;
        classifications.set(value.fingerprint, { value, change: last, writer: name });
      }
      for (const value of batch.silences ?? []) {
        const held = silences.get(value.id);
        if (held === undefined || value.updatedAt.compare(held.value.updatedAt) > 0) {
          silences.set(value.id, { value, change: last, writer: name });
        }
      }
      for (const id of batch.deletedSilences ?? []) silences.delete(id);
      for (const id of batch.deletedDocuments ?? []) {
        const held = documents.get(documentKey(id));
        if (held !== undefined && (held.change <= read || held.writer === name)) documents.delete(documentKey(id));
      }
      for (const value of batch.documents ?? []) {
        const held = documents.get(documentKey(value));
        if (held !== undefined && !isNewerDocument(value, held.value)) continue;
        documents.set(documentKey(value), { value, change: last, writer: name });
      }
      for (const value of batch.notificationLog ?? []) writeEntry(value);
      for (const key of batch.deletedNotificationLog ?? []) log.delete(key);
      for (const row of batch.groups ?? []) put(row);
      for (const row of batch.newGroups ?? []) {
        const held = groups.get(idOf(row));
        if (held === undefined || held.empty || held.row.configHash !== row.configHash) put(row);
      }
      for (const row of batch.outbox ?? []) outbox.set(row.key, { row, version: last, attempt: 0, alerts: [] });
      history.add(batch.history ?? []);
    }

    function writeEntry(value: NotificationLogEntry): void {
      const held = log.get(value.key);
      if (held === undefined || value.timestamp > held.value.timestamp)
        log.set(value.key, { value, change: last, writer: name });
    }

    function put(row: GroupRow): void {
      const held = groups.get(idOf(row));
      groups.set(idOf(row), {
        row: { ...row, settled: undefined },
        change: last,
        writer: name,
        owner: held?.owner,
        leaseUntil: held?.leaseUntil,
        empty: false,
      });
    }

    function changes(): Changes {
      const isNews = (one: Versioned<unknown>) => one.change > read && one.writer !== name;
      const found: Changes = {
        alerts: [...alerts].flatMap(([fingerprint, one]) => {
          if (!(one.change > read && (one.writer !== name || merged.has(fingerprint)))) return [];
          known.set(fingerprint, one.change);
          return [[one.value, one.change] as const];
        }),
        silences: [...silences.values()].filter(isNews).map(({ value }) => value),
        notificationLog: [...log.values()].filter(isNews).map(({ value }) => value),
        classifications: [...classifications.values()].filter(isNews).map(({ value }) => value),
        documents: [...documents.values()].filter(isNews).map(({ value }) => value),
        groups: [...groups.values()]
          .filter(({ change, writer }) => change > read && writer !== name)
          .map(({ row }) => row),
        upTo: last,
      };
      merged.clear();
      read = last;
      return found;
    }

    const mine = (group: GroupIdentity) => {
      const held = groups.get(idOf(group));
      return held?.owner === name ? held : undefined;
    };

    function store(rows: readonly SharedDecision["row"][], about: readonly NotifiedAlert[]): SharedDecision[] {
      return rows.map((row) => {
        const idempotencyKey = createHash("sha256").update(`${row.key}\n${last}`).digest("hex");
        const listed = new Set(row.alerts.map(([fingerprint]) => fingerprint));
        const decision = {
          row: { ...row, idempotencyKey },
          version: last,
          attempt: 1,
          alerts: about.filter((alert) => listed.has(alert.labels.fingerprint)),
        };
        outbox.set(row.key, decision);
        return decision;
      });
    }

    const self: MemoryConnection = {
      up: true,
      delay: undefined,
      failNextCommit: undefined,
      async load(): Promise<Stored> {
        await reach();
        read = last;
        merged.clear();
        known.clear();
        for (const [fingerprint, { change }] of alerts) known.set(fingerprint, change);
        return {
          alerts: [...alerts.values()].map(({ value }) => value),
          silences: [...silences.values()].map(({ value }) => value),
          notificationLog: [...log.values()].map(({ value }) => value),
          groups: [...groups.values()].map(({ row }) => row),
          outbox: [...outbox.values()].map(({ row }) => row),
          classifications: [...classifications.values()].map(({ value }) => value),
          documents: [...documents.values()].map(({ value }) => value),
          cached: [],
          aliveAt,
        };
      },
      async commit(batch) {
        const failure = self.failNextCommit;
        self.failNextCommit = undefined;
        if (failure !== undefined) {
          await failure;
          throw new StorageError("failed", "the connection was lost");
        }
        await reach();
        write(batch);
      },
      async sync(me): Promise<Synced> {
        await reach();
        const takenOver = seenTimeline !== timeline;
        seenTimeline = timeline;
        const at = now();
        const gap = aliveAt === undefined ? 0 : at - aliveAt;
        if (gap > DEAF) {
          last++;
          for (const [fingerprint, { value }] of alerts) {
            if (value.endsAt.ms <= (aliveAt as number)) continue;
            const { ms, nanos, offset } = value.endsAt;
            const endsAt = new Timestamp(ms + gap, nanos, offset);
            alerts.set(fingerprint, { value: { ...value, endsAt }, change: last, writer: "" });
          }
        }
        aliveAt = at;
        replicas.set(me.name, { replica: me, seenAt: at });
        const live = [...replicas.values()].filter(({ seenAt }) => seenAt > at - 10_000).map(({ replica }) => replica);
        return {
          ...changes(),
          now: at,
          replicas: live.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
          configHash,
          takenOver,
          deafFor: gap > DEAF ? gap : 0,
        };
      },
      async adopt(hash, rows) {
        await reach();
        last++;
        const first = configHash !== hash;
        configHash = hash;
        for (const row of rows) {
          const held = groups.get(idOf(row));
          if (held === undefined || held.empty || held.row.configHash !== hash) put(row);
        }
        for (const [id, { row, owner }] of groups)
          if (row.configHash !== hash && owner === undefined) groups.delete(id);
        return first;
      },
      async claim(options, plan): Promise<readonly Granted[]> {
        await reach();
        const at = now();
        const due = [...groups.values()]
          .filter(({ row, leaseUntil }) => {
            if (row.configHash !== options.configHash) return false;
            return leaseUntil === undefined ? row.nextFlushAt <= at : leaseUntil < at;
          })
          .toSorted((a, b) => a.row.nextFlushAt - b.row.nextFlushAt)
          .slice(0, options.limit);
        if (due.length === 0) return [];
        const leftOf = ({ row }: GroupState) =>
          [...outbox.values()].filter(
            (d) => d.row.routeId === row.routeId && d.row.groupFingerprint === row.groupFingerprint,
          );
        const claims: Claim[] = due.map((state) => ({ group: state.row, left: leftOf(state) }));
        const news = changes();
        const plans = plan(claims, news, at);
        last++;
        return plans.flatMap((one: FlushPlan) => {
          const state = groups.get(idOf(one.group)) as GroupState;
          if (one.nextFlushAt === undefined) {
            groups.delete(idOf(one.group));
            return [];
          }
          if (one.postponed === true) {
            state.row = { ...state.row, nextFlushAt: one.nextFlushAt };
            state.owner = undefined;
            state.leaseUntil = undefined;
            return [];
          }
          const settled = one.settled ? { tick: at, change: news.upTo } : state.row.settled;
          state.row = { ...state.row, nextFlushAt: one.nextFlushAt, flushes: one.flushes, settled };
          state.change = last;
          state.writer = name;
          state.owner = one.settled ? undefined : name;
          state.leaseUntil = one.settled ? undefined : at + options.lease;
          state.empty = one.settled && one.empty;
          const left = leftOf(state).map((decision) => {
            const begun = Object.assign({}, decision, { attempt: decision.attempt + 1 });
            outbox.set(decision.row.key, begun);
            return begun;
          });
          return [{ group: one.group, decisions: store(one.decisions, one.alerts), left, change: news.upTo }];
        });
      },
      async decide(group, rows, about) {
        await reach();
        if (mine(group) === undefined) return undefined;
        last++;
        return store(rows, about);
      },
      async beginAttempt(group, decision, lease) {
        await reach();
        const state = mine(group);
        const held = outbox.get(decision.row.key);
        if (state === undefined || held?.version !== decision.version || held.attempt !== decision.attempt)
          return undefined;
        state.leaseUntil = now() + lease;
        const begun = { ...held, attempt: held.attempt + 1 };
        outbox.set(decision.row.key, begun);
        return begun;
      },
      async renew(claimed, lease) {
        await reach();
        return claimed.filter((group) => {
          const state = mine(group);
          if (state !== undefined) state.leaseUntil = now() + lease;
          return state !== undefined;
        });
      },
      async finish(outcomes: readonly Outcome[]) {
        await reach();
        last++;
        return outcomes.map(({ decision, entry }) => {
          const held = outbox.get(decision.row.key);
          if (held?.version !== decision.version || held.attempt !== decision.attempt) return false;
          outbox.delete(decision.row.key);
          if (entry !== undefined) writeEntry(entry);
          return true;
        });
      },
      async release(released: readonly Released[]) {
        await reach();
        last++;
        for (const one of released) {
          const state = mine(one);
          if (state === undefined) continue;
          state.row = {
            ...state.row,
            settled: one.settled ?? state.row.settled,
            nextFlushAt: one.nextFlushAt ?? state.row.nextFlushAt,
          };
          state.change = last;
          state.writer = name;
          state.owner = undefined;
          state.leaseUntil = undefined;
          state.empty = one.empty;
        }
      },
      async readHistory() {
        await reach();
        return { rows: history.events, next: undefined };
      },
      async searchHistory(query) {
        await reach();
        return history.search(query);
      },
      async historyStats(query) {
        await reach();
        return history.stats(query);
      },
      async outstanding() {
        await reach();
        return [...outbox.values()].map((decision) => {
          const { leaseUntil } = groups.get(idOf(decision.row)) ?? {};
          return { decision, isHeld: leaseUntil !== undefined && leaseUntil >= now() };
        });
      },
      async hurry(group) {
        await reach();
        const state = groups.get(idOf(group));
        if (state === undefined || (state.leaseUntil !== undefined && state.leaseUntil >= now())) return false;
        last++;
        state.row = { ...state.row, nextFlushAt: Math.min(state.row.nextFlushAt, now()) };
        state.change = last;
        state.writer = name;
        return true;
      },
      changeOf: (fingerprint) => known.get(fingerprint),
      health: () => ({ state: self.up ? "ok" : "degraded", queued: 0, sizeBytes: 0 }),
      close: async () => undefined,
    };
    return self;
  }
}
