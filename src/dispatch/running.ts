import type { GroupView } from "../core/interfaces/backend.ts";
import { Inhibitor } from "../core/inhibition/inhibitor.ts";
import type { GroupRow } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import { EMPTY_LABELS, type LabelSet } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { buildRoutes, type Route } from "../core/routing/route.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { Delivery } from "./delivery.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { EngineConfig, EngineOptions } from "./engine-options.ts";
import type { Group } from "./group.ts";
import type { Journal } from "./journal.ts";
import { LocalLedger } from "./ledger.ts";
import type { AlertChanges } from "./alert-changes.ts";
import type { NotificationLog } from "./notification-log.ts";
import type { Observers } from "./observers.ts";
import type { Outbox } from "./outbox.ts";
import { intervalsMuting } from "./mute.ts";
import { Pipeline } from "./pipeline.ts";
import { Planner } from "./planner.ts";
import { RateLimiter } from "./rate-limit.ts";
import type { Sharing } from "./sharing/sharing.ts";
import type { Verdicts } from "./verdicts.ts";

const NONE: readonly string[] = [];

/** What is built anew for each configuration. */
export interface Running {
  readonly config: EngineConfig;
  readonly inhibitor: Inhibitor;
  readonly dispatcher: Dispatcher;
  readonly pipeline: Pipeline;
}

/** What stays over all configurations. */
export interface Lasting {
  readonly options: EngineOptions;
  readonly journal: Journal;
  readonly notificationLog: NotificationLog;
  readonly silences: Silences;
  readonly outbox: Outbox;
  readonly observers: Observers;
  readonly alertChanges: AlertChanges;
  readonly verdicts: Verdicts;
  /** Undefined for a server that has its store for itself. */
  readonly sharing: () => Sharing | undefined;
  /** A resolved alert has left a group. */
  readonly onLetGo: (labels: LabelSet) => void;
}

/** @param restored timers of an earlier run; those of another configuration are left out */
export function buildRunning(parts: Lasting, config: EngineConfig, restored: readonly GroupRow[]): Running {
  const { options, journal, notificationLog, silences, outbox, observers, alertChanges, verdicts, sharing, onLetGo } =
    parts;
  const { clock, log, metrics, retention, send, runFrom, peers } = options;
  const inhibitor = new Inhibitor(config.inhibitRules);
  const shared = { clock, notificationLog, observers, log, metrics };
  const { enricher, classReceivers } = config;
  const rateLimiter = new RateLimiter(config.rateLimits);
  const sharedLimiter = options.sharing?.limiter?.(config.rateLimits);
  const planner = new Planner({
    ...shared,
    receivers: config.publishers,
    fallback: config.fallback,
    classReceivers,
    routes: (labels) => dispatcher.routes(labels),
    rateLimiter,
  });
  const delivery = new Delivery({
    ...shared,
    steps: options.steps,
    planner,
    send,
    renderRouteLabels: (group, alerts) => routeLabels(config, group, alerts),
    enricher,
    classReceivers,
    limit: async (receiver, group) =>
      sharedLimiter !== undefined && sharing()?.isActive === true
        ? sharedLimiter.take(receiver, group.id)
        : rateLimiter.take(receiver, group.id, clock.elapsed()),
    retention,
    onDelivered: (entry) => peers?.tellLogEntry(entry),
  });
  const pipeline = new Pipeline({
    clock,
    journal,
    configHash: config.hash,
    muters: {
      inhibitor,
      silences,
      timeIntervals: config.timeIntervals,
      log,
      suppressed: (reason: string, count: number) => metrics.notificationsSuppressed.with(reason).inc(count),
      verdicts,
      steps: options.steps,
    },
    observers,
    planner,
    delivery,
    ledger: new LocalLedger(outbox, journal, config.hash),
    sharedLimiter,
    peers,
  });
  const dispatcher = new Dispatcher({
    clock,
    root: buildRoutes(config.route),
    runFrom,
    extraTime: () => peers?.turn() ?? 0,
    restored: restored.filter((row) => row.configHash === config.hash),
    notify: (flush) => pipeline.run(flush),
    isShared: () => sharing()?.claim() ?? false,
    trustsExpiry: () => sharing()?.isActive ?? true,
    steps: options.steps,
    onEnded: (alert) => alertChanges.ended(alert),
    onLetGo: ({ labels }) => onLetGo(labels),
  });
  return { config, inhibitor, dispatcher, pipeline };
}

/** The groups that have alerts, as the API shows them. */
export function views({ dispatcher, config }: Running): GroupView[] {
  const views: GroupView[] = [];
  for (const group of dispatcher.groups()) {
    if (group.size === 0) continue;
    const order = group.sorted();
    const alerts = [...order];
    views.push({
      receiver: group.route.receiver,
      labels: group.labels,
      alerts,
      order,
      mutedBy: group.mutedBy,
      get routeLabels() {
        return routeLabels(config, group, alerts);
      },
    });
  }
  return views;
}

/**
 * Gives, for a moment, the names of the time intervals that mute an alert: of all its routes where each is muted, [] where one is
 * not.
 */
export function intervalsOf({ dispatcher, config }: Running, now: number): (labels: LabelSet) => readonly string[] {
  const byRoute = new Map<Route, readonly string[]>();
  const ofRoute = (route: Route) => {
    let names = byRoute.get(route);
    if (names === undefined) byRoute.set(route, (names = intervalsMuting(route, now, config.timeIntervals)));
    return names;
  };
  return (labels) => {
    const routes = dispatcher.routes(labels);
    if (routes.some((route) => ofRoute(route).length === 0)) return NONE;
    return routes.length === 1 ? ofRoute(routes[0] as Route) : [...new Set(routes.flatMap(ofRoute))];
  };
}

function routeLabels(
  config: EngineConfig,
  group: Group,
  alerts: readonly Alert[] | readonly NotifiedAlert[],
): LabelSet {
  if (Object.keys(group.route.labels).length === 0) return EMPTY_LABELS;
  return config.renderRouteLabels(group, alerts as readonly NotifiedAlert[]);
}
