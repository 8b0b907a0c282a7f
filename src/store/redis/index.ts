import type { RedisSettings } from "../../config/plus/redis.ts";
import type { CacheStorage } from "../../core/interfaces/cache.ts";
import type { NotificationLogEntry } from "../../core/interfaces/storage.ts";
import type { Silence } from "../../core/model/silence.ts";
import type { Clock } from "../../dispatch/clock.ts";
import type { RateLimit } from "../../dispatch/rate-limit.ts";
import { encodeNotificationLog } from "../upstream/notification-log.ts";
import { encodeSilences } from "../upstream/silences.ts";
import { createRedisCache } from "./cache.ts";
import { RedisConnection } from "./connection.ts";
import { readLogEntries, readSilences } from "./messages.ts";
import { News } from "./news.ts";
import { SharedRateLimiter } from "./rate-limit.ts";
import { Wake } from "./wake.ts";

export interface RedisOptions {
  readonly settings: RedisSettings;
  /** Our name among the servers; what comes under the same name is taken for our own. */
  readonly replica: string;
  readonly clock: Clock;
  /** Told when the connection is there, and when it is gone or could not be made: then with the reason, which holds no secret. */
  readonly onChange: (connected: boolean, reason: string) => void;
  /** Told of a message that cannot be understood and is left out. */
  readonly onUnreadable: (what: string, error: Error) => void;
  /** 0 to 1; Math.random unless told. */
  readonly random?: () => number;
}

export interface RedisHealth {
  readonly state: "ok" | "degraded";
  /** Why degraded, in one sentence for a person. */
  readonly reason?: string;
}

/** Stops a listener from being called. */
export type Unlisten = () => void;

/**
 * What makes servers with a common database faster. Nothing here throws, rejects or keeps a caller longer than the timeout of the
 * settings, and everything is right when nothing of it gets through: what is told may be lost, and is found in the database.
 */
export interface RedisLink {
  /** Whether what is told now is likely to arrive. */
  readonly connected: boolean;
  health(): RedisHealth;
  /** Tells the others that the database has changed; after the commit. */
  wake(): void;
  /** Others have woken us, or may have while we were not connected. */
  onWake(listener: () => void): Unlisten;
  /** Tells the others of an outcome that the database cannot be told of now. */
  tellLogEntry(entry: NotificationLogEntry): void;
  onLogEntries(listener: (entries: readonly NotificationLogEntry[]) => void): Unlisten;
  tellSilences(changed: readonly Silence[]): void;
  onSilences(listener: (silences: readonly Silence[]) => void): Unlisten;
  /** @param memory what is asked first, and alone when Redis is away */
  cache(memory: CacheStorage): CacheStorage;
  /** @param limits by receiver; the others are not limited */
  rateLimiter(limits: ReadonlyMap<string, RateLimit>): SharedRateLimiter;
  /** Waits a moment for what was told last. */
  close(): Promise<void>;
}

// Expired silences are told like others; how long each keeps them is its own business.
const NO_RETENTION = 0;

/** Begins to connect, which is tried for ever, and returns at once. */
export function createRedis(options: RedisOptions): RedisLink {
  const { settings, replica, clock, onUnreadable, random = Math.random } = options;
  const { prefix } = settings;
  const channel = { wake: `${prefix}wake`, log: `${prefix}log`, silences: `${prefix}silences` };
  const ask = (args: readonly (string | Buffer)[]) => connection.ask(args);

  const wake = new Wake(clock, () => ask(["PUBLISH", channel.wake, replica]));
  const log = new News<NotificationLogEntry>({
    from: replica,
    encode: (entry) => encodeNotificationLog([entry]),
    decode: readLogEntries,
    send: (message) => ask(["PUBLISH", channel.log, message]),
    onUnreadable: (error) => onUnreadable("notification log entries", error),
  });
  const silences = new News<Silence>({
    from: replica,
    encode: (silence) => encodeSilences([silence], NO_RETENTION),
    decode: readSilences,
    send: (message) => ask(["PUBLISH", channel.silences, message]),
    onUnreadable: (error) => onUnreadable("silences", error),
  });
  const connection = new RedisConnection({
    settings,
    clock,
    random,
    channels: new Map([
      [
        channel.wake,
        (message) => {
          if (message.toString() !== replica) wake.heard();
        },
      ],
      [channel.log, (message) => log.heard(message)],
      [channel.silences, (message) => silences.heard(message)],
    ]),
    onChange(connected, reason) {
      if (connected) wake.heard();
      options.onChange(connected, reason);
    },
  });

  return {
    get connected() {
      return connection.connected;
    },
    health: () => (connection.connected ? { state: "ok" } : { state: "degraded", reason: connection.reason }),
    wake: () => wake.tell(),
    onWake: (listener) => wake.listen(listener),
    tellLogEntry(entry) {
      if (connection.connected) log.tell([entry]);
    },
    onLogEntries: (listener) => log.listen(listener),
    tellSilences(changed) {
      if (connection.connected) silences.tell(changed);
    },
    onSilences: (listener) => silences.listen(listener),
    cache: (memory) => createRedisCache(memory, prefix, ask),
    rateLimiter: (limits) => new SharedRateLimiter({ limits, clock, prefix, ask }),
    async close() {
      log.close();
      silences.close();
      wake.close();
      await connection.close();
    },
  };
}
