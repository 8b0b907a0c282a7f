import { bareMetrics } from "../metrics/bare.ts";
import type { LoadedConfig } from "../config/index.ts";
import type { PublisherTarget } from "../core/interfaces/publishing.ts";
import type { Storage } from "../core/interfaces/storage.ts";
import { EMPTY_LABELS, labelSetFromObject, type LabelSet } from "../core/model/labels.ts";
import { isValidLabelName, type MatcherMode } from "../core/model/matcher-parse.ts";
import type { Notification, NotificationReason, NotifiedAlert } from "../core/model/notification.ts";
import type { PostableAlert } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { Timestamp } from "../core/model/timestamp.ts";
import type { Send } from "../dispatch/send.ts";
import { ENGINE_DEFAULTS } from "../dispatch/engine-defaults.ts";
import { Engine, type EngineConfig } from "../dispatch/engine.ts";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { engineSettings } from "../server/engine-config.ts";
import { invalidAlert } from "./alerts-source.ts";
import type { Suppression } from "./explain-alert.ts";
import { integrationsOf } from "./integrations.ts";
import { SILENT_LOGGER } from "./silent-logger.ts";

export interface SimulationOptions {
  readonly loaded: LoadedConfig;
  readonly alerts: readonly PostableAlert[];
  readonly silences: readonly Silence[];
  readonly mode: MatcherMode;
  /** When the run begins, ms. */
  readonly start: number;
  /** How long it lasts at most, ms. */
  readonly duration: number;
  /** Alerts that fire do so to the end of the run. */
  readonly keepFiring: boolean;
}

/** One notification that would go out. */
export interface SimulatedNotification {
  /** ms */
  readonly at: number;
  readonly receiver: string;
  readonly type: string;
  readonly index: number;
  readonly reason: NotificationReason;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly firing: readonly LabelSet[];
  readonly resolved: readonly LabelSet[];
}

