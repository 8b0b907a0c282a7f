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
import { mergeVersions, type Alert } from "../core/model/alert.ts";
import type { Classification } from "../core/model/classification.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import type { Silence } from "../core/model/silence.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import { KnownAlerts, type Version } from "./postgres/known.ts";

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
  /** Whose claim it is; tells it from all others. */
  owner: string | undefined;
  leaseUntil: number | undefined;
  empty: boolean;
}

const DEAF = 10_000;
/** The end another server has set is as good as ours when it is no more than this before it, ms. */
const NEARLY = 1000;

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
    const known = new KnownAlerts();
    /** Alerts that came to hold more than this server wrote. */
    const foreign = new Set<string>();
    const held = new Map<string, { readonly lease: string; readonly configHash: string }>();
    /** The last change that was looked at; nothing is looked at before all has been loaded. */
    let read: number | undefined;
    /** Whether what is being written has used its number. */
    let isUsed = false;
    let seenTimeline = timeline;

    async function reach(): Promise<void> {
      if (self.delay !== undefined) await self.delay;
      if (!self.up) throw new StorageError("failed", "the database does not answer");
    }

    const stamped = <T>(value: T): Versioned<T> => {
      isUsed = true;
      return { value, change: last, writer: name };
    };
    /** Whether this server has seen a row, so that it may remove it. */
    const hasSeen = (one: Versioned<unknown> | undefined) =>
      one !== undefined && (one.change <= (read ?? 0) || one.writer === name);

    function writeAlert(alert: Alert, base: Version): void {
      const { fingerprint } = alert.labels;
      const there = alerts.get(fingerprint);
      if (there === undefined || there.change === base.change) {
        alerts.set(fingerprint, stamped(alert));
        foreign.delete(fingerprint);
        base.change = last;
      } else {
        alerts.set(fingerprint, stamped(mergeVersions(there.value, alert, now())));
        foreign.add(fingerprint);
      }
    }

    function moveEnd({ labels, ...moved }: NonNullable<Batch["extendedAlerts"]>[number], base: Version): void {
      const { fingerprint } = labels;
      const there = alerts.get(fingerprint);
      if (there === undefined || there.value.updatedAt.compare(moved.updatedAt) > 0) return;
      const { value } = there;
      // It was told to be resolved.
      if (!value.timeout && value.endsAt.compare(value.updatedAt) <= 0) return;
      const isKnown = there.change === base.change;
      const next = { ...value, ...moved };
      if (isKnown ? Bun.deepEquals(next, value) : moved.endsAt.ms <= value.endsAt.ms + NEARLY) return;
      alerts.set(fingerprint, stamped(next));
      if (isKnown) base.change = last;
      else foreign.add(fingerprint);
    }

    /** @param baseOf the versions that what is written was made from */
    function write(batch: Batch, baseOf: (fingerprint: string) => Version): void {
      begin();
      for (const fingerprint of batch.deletedAlerts ?? []) {
        const base = baseOf(fingerprint);
        if (alerts.get(fingerprint)?.change === base.change) {
          alerts.delete(fingerprint);
          classifications.delete(fingerprint);
        }
        known.removed(fingerprint, base);
      }
      for (const alert of batch.alerts ?? []) writeAlert(alert, baseOf(alert.labels.fingerprint));
      for (const moved of batch.extendedAlerts ?? []) moveEnd(moved, baseOf(moved.labels.fingerprint));
      for (const fingerprint of batch.deletedClassifications ?? []) {
        if (hasSeen(classifications.get(fingerprint))) classifications.delete(fingerprint);
      }
      for (const value of batch.classifications ?? []) {
        const there = classifications.get(value.fingerprint);
        if (!alerts.has(value.fingerprint) || (there !== undefined && !supersedes(value, there.value))) continue;
        classifications.set(value.fingerprint, stamped(value));
      }
      for (const id of batch.deletedSilences ?? []) if (hasSeen(silences.get(id))) silences.delete(id);
      for (const value of batch.silences ?? []) {
        const there = silences.get(value.id)?.value;
        if (there !== undefined && there.updatedAt.compare(value.updatedAt) > 0) continue;
        if (there === undefined || !Bun.deepEquals(there, value)) silences.set(value.id, stamped(value));
      }
      for (const id of batch.deletedDocuments ?? []) {
        if (hasSeen(documents.get(documentKey(id)))) documents.delete(documentKey(id));
      }
      for (const value of batch.documents ?? []) {
        const there = documents.get(documentKey(value));
        if (there !== undefined && !isNewerDocument(value, there.value)) continue;
        documents.set(documentKey(value), stamped(value));
      }
      for (const key of batch.deletedNotificationLog ?? []) if (hasSeen(log.get(key))) log.delete(key);
      for (const value of batch.notificationLog ?? []) writeEntry(value);
      for (const row of batch.groups ?? []) put(row);
      for (const row of batch.newGroups ?? []) {
        const there = groups.get(idOf(row));
        const isSame = there?.row.configHash === row.configHash;
        // A server with an outdated configuration takes none away from the others.
        if (there === undefined || (isSame ? there.empty : there.row.configHash !== configHash)) put(row);
      }
      for (const row of batch.outbox ?? []) {
        isUsed = true;
        // What servers together have begun to send is newer than what one alone had decided.
        if ((outbox.get(row.key)?.attempt ?? 0) > 0) continue;
        outbox.set(row.key, { row, version: last, attempt: 0, alerts: [] });
      }
      history.add(batch.history ?? []);
      if (!isUsed) last--;
    }

    /** Takes the next number. */
    function begin(): void {
      last++;
      isUsed = false;
    }

    function writeEntry(value: NotificationLogEntry): void {
      const there = log.get(value.key)?.value;
      if (there !== undefined && there.timestamp > value.timestamp) return;
      if (there === undefined || !Bun.deepEquals(there, value)) log.set(value.key, stamped(value));
    }

    function put(row: GroupRow): void {
      isUsed = true;
      const there = groups.get(idOf(row));
      groups.set(idOf(row), {
        row: { ...row, settled: undefined },
        change: last,
        writer: name,
        owner: there?.owner,
        leaseUntil: there?.leaseUntil,
        empty: false,
      });
    }

    function changes(): Changes {
      const after = read;
      const nothing = { alerts: [], silences: [], notificationLog: [], classifications: [], documents: [], groups: [] };
      if (after === undefined) return { ...nothing, upTo: last };
      const news = <T>(all: Iterable<Versioned<T>>) =>
        [...all].filter(({ change, writer }) => change > after && writer !== name).map(({ value }) => value);
      const found: Changes = {
        alerts: [...alerts].flatMap(([fingerprint, { value, change, writer }]) => {
          if (!(change > after && (writer !== name || foreign.has(fingerprint)))) return [];
          known.learn(fingerprint, change);
          return [[value, change] as const];
        }),
        silences: news(silences.values()),
        notificationLog: news(log.values()),
        classifications: news(classifications.values()),
        documents: news(documents.values()),
        groups: [...groups.values()]
          .filter(({ change, writer }) => change > after && writer !== name)
          .map(({ row }) => row),
        upTo: last,
      };
      foreign.clear();
      read = last;
      return found;
    }

    const mine = (group: GroupIdentity) => {
      const state = groups.get(idOf(group));
      return state?.owner !== undefined && state.owner === held.get(idOf(group))?.lease ? state : undefined;
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
        foreign.clear();
        known.replace([...alerts].map(([fingerprint, { change }]) => [fingerprint, change] as const));
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
        const written = (batch.alerts ?? []).map(({ labels }) => labels.fingerprint);
        const others = [
          ...(batch.extendedAlerts ?? []).map(({ labels }) => labels.fingerprint),
          ...(batch.deletedAlerts ?? []),
        ];
        const bases = new Map<string, Version>();
        for (const fingerprint of others) bases.set(fingerprint, known.peek(fingerprint));
        for (const fingerprint of written) bases.set(fingerprint, known.base(fingerprint));
        for (const fingerprint of written) known.begin(fingerprint);
        try {
          const failure = self.failNextCommit;
          self.failNextCommit = undefined;
          if (failure !== undefined) {
            await failure;
            throw new StorageError("failed", "the connection was lost");
          }
          await reach();
          write(batch, (fingerprint) => bases.get(fingerprint) as Version);
        } finally {
          for (const fingerprint of written) known.settle(fingerprint);
        }
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
        begin();
        const first = configHash !== hash;
        configHash = hash;
        const kept = new Set(rows.map(idOf));
        for (const [id, { row }] of groups) if (first && row.configHash !== hash && !kept.has(id)) groups.delete(id);
        for (const row of rows) if (groups.get(idOf(row))?.row.configHash !== hash) put(row);
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
        if (plans.length === 0) return [];
        begin();
        const lease = `${name} ${last}`;
        return plans.flatMap((one: FlushPlan) => {
          const id = idOf(one.group);
          const state = groups.get(id) as GroupState;
          const granted = { group: one.group, decisions: [], left: [], change: news.upTo };
          if (one.nextFlushAt === undefined) {
            for (const { row } of leftOf(state)) outbox.delete(row.key);
            groups.delete(id);
            return [granted];
          }
          const isHeld = !one.settled && one.postponed !== true;
          const settled = one.settled ? { tick: at, change: news.upTo } : state.row.settled;
          state.row = { ...state.row, nextFlushAt: one.nextFlushAt, flushes: one.flushes, settled };
          state.change = last;
          state.writer = name;
          state.owner = isHeld ? lease : undefined;
          state.leaseUntil = isHeld ? at + options.lease : undefined;
          if (isHeld) state.empty = false;
          else if (one.settled) state.empty = one.empty;
          if (one.postponed === true) return [];
          if (!isHeld) return [{ ...granted, decisions: store(one.decisions, one.alerts) }];
          held.set(id, { lease, configHash: options.configHash });
          const decided = new Set(one.decisions.map(({ key }) => key));
          const left = leftOf(state)
            .filter(({ row }) => !decided.has(row.key))
            .map((decision) => {
              const begun = Object.assign({}, decision, { attempt: decision.attempt + 1 });
              outbox.set(decision.row.key, begun);
              return begun;
            });
          return [{ ...granted, decisions: store(one.decisions, one.alerts), left }];
        });
      },
      async decide(group, rows, about) {
        await reach();
        if (mine(group) === undefined) return undefined;
        begin();
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
        begin();
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
        begin();
        for (const one of released) {
          const state = mine(one);
          const isSame = state?.row.configHash === held.get(idOf(one))?.configHash;
          held.delete(idOf(one));
          if (state === undefined) continue;
          state.change = last;
          state.writer = name;
          state.owner = undefined;
          state.leaseUntil = undefined;
          // Under another configuration than it was claimed under, a group has other timers.
          if (!isSame) continue;
          const { settled, nextFlushAt } = state.row;
          state.row = {
            ...state.row,
            settled: one.settled ?? settled,
            nextFlushAt: one.nextFlushAt ?? nextFlushAt,
          };
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
        begin();
        state.row = { ...state.row, nextFlushAt: Math.min(state.row.nextFlushAt, now()) };
        state.change = last;
        state.writer = name;
        return true;
      },
      changeOf: (fingerprint) => known.changeOf(fingerprint),
      health: () => ({ state: self.up ? "ok" : "degraded", queued: 0, sizeBytes: 0 }),
      close: async () => undefined,
    };
    return self;
  }
}
