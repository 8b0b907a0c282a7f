import { expect } from "bun:test";
import { bareMetrics } from "../../metrics/bare.ts";
import type { Notification } from "../../core/model/notification.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { createLogger } from "../../server/logger.ts";
import { createMemoryStorage, type MemoryStorage } from "../../store/memory.ts";
import { SharedFirst } from "../../store/shared-first.ts";
import { createMemoryDatabase, type MemoryDatabase, type MemoryConnection } from "../../store/memory-database.ts";
import { configOf, MINUTE, SECOND, type WorldOptions } from "../engine-harness.ts";
import { ENGINE_DEFAULTS } from "../engine-defaults.ts";
import { Engine, type EngineConfig } from "../engine.ts";
import { ManualClock, settle } from "../manual-clock.ts";
import type { SendLimits, SendOutcome } from "../send.ts";
import { SharedClock } from "./shared-clock.ts";

/*
 * Whole servers on one database in memory and one clock, for tests: what would be sent is written down instead.
 */

export const A1 = { alertname: "A", instance: "1" };
export const A2 = { alertname: "A", instance: "2" };

export interface Sent {
  readonly at: number;
  readonly by: string;
  /** The receiver. */
  readonly to: string;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly key: string;
}

/** Several servers on one database in memory and one clock. */
export class Crowd {
  readonly clock = new ManualClock();
  readonly began = this.clock.now();
  readonly database: MemoryDatabase = createMemoryDatabase(() => this.clock.now());
  readonly sent: Sent[] = [];
  readonly servers: Member[] = [];
  duplicates = 0;
  /** What sending comes to; sent unless told. */
  outcome: (by: string, notification: Notification, limits: SendLimits) => Promise<SendOutcome> = () =>
    Promise.resolve({ kind: "sent", receiverData: undefined });

  constructor(readonly options: WorldOptions = {}) {}

  async start(name: string, config: EngineConfig = configOf(this.options)): Promise<Member> {
    const member = new Member(this, name, createMemoryStorage(), config);
    this.servers.push(member);
    await member.start();
    return member;
  }

  /** A number of servers named a, b, c… */
  static async of(count: number, options: WorldOptions = {}): Promise<Crowd> {
    const crowd = new Crowd(options);
    for (let i = 0; i < count; i++) await crowd.start(String.fromCharCode(97 + i));
    return crowd;
  }

  member(i: number): Member {
    return this.servers[i] as Member;
  }
}

export class Member {
  engine!: Engine;
  shared!: MemoryConnection;
  store!: SharedFirst;
  readonly log: string[] = [];
  /** Of this server's own clock, ms. */
  skew = 0;
  /** ms its machine was suspended, of which its forward-only clock knows nothing. */
  suspended = 0;
  /** Of this server, as long as it runs. */
  clock!: SharedClock;
  #generation = 0;
  #isStill = false;
  readonly #late = new Set<() => void>();

  constructor(
    readonly crowd: Crowd,
    readonly name: string,
    readonly local: MemoryStorage,
    public config: EngineConfig,
  ) {}

  async start({ up = true } = {}): Promise<void> {
    const { crowd, name } = this;
    const mine = ++this.#generation;
    const isAlive = () => mine === this.#generation;
    const own = {
      now: () => crowd.clock.now() + this.skew,
      elapsed: () => crowd.clock.elapsed() - this.suspended,
      timestamp: () => new Timestamp(crowd.clock.now() + this.skew),
      // A killed server's timers do not fire, and those of one that stands still do when it goes on.
      schedule: (delay: number, action: () => void) => {
        const fire = () => void (this.#isStill ? this.#late.add(fire) : isAlive() && action());
        const cancel = crowd.clock.schedule(delay, fire);
        return () => {
          cancel();
          this.#late.delete(fire);
        };
      },
    };
    const clock = new SharedClock(own);
    this.clock = clock;
    this.shared = onlyWhile(crowd.database.connect(name), isAlive);
    this.shared.up = up;
    this.store = new SharedFirst(
      this.shared,
      this.local.reopen(),
      () => clock.now(),
      (error) => isAlive() && this.engine.sharing?.commitFailed(error),
      () => isAlive() && this.engine.sharing?.committed(),
    );
    this.engine = new Engine({
      clock,
      storage: this.store,
      sharing: {
        store: this.store,
        clock,
        log: this.logger(),
        me: { name, address: `${name}:9093` },
        interval: () => SECOND,
        events: { claimed: () => undefined, lost: () => undefined, duplicate: () => crowd.duplicates++ },
      },
      log: this.logger(),
      metrics: bareMetrics(),
      send: async (_, notification, limits) => {
        if (limits.permit !== undefined && !(await limits.permit.begin(1))) return { kind: "unknown", error: "lost" };
        const never = new Promise<never>(() => undefined);
        if (!isAlive()) return never;
        const names = (status: string) =>
          notification.alerts.filter((a) => a.status === status).map((a) => a.labels.get("instance"));
        crowd.sent.push({
          at: clock.now() - crowd.began,
          by: name,
          to: notification.receiver,
          firing: names("firing"),
          resolved: names("resolved"),
          key: notification.idempotencyKey,
        });
        const outcome = await crowd.outcome(name, notification, limits);
        return isAlive() ? outcome : never;
      },
      isLabelName: (label) => label !== "",
      sizeOfSilence: () => 100,
      ...ENGINE_DEFAULTS,
    });
    this.engine.restore(await this.store.load());
    await this.engine.sharing?.start();
    await this.engine.apply(this.config);
    await settle();
  }

  /** As `kill -9`: nothing of it runs on, and nothing it had in hand arrives. */
  kill(): void {
    this.#generation++;
  }

  /** As SIGSTOP: its clocks go on, and nothing else. */
  standStill(): void {
    this.#isStill = true;
  }

  /** As SIGCONT: what fell due meanwhile is done now. */
  async goOn(): Promise<void> {
    this.#isStill = false;
    const late = [...this.#late];
    this.#late.clear();
    for (const fire of late) fire();
    await settle();
  }

  logger() {
    return createLogger({
      level: "debug",
      format: "logfmt",
      write: (line) => this.log.push(line),
      now: () => this.crowd.clock.now(),
    });
  }

  /** Posts one alert; an end in minutes from now resolves it then, 0 at once; none leaves it to the resolve timeout. */
  async post(labels: Record<string, string>, endsIn?: number): Promise<void> {
    const now = this.crowd.clock.now();
    const endsAt = endsIn === undefined ? undefined : new Timestamp(now + endsIn * MINUTE);
    const { storeError } = await this.engine.ingest([
      { labels, annotations: {}, startsAt: new Timestamp(now - 1), endsAt, generatorURL: "" },
    ]);
    expect(storeError).toBeUndefined();
    await settle();
  }

  instances(): string[] {
    return this.engine
      .alerts()
      .map((alert) => alert.labels.get("instance"))
      .sort();
  }
}

/** A connection whose calls never end once its server is dead. */
function onlyWhile(storage: MemoryConnection, isAlive: () => boolean): MemoryConnection {
  return new Proxy(storage, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown;
      if (typeof value !== "function" || property === "changeOf" || property === "health") return value;
      return (...args: unknown[]) =>
        isAlive() ? (value as (...a: unknown[]) => unknown).apply(target, args) : new Promise(() => undefined);
    },
  });
}