export interface Simulation {
  readonly start: number;
  /** ms; before the duration is over where nothing more could happen. */
  readonly end: number;
  /** Whether it ended because no alert was left. */
  readonly isQuiet: boolean;
  /** In the order they go out. */
  readonly notifications: readonly SimulatedNotification[];
  /** How often an alert was kept back, by reason; each flush of a group counts. */
  readonly suppressed: Readonly<Record<Suppression, number>>;
  /** Alerts of which no notification says that they fire, in the order given. */
  readonly untold: readonly LabelSet[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const REASONS: readonly Suppression[] = ["inhibition", "active_time_interval", "mute_time_interval", "silence"];

/**
 * Runs the engine on a clock of its own, with the defaults of the server's flags: alerts are posted when they start, every
 * notification is written down and taken for delivered.
 *
 * @throws FatalError naming the alert that is invalid
 */
export async function simulateRun(options: SimulationOptions): Promise<Simulation> {
  const { loaded, silences, mode, start, duration } = options;
  const end = start + duration;
  const clock = new ManualClock(start);
  const metrics = bareMetrics();
  const notifications: SimulatedNotification[] = [];
  const engine = new Engine({
    clock,
    storage: NO_STORAGE,
    log: SILENT_LOGGER,
    metrics,
    send: (target, notification) => {
      notifications.push(written(clock.now(), target, notification));
      return Promise.resolve({ kind: "sent", receiverData: undefined } satisfies Awaited<ReturnType<Send>>);
    },
    isLabelName: (name) => isValidLabelName(mode, name),
    sizeOfSilence: () => 0,
    ...ENGINE_DEFAULTS,
  });
  const nothing = {
    alerts: [],
    groups: [],
    notificationLog: [],
    outbox: [],
    classifications: [],
    documents: [],
    cached: [],
    aliveAt: undefined,
  };
  engine.restore({ ...nothing, silences });
  await engine.apply(configOf(loaded));

  for (const [at, arriving] of arrivals(options)) {
    if (at > end) break;
    await clock.advance(at - clock.now());
    const posts = arriving.map(async ({ alert, index }) => {
      const { invalid } = await engine.ingest([alert]);
      if (invalid[0] !== undefined) throw invalidAlert(index, alert, invalid[0]);
    });
    await Promise.all(posts);
  }
  const { aggregationGroups } = metrics.dispatcher;
  const isQuiet = () => aggregationGroups.read?.() === 0;
  while (clock.now() < end && !isQuiet()) await clock.advance(Math.min(MINUTE, end - clock.now()));
  await engine.stop();

  return {
    start,
    end: clock.now(),
    isQuiet: isQuiet(),
    notifications,
    suppressed: Object.fromEntries(
      REASONS.map((reason) => [reason, metrics.notificationsSuppressed.with(reason).value]),
    ) as Record<Suppression, number>,
    untold: untold(options.alerts, notifications),
  };
}

interface Arrival {
  readonly alert: PostableAlert;
  /** Its place in the list given. */
  readonly index: number;
}

/** The alerts by the time they are posted, earliest first: when they start, and none before the run does. */
function arrivals({ alerts, start, duration, keepFiring }: SimulationOptions): [at: number, Arrival[]][] {
  const byTime = new Map<number, Arrival[]>();
  const afterTheRun = new Timestamp(start + duration + DAY);
  for (const [index, given] of alerts.entries()) {
    const { startsAt, endsAt } = given;
    const at = startsAt === undefined ? start : Math.max(start, startsAt.nanos > 0 ? startsAt.ms + 1 : startsAt.ms);
    const goesOn = keepFiring && !endsAt?.endedBy(at);
    const alert = goesOn ? { ...given, startsAt: startsAt ?? new Timestamp(at), endsAt: afterTheRun } : given;
    const arriving = byTime.get(at);
    if (arriving === undefined) byTime.set(at, [{ alert, index }]);
    else arriving.push({ alert, index });
  }
  return [...byTime].sort(([a], [b]) => a - b);
}

/** The receivers as the configuration lists them: none is built, so that none can send and no file of theirs is needed. */
function configOf(loaded: LoadedConfig): EngineConfig {
  const targets = new Map<string, readonly PublisherTarget[]>();
  for (const receiver of loaded.config.receivers) {
    targets.set(
      receiver.name,
      integrationsOf(receiver).map(({ type, index, sendResolved }) => {
        const publisher = { type, publish: () => Promise.reject(new Error("a simulation sends nothing")) };
        return { receiver: receiver.name, type, index, sendResolved, publisher };
      }),
    );
  }
  return {
    ...engineSettings(loaded),
    publishers: { targets: (receiver) => targets.get(receiver) ?? [], close: () => undefined },
    fallback: undefined,
    rateLimits: new Map(),
    renderRouteLabels: () => EMPTY_LABELS,
    original: () => loaded.original,
  };
}

function written(at: number, { receiver, type, index }: PublisherTarget, sent: Notification): SimulatedNotification {
  const { reason, groupKey, groupLabels, alerts } = sent;
  const labelsOf = (wanted: NotifiedAlert["status"]) =>
    alerts.filter(({ status }) => status === wanted).map(({ labels }) => labels);
  return {
    at,
    receiver,
    type,
    index,
    reason,
    groupKey,
    groupLabels,
    firing: labelsOf("firing"),
    resolved: labelsOf("resolved"),
  };
}

function untold(alerts: readonly PostableAlert[], notifications: readonly SimulatedNotification[]): LabelSet[] {
  const told = new Set(notifications.flatMap(({ firing }) => firing.map(({ key }) => key)));
  const untold = new Map<string, LabelSet>();
  for (const alert of alerts) {
    const labels = labelSetFromObject(withoutEmpty(alert.labels));
    if (!told.has(labels.key)) untold.set(labels.key, labels);
  }
  return [...untold.values()];
}

/** A label with an empty value is no label (spec §3.1). */
function withoutEmpty(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}

const NO_STORAGE: Storage = {
  load: () => Promise.reject(new Error("a simulation starts from nothing")),
  commit: () => Promise.resolve(),
  health: () => ({ state: "ok", queued: 0, sizeBytes: 0 }),
  close: () => Promise.resolve(),
};

/** The engine counts what it does; here the counts of what was suppressed are read. */
