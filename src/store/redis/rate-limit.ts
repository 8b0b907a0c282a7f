import { createHash } from "node:crypto";
import type { Clock } from "../../dispatch/clock.ts";
import { RateLimiter, type RateLimit } from "../../dispatch/rate-limit.ts";

/**
 * What RateLimiter does, on Redis's clock. One sorted set a receiver, by time in ms: `next` is the next place after all those
 * given away, `last` when it was asked last, and each group that waits has its place under `=` and its ID.
 */
const TAKE = `
local every, burst, group = tonumber(ARGV[1]), tonumber(ARGV[2]), '=' .. ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = redis.call('ZSCORE', KEYS[1], 'last')
-- Another host with another clock has taken over: places given by the former one may be hours away.
if last and tonumber(last) > now + 1000 then redis.call('DEL', KEYS[1]) end
local next = tonumber(redis.call('ZSCORE', KEYS[1], 'next') or '0')
local place = redis.call('ZSCORE', KEYS[1], group)
if place then
  place = tonumber(place)
else
  place = math.max(next, now - (burst - 1) * every)
  next = place + every
  redis.call('ZADD', KEYS[1], next, 'next')
end
if place > now then
  redis.call('ZADD', KEYS[1], place, group)
else
  redis.call('ZREM', KEYS[1], group)
end
redis.call('ZADD', KEYS[1], now, 'last')
-- Places nobody came back for; those of a whole burst must be gone for what is not used to count again.
local quiet = burst * every + 600000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - quiet)
redis.call('PEXPIRE', KEYS[1], math.max(next - now, 0) + quiet)
return math.max(place - now, 0)
`;

const TAKE_SHA = createHash("sha1").update(TAKE).digest("hex");

export interface SharedRateLimiterOptions {
  /** By receiver; the others are not limited. */
  readonly limits: ReadonlyMap<string, RateLimit>;
  readonly clock: Pick<Clock, "elapsed">;
  readonly prefix: string;
  /** A command for Redis; may reject. */
  readonly ask: (args: readonly string[]) => Promise<unknown>;
}

/** Holds the flushes of each receiver to its rate over all servers; without Redis, those of this server. */
export class SharedRateLimiter {
  readonly #options: SharedRateLimiterOptions;
  readonly #alone: RateLimiter;

  constructor(options: SharedRateLimiterOptions) {
    this.#options = options;
    this.#alone = new RateLimiter(options.limits);
  }

  /** Asks for a group's turn. 0: it may send now, and that is counted; else how long its place is away, ms. Never rejects. */
  async take(receiver: string, group: string): Promise<number> {
    const { limits, clock } = this.#options;
    const limit = limits.get(receiver);
    if (limit === undefined) return 0;
    try {
      const wait = await this.#run(this.#key(receiver), limit, group);
      if (typeof wait === "number") return wait;
    } catch {
      // Redis is away.
    }
    return this.#alone.take(receiver, group, clock.elapsed());
  }

  /** Gives up the place of a group that has nothing to send any more. */
  release(receiver: string, group: string): void {
    if (!this.#options.limits.has(receiver)) return;
    this.#alone.release(receiver, group);
    this.#options.ask(["ZREM", this.#key(receiver), `=${group}`]).catch(() => undefined);
  }

  async #run(key: string, { every, burst }: RateLimit, group: string): Promise<unknown> {
    const { ask } = this.#options;
    const args = ["1", key, String(every), String(burst), group];
    try {
      return await ask(["EVALSHA", TAKE_SHA, ...args]);
    } catch (error) {
      // It has been restarted or emptied.
      if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
      return ask(["EVAL", TAKE, ...args]);
    }
  }

  #key(receiver: string): string {
    return `${this.#options.prefix}rate:${receiver}`;
  }
}
