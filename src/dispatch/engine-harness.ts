import { bareMetrics } from "../metrics/bare.ts";
import type { InhibitRule } from "../core/inhibition/inhibitor.ts";
import type { PublisherTarget } from "../core/interfaces/publishing.ts";
import { EMPTY_LABELS } from "../core/model/labels.ts";
import { newMatcher } from "../core/model/matcher.ts";
import type { Notification } from "../core/model/notification.ts";
import type { PostableAlert } from "../core/model/postable.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import type { RouteSpec } from "../core/routing/route.ts";
import { createLogger } from "../server/logger.ts";
import { createMemoryStorage, type MemoryStorage } from "../store/memory.ts";
import type { SendOutcome } from "./send.ts";
import { ENGINE_DEFAULTS } from "./engine-defaults.ts";
import { Engine, type EngineConfig } from "./engine.ts";
import { ManualClock, settle } from "./manual-clock.ts";

/*
 * The engine on a clock and a store in memory, for tests: what would be sent is written down instead.
 */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** One notification that went out: when (ms since the clock's start), to whom, and what it said. */
export interface Sent {
  readonly at: number;
  readonly receiver: string;
  readonly reason: string;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly key: string;
}

export function route(over: Partial<RouteSpec> = {}): RouteSpec {
  return {
    receiver: "r",
    group_by: ["alertname"],
    matchers: [],
    continue: false,
    routes: [],
    mute_time_intervals: [],
    active_time_intervals: [],
    group_wait: 30 * SECOND,
    group_interval: 5 * MINUTE,
    repeat_interval: 60 * MINUTE,
    labels: {},
    ...over,
  };
}

export interface World {
  readonly clock: ManualClock;
  readonly storage: MemoryStorage;
  readonly sent: Sent[];
  engine: Engine;
  /** How the next sends end; "sent" when there is no entry left. */
  readonly outcomes: (SendOutcome | Promise<SendOutcome>)[];
  config: EngineConfig;
  readonly log: string[];
  /** A new server on the same store, as after `kill -9`: nothing of the old one runs on. */
  restart(): Promise<void>;
  /** Posts one alert by labels; an end in minutes from now resolves it then, 0 at once; none leaves it open. */
  post(
    labels: Record<string, string>,
    options?: { endsIn?: number; annotations?: Record<string, string> },
  ): Promise<void>;
}

export interface WorldOptions {
  readonly route?: RouteSpec;
  readonly inhibitRules?: readonly InhibitRule[];
  readonly timeIntervals?: EngineConfig["timeIntervals"];
  readonly sendResolved?: boolean;
  /** Of each receiver; 1 unless told. */
  readonly integrations?: number;
  readonly fallback?: string;
  readonly rateLimits?: EngineConfig["rateLimits"];
  readonly perAlertNameLimit?: number;
  /** In memory unless told. */
  readonly storage?: MemoryStorage;
  /** Told of each engine once it has what was stored, before it has a configuration. */
  readonly onRestored?: (engine: Engine, world: Pick<World, "clock" | "storage">) => void;
  /** What the clock says at the beginning, ms. */
  readonly start?: number;
}

export async function world(options: WorldOptions = {}): Promise<World> {
  const clock = new ManualClock(options.start);
  const began = clock.now();
  const storage = options.storage ?? createMemoryStorage();
  const sent: Sent[] = [];
  const outcomes: World["outcomes"] = [];
  const log: string[] = [];
  let generation = 0;

  function start(): Engine {
    const mine = ++generation;
    return new Engine({
      clock,
      storage: {
        ...storage,
        // What a killed server still had in hand never reaches the disk.
        commit: (batch) => (mine === generation ? storage.commit(batch) : new Promise(() => undefined)),
      },
      log: createLogger({ level: "debug", format: "logfmt", write: (line) => log.push(line), now: () => clock.now() }),
      metrics: bareMetrics(),
      send: async (target, notification) => {
        if (mine !== generation) return { kind: "unknown", error: "killed" };
        sent.push(sentOf(clock.now() - began, target, notification));
        return (await outcomes.shift()) ?? { kind: "sent", receiverData: undefined };
      },
      isLabelName: (name) => name !== "",
      sizeOfSilence: () => 100,
      ...ENGINE_DEFAULTS,
      perAlertNameLimit: options.perAlertNameLimit ?? 0,
    });
  }

  const config = configOf(options);
  const self: World = {
    clock,
    storage,
    sent,
    outcomes,
    log,
    config,
    engine: start(),
    async restart() {
      self.engine = start();
      self.engine.restore(await storage.load());
      options.onRestored?.(self.engine, self);
      await self.engine.apply(self.config);
      await settle();
    },
    async post(labels, { endsIn, annotations = {} } = {}) {
      await self.engine.ingest([postable(labels, clock.now(), endsIn, annotations)]);
      await settle();
    },
  };
  self.engine.restore(await storage.load());
  options.onRestored?.(self.engine, self);
  await self.engine.apply(config);
  return self;
}

function postable(
  labels: Record<string, string>,
  now: number,
  endsIn: number | undefined,
  annotations: Record<string, string>,
): PostableAlert {
  const endsAt = endsIn === undefined ? undefined : new Timestamp(now + endsIn * MINUTE);
  return { labels, annotations, startsAt: new Timestamp(now), endsAt, generatorURL: "" };
}

/** A configuration with one webhook for each receiver its routes name. */
export function configOf(options: WorldOptions, hash: string = "1"): EngineConfig {
  const publisher = { type: "webhook", publish: () => Promise.reject(new Error("not reached")) };
  return {
    hash,
    resolveTimeout: 5 * MINUTE,
    route: options.route ?? route(),
    inhibitRules: options.inhibitRules ?? [],
    timeIntervals: options.timeIntervals ?? new Map(),
    receivers: [],
    publishers: {
      targets: (receiver): readonly PublisherTarget[] =>
        Array.from({ length: options.integrations ?? 1 }, (_, index) => ({
          receiver,
          type: "webhook",
          index,
          sendResolved: options.sendResolved ?? true,
          publisher,
        })),
      close: () => undefined,
    },
    fallback: options.fallback,
    rateLimits: options.rateLimits ?? new Map(),
    renderRouteLabels: () => EMPTY_LABELS,
    original: () => "",
  };
}

function sentOf(at: number, target: PublisherTarget, notification: Notification): Sent {
  const names = (status: string) =>
    notification.alerts
      .filter((a) => a.status === status)
      .map((a) => a.labels.get("instance") || a.labels.get("alertname"));
  return {
    at,
    receiver: target.receiver,
    reason: notification.reason,
    firing: names("firing"),
    resolved: names("resolved"),
    key: notification.idempotencyKey,
  };
}

export function equal(name: string, value: string) {
  return newMatcher("=", name, value);
}
