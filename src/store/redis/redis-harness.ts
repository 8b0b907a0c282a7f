import type { RedisSettings } from "../../config/plus/redis.ts";
import { parsePlusConfig } from "../../config/plus.ts";
import { systemClock } from "../../dispatch/clock.ts";
import { eventually } from "../../../test/support/wait.ts";
import { createRedis, type RedisLink } from "./index.ts";

/**
 * The settings of a plus file with these keys below `storage.redis`: with a prefix of the test's own, and patient unless told,
 * because a test is not about how busy the machine is.
 */
export function settingsOf(keys: Readonly<Record<string, unknown>>): RedisSettings {
  const redis = { prefix: `test-${crypto.randomUUID()}:`, timeout: "2s", ...keys };
  const file = JSON.stringify({ storage: { postgres: "postgres://nobody@localhost/none", redis } });
  const settings = parsePlusConfig(file, {}).storage.redis;
  if (settings === undefined) throw new Error("there are no settings for Redis");
  return settings;
}

export interface Seen {
  readonly link: RedisLink;
  /** What the link said of its connection: true, or why not. */
  readonly changes: (true | string)[];
  readonly unreadable: string[];
  wakes: number;
}

/** One server's link, closed when disposed of. */
export function linkOf(settings: RedisSettings, replica: string): Seen & AsyncDisposable {
  const changes: (true | string)[] = [];
  const unreadable: string[] = [];
  const link = createRedis({
    settings,
    replica,
    clock: systemClock,
    onChange: (connected, reason) => changes.push(connected || reason),
    onUnreadable: (what, error) => unreadable.push(`${what}: ${error.message}`),
    // The longest pauses.
    random: () => 0,
  });
  const seen = { link, changes, unreadable, wakes: 0, [Symbol.asyncDispose]: () => link.close() };
  link.onWake(() => seen.wakes++);
  return seen;
}

export async function connected(...links: readonly Seen[]): Promise<void> {
  await eventually("all are connected", () => links.every(({ link }) => link.connected), { everyMs: 5 });
}
