import { hostname } from "node:os";
import { Counter, Gauge } from "../metrics/instruments.ts";
import type { Metrics } from "../metrics/index.ts";
import type { StatusView } from "../core/interfaces/backend.ts";
import type { PlusConfig } from "../config/plus.ts";
import { replicaIdentity } from "../config/plus/replica.ts";
import type { CacheStorage } from "../core/interfaces/cache.ts";
import type { Peers } from "../core/interfaces/replication.ts";
import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { HistoryStorage } from "../core/interfaces/storage.ts";
import { systemClock } from "../dispatch/clock.ts";
import type { Engine } from "../dispatch/engine.ts";
import { SharedClock } from "../dispatch/sharing/shared-clock.ts";
import type { SharingOptions } from "../dispatch/sharing/sharing.ts";
import type { RedisHealth, RedisLink } from "../store/redis/index.ts";
import { SharedFirst } from "../store/shared-first.ts";
import type { Logger } from "../core/interfaces/logging.ts";

/** ms between two looks at the database: with Redis to wake us, and without. */
const INTERVAL = { woken: 1000, alone: 250 };

export interface SharedStoreOptions {
  readonly plus: PlusConfig;
  /** The local file: the copy to go on with while the database is away. */
  readonly local: HistoryStorage;
  /** `host:port` of the first listener. */
  readonly listening: string;
  /** ms each server leaves to those before it while the database is away (`--cluster.peer-timeout`). */
  readonly peerTimeout: number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly onUnreadable: (what: string, error: Error) => void;
}

/** All that is different for a server whose database is shared with others. */
export interface SharedStore {
  readonly clock: SharedClock;
  readonly storage: SharedFirst;
  readonly sharing: SharingOptions;
  /**
   * The others, as far as they can be told of anything while the database is away.
   * @param cluster the peer channel, where there is one
   */
  peers(cluster: Peers | undefined): Peers;
  /** Undefined without Redis. */
  redisHealth(): RedisHealth | undefined;
  /** To be called once the engine is there. */
  attach(engine: Engine): void;
  /** This server's name among those that share the database. */
  readonly replica: string;
  /** @param memory what is asked first, and alone where there is no Redis */
  cache(memory: CacheStorage): CacheStorage;
  status(): StatusView["cluster"];
  close(): Promise<void>;
}

/** Prepares for Postgres and, where it is configured, Redis. Neither has to answer now. */
export async function openSharedStore(options: SharedStoreOptions): Promise<SharedStore> {
  const { plus, local, listening, peerTimeout, log, metrics, onUnreadable } = options;
  const { postgres, redis } = plus.storage;
  if (postgres === undefined) throw new Error("no database is configured");
  const me = replicaIdentity(plus.replica, hostname(), listening);
  const clock = new SharedClock(systemClock);
  const shared = await connectPostgres();
  let engine: Engine | undefined;
  const link = redis === undefined ? undefined : await connectRedis();
  const storage = new SharedFirst(
    shared,
    local,
    () => clock.now(),
    (error) => engine?.sharing?.commitFailed(error),
    () => {
      engine?.sharing?.committed();
      link?.wake();
    },
  );
  const events = exposeSharing(metrics, storage, link);

  return {
    clock,
    storage,
    sharing: {
      store: storage,
      clock,
      log,
      me,
      events,
      limiter: link === undefined ? undefined : (limits) => link.rateLimiter(limits),
      interval: () => (link?.connected === true ? INTERVAL.woken : INTERVAL.alone),
    },
    peers: (cluster) => ({
      turn() {
        if (storage.sharing) return 0;
        const ours = link?.connected === true ? (engine?.turn(peerTimeout) ?? 0) : 0;
        return Math.max(ours, cluster?.turn() ?? 0);
      },
      settled: Promise.resolve(),
      tellSilences(changed) {
        if (storage.sharing) return;
        link?.tellSilences(changed);
        cluster?.tellSilences(changed);
      },
      tellDocuments(changed) {
        if (!storage.sharing) cluster?.tellDocuments(changed);
      },
      tellLogEntry(entry) {
        // Always: the database may be gone before the others have read it there.
        link?.tellLogEntry(entry);
        if (!storage.sharing) cluster?.tellLogEntry(entry);
      },
    }),
    redisHealth: () => link?.health(),
    attach(attached) {
      engine = attached;
      link?.onWake(() => attached.sharing?.wake());
      link?.onLogEntries((entries) => attached.heardOf(entries));
      link?.onSilences((silences) => attached.replicated.mergeSilences(silences));
      exposeMembers(metrics, attached, me.name);
    },
    replica: me.name,
    cache: (memory) => link?.cache(memory) ?? memory,
    status: () => ({
      status: "ready",
      name: me.name,
      peers: (engine?.members ?? []).map(({ name, address }) => ({ name, address })),
    }),
    async close() {
      await storage.close();
      await link?.close();
    },
  };

  async function connectPostgres(): Promise<SharedStorage> {
    const { createPostgresStorage } = await import("../store/postgres/index.ts");
    return createPostgresStorage({
      settings: postgres as NonNullable<typeof postgres>,
      replica: me.name,
      historyRetention: plus.history.retention,
      historyMaxBytes: plus.history.max_size,
      onUnreadable,
    });
  }

  async function connectRedis(): Promise<RedisLink> {
    const { createRedis } = await import("../store/redis/index.ts");
    return createRedis({
      settings: redis as NonNullable<typeof redis>,
      replica: me.name,
      clock,
      onChange(connected, reason) {
        if (connected) log.info("Redis is there: changes are seen at once");
        else log.warn("Redis is away: changes are seen a moment later", { err: reason });
      },
      onUnreadable,
    });
  }
}

function exposeSharing(metrics: Metrics, storage: SharedFirst, link: RedisLink | undefined): SharingOptions["events"] {
  const gauge = (name: string, help: string, read: () => number) => {
    metrics.add(`alertmanager_plus_${name}`, help, "gauge", [], new Gauge()).read = read;
  };
  const counter = (name: string, help: string) =>
    metrics.add(`alertmanager_plus_${name}`, help, "counter", [], new Counter());
  gauge("postgres_connected", "1 while Postgres is in use, 0 while this server goes on with its local copy.", () =>
    storage.sharing ? 1 : 0,
  );
  if (link !== undefined) {
    gauge("redis_connected", "1 while Redis is connected.", () => (link.connected ? 1 : 0));
  }
  const claims = counter("claimed_flushes_total", "Flushes of groups this server has claimed from the others.");
  const duplicates = counter(
    "duplicate_notifications_total",
    "Notifications found to have been sent by another server too.",
  );
  const losses = counter("postgres_losses_total", "How often Postgres was lost.");
  return {
    claimed: (groups) => claims.inc(groups),
    duplicate: () => duplicates.inc(),
    lost: () => losses.inc(),
  };
}

/** The servers on the database, in the words of upstream's cluster metrics. */
function exposeMembers({ cluster }: Metrics, engine: Engine, name: string): void {
  if (cluster === undefined) return;
  cluster.members.read = () => engine.members.length;
  cluster.peerPosition.read = () =>
    Math.max(
      0,
      engine.members.findIndex((member) => member.name === name),
    );
  cluster.peerInfo.read = () => engine.members.map((member) => [[member.name], 1] as const);
}
