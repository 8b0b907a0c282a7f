import { Collected } from "../metrics/family.ts";
import type { Metrics } from "../metrics/index.ts";
import { Counter, Vec } from "../metrics/instruments.ts";
import { MISSING, type Expecting, type Heartbeat } from "../config/plus/heartbeats.ts";
import type { StoreHealth } from "../core/interfaces/storage.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import { formatPromDuration } from "../core/model/duration.ts";
import { labelSetFromObject, type LabelSet } from "../core/model/labels.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Caller } from "./call.ts";
import { isMissing, lastBeat } from "./judge.ts";
import { Calls } from "./sending.ts";
import type { HeartbeatState } from "./state.ts";
import { Wellness } from "./wellness.ts";

export interface HeartbeatsOptions {
  readonly engine: Pick<Engine, "alerts" | "alert" | "ingest" | "members" | "observers">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "add">;
  readonly storeHealth: () => StoreHealth;
  /** This server among those that share a database; undefined: alone. */
  readonly replica: string | undefined;
  /** Whether others may hear what we do not, because the database we share is away. */
  readonly isCutOff: () => boolean;
  readonly caller: Caller;
}

interface Expected {
  readonly heartbeat: Expecting;
  /** Of its alert. */
  readonly labels: LabelSet;
  beat: number | undefined;
  missing: boolean;
  /** ms; since when it is missing. */
  since: number;
  /** ms; no look at the alerts before. */
  lookAt: number;
  /** ms; when its alert was last told that it goes on. */
  raisedAt: number;
  /** The version of its alert that was up when it was found not to be missing. */
  outdated: Alert | undefined;
}

