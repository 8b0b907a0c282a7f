import type { ReceiverStatus } from "../api/plus/receivers/index.ts";
import type { HistoryReader } from "../core/interfaces/history.ts";
import type { Observer } from "../core/interfaces/observing.ts";
import { walkRoutes } from "../core/routing/route.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { Failure } from "../dispatch/notifications/desk.ts";
import { FailuresElsewhere } from "../events/failures-elsewhere.ts";
import type { ReceiverHealth } from "../events/receiver-health.ts";

/** Gives what other servers with the same history could not deliver, read when somebody looks. */
export function followFailures(
  history: Pick<HistoryReader, "searchHistory">,
  replica: string,
  clock: Pick<Clock, "now">,
  observer: Observer,
): () => Promise<ReadonlyMap<string, Failure>> {
  const failures = new FailuresElsewhere({ history, replica, now: () => clock.now(), observer });
  return () => failures.look();
}

/** How the receivers of the configuration in force do. */
export function receiverStatus(engine: Engine, health: ReceiverHealth): ReceiverStatus[] {
  const deciding = engine.deciding();
  if (deciding === undefined) return [];
  const { config, dispatcher, now } = deciding;
  const groups = new Map<string, number>();
  const routes = new Map<string, number>();
  for (const { route, size } of dispatcher.groups()) if (size > 0) count(groups, route.receiver);
  for (const { receiver } of walkRoutes(dispatcher.root)) count(routes, receiver);
  return config.receivers.map(({ name }) => ({
    name,
    integrations: config.publishers
      .targets(name)
      .map(({ receiver, type, index, sendResolved }) =>
        Object.assign({ type, index, sendResolved }, health.of({ receiver, type, index }, now)),
      ),
    groups: groups.get(name) ?? 0,
    routes: routes.get(name) ?? 0,
  }));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