/** ms between two looks at what is due. */
const TICK = 1000;
/** ms between two ticks that were too many: we stood still, and may not have heard what came. */
const DEAF = 6 * TICK;
/** ms between two looks for one that is missing. */
const LOOK = 2 * TICK;
/** ms; the alert of a missing one is told so often that it goes on, and ends so much later if nobody tells. */
const REFRESH = 60_000;
const LIFETIME = 5 * REFRESH;
/** ms; so much later others on the same database may know of an alert that was only sent again. */
const SHARED_DELAY = 6000;
/** Watches for the heartbeats that are expected, and makes those that are sent. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  readonly #wellness: Wellness;
  readonly #stopObserving: Cancel;
  readonly #calls: Calls;
  #expected = new Map<string, Expected>();
  /** ms; we have heard all that came since. */
  #listeningSince: number;
  #lastTick: number;
  #timer: Cancel | undefined;

  /** @param listeningSince ms; when alerts could come first */
  constructor(options: HeartbeatsOptions, listeningSince: number) {
    this.#options = options;
    const { engine, clock, metrics, storeHealth } = options;
    this.#listeningSince = listeningSince;
    this.#lastTick = clock.now();
    this.#wellness = new Wellness(storeHealth, () => clock.now());
    this.#stopObserving = engine.observers.add(this.#wellness);
    const missing = metrics.add(
      "alertmanager_plus_heartbeat_missing",
      "Whether an expected heartbeat is missing.",
      "gauge",
      ["heartbeat"],
      new Collected(),
    );
    missing.read = () => [...this.#expected].map(([name, one]) => [[name], one.missing ? 1 : 0]);
    const counts = metrics.add(
      "alertmanager_plus_heartbeat_sends_total",
      "The total number of calls of heartbeats that are sent: ok, failed, and withheld because not all was well.",
      "counter",
      ["heartbeat", "outcome"],
      new Vec(["heartbeat", "outcome"], () => new Counter()),
    );
    const { log, caller } = options;
    const trouble = () => this.#wellness.trouble();
    this.#calls = new Calls({ clock, log, caller, counts, trouble, isOurTurn: () => this.#isOurTurn() });
    this.#arm();
  }

  /** Takes these in place of those before. One that did not change goes on as it was; of one that is gone nothing is left. */
  use(heartbeats: readonly Heartbeat[]): void {
    const now = this.#options.clock.now();
    const expected = new Map<string, Expected>();
    const enabled = heartbeats.filter((heartbeat) => heartbeat.enabled);
    for (const heartbeat of enabled) {
      if (heartbeat.kind === "expect") expected.set(heartbeat.name, this.#expecting(heartbeat, now));
    }
    this.#calls.use(
      enabled.filter((heartbeat) => heartbeat.kind === "send"),
      now,
    );
    for (const [name, { heartbeat, missing, since }] of this.#expected) {
      const after = expected.get(name);
      if (!missing || (after !== undefined && keyOf(after.heartbeat) === keyOf(heartbeat))) continue;
      if (this.#isOurTurn()) void this.#post(heartbeat, since, now);
    }
    this.#expected = expected;
  }

  /** How those that are enabled are doing. */
  states(): ReadonlyMap<string, HeartbeatState> {
    const { engine, clock } = this.#options;
    const now = clock.now();
    const states = new Map<string, HeartbeatState>();
    for (const [name, { heartbeat, beat, missing }] of this.#expected) {
      const lastAt = latest(beat, lastBeat(heartbeat, engine.alerts(), now));
      const nextAt = Math.max(lastAt ?? 0, this.#listeningSince) + heartbeat.every + heartbeat.grace;
      const state = missing ? "missing" : lastAt === undefined ? "never" : "ok";
      states.set(name, { heartbeat, state, lastAt, nextAt: missing ? undefined : nextAt, lastError: undefined });
    }
    for (const one of this.#calls.states()) states.set(one.heartbeat.name, one);
    return states;
  }

  stop(): void {
    this.#timer?.();
    this.#stopObserving();
    this.#calls.stop();
  }

  #arm(): void {
    this.#timer = this.#options.clock.schedule(TICK, () => {
      this.#tick();
      this.#arm();
    });
  }

  #tick(): void {
    const { clock, isCutOff } = this.#options;
    const now = clock.now();
    if (Math.abs(now - this.#lastTick) > DEAF || isCutOff()) this.#listeningSince = now;
    if (now < this.#lastTick) this.#hurry(now);
    this.#lastTick = now;
    for (const one of this.#expected.values()) this.#look(one, now);
    this.#calls.tick(now);
  }

  /** The clock was set back. */
  #hurry(now: number): void {
    for (const one of this.#expected.values()) one.lookAt = now;
    this.#calls.hurry(now);
  }

  /** One whose alert is still up from before a restart is missing until it comes. */
  #expecting(heartbeat: Expecting, now: number): Expected {
    const before = this.#expected.get(heartbeat.name);
    if (before !== undefined && keyOf(before.heartbeat) === keyOf(heartbeat))
      return { ...before, heartbeat, lookAt: now };
    const labels = labelSetFromObject(labelsOf(heartbeat));
    const raised = this.#raised(labels, now);
    const since = raised?.startsAt.ms ?? now;
    const fresh = { beat: undefined, outdated: undefined, raisedAt: 0 };
    return { ...fresh, heartbeat, labels, missing: raised !== undefined, since, lookAt: now };
  }

  /** The alert of a heartbeat, while it is up. */
  #raised(labels: LabelSet, now: number): Alert | undefined {
    const alert = this.#options.engine.alert(labels);
    return alert === undefined || isResolved(alert, now) ? undefined : alert;
  }

  #look(one: Expected, now: number): void {
    const raised = one.missing ? undefined : this.#raised(one.labels, now);
    const isNews = raised !== undefined && raised !== one.outdated;
    if (now < one.lookAt && !isNews) return;
    const { engine, replica } = this.#options;
    const { heartbeat } = one;
    const patience = heartbeat.every + heartbeat.grace;
    const delay = replica === undefined ? 0 : SHARED_DELAY;
    one.beat = latest(one.beat, lastBeat(heartbeat, engine.alerts(), now));
    if (isNews) {
      // Another server has found so, while we could not have heard what came.
      one.missing = true;
      one.since = raised.startsAt.ms;
      one.raisedAt = 0;
    }
    const wasMissing = one.missing;
    one.missing = isMissing(heartbeat, one, this.#listeningSince, now - delay);
    one.lookAt = one.missing ? now + LOOK : Math.max(one.beat ?? 0, this.#listeningSince) + patience + delay;
    if (one.missing && !wasMissing) {
      one.since = now;
      one.raisedAt = 0;
      this.#tell(heartbeat, "missed", one.beat);
    }
    if (one.missing && now - one.raisedAt >= REFRESH && this.#isOurTurn()) {
      one.raisedAt = now;
      void this.#post(heartbeat, one.since, now + LIFETIME).then((error) => {
        // What was not stored is told again soon.
        if (error !== undefined) one.raisedAt = 0;
      });
    }
    if (wasMissing && !one.missing) this.#tell(heartbeat, "back", one.beat);
    one.outdated = one.missing ? undefined : this.#raised(one.labels, now);
    if (one.outdated === undefined) return;
    // Whoever does it for all may have gone: asked again until it is done.
    one.lookAt = now + LOOK;
    if (this.#isOurTurn()) void this.#post(heartbeat, one.since, now);
  }

  /** Raises the alert, has it go on, or ends it. Gives what kept it from being stored. */
  async #post(heartbeat: Expecting, since: number, endsAt: number): Promise<string | undefined> {
    const { engine, log } = this.#options;
    const { name, matchersText, every, grace } = heartbeat;
    const { storeError } = await engine.ingest([
      {
        labels: labelsOf(heartbeat),
        annotations: {
          summary: `The heartbeat ${name} is missing`,
          description: `No alert that matches ${matchersText} has come for ${formatPromDuration(every)}, and ${formatPromDuration(grace)} of grace.`,
        },
        startsAt: new Timestamp(Math.min(since, endsAt)),
        endsAt: new Timestamp(endsAt),
        generatorURL: "",
      },
    ]);
    if (storeError !== undefined)
      log.error("The alert of a heartbeat could not be stored", { heartbeat: name, err: storeError });
    return storeError;
  }

  #tell({ name }: Expecting, change: "missed" | "back", lastAt: number | undefined): void {
    const { engine, clock, log } = this.#options;
    log[change === "missed" ? "warn" : "info"](`A heartbeat ${change === "missed" ? "is missing" : "is back"}`, {
      heartbeat: name,
    });
    engine.observers.happened({
      at: clock.now(),
      origin: this.#isOurTurn() ? "here" : "elsewhere",
      kind: "heartbeat",
      change,
      subject: name,
      actor: undefined,
      detail: lastAt === undefined ? {} : { lastAt: new Date(lastAt).toISOString() },
    });
  }

  /** Of those that share a database the first one by name does what one does for all. */
  #isOurTurn(): boolean {
    const { engine, replica } = this.#options;
    const names = engine.members.map((member) => member.name);
    return replica === undefined || names.every((name) => replica <= name);
  }
}

function labelsOf({ name, labels }: Expecting): Readonly<Record<string, string>> {
  return { ...labels, alertname: MISSING, heartbeat: name };
}

/** What its alert is known by. */
function keyOf(heartbeat: Expecting): string {
  return labelSetFromObject(labelsOf(heartbeat)).key;
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
