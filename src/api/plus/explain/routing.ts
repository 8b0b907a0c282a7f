import { Type, type Static, type TSchema } from "@sinclair/typebox";
import type { LoadedConfig } from "../../../config/index.ts";
import { traceRoutes } from "../../../core/explain/route-trace.ts";
import { groupKey, groupLabels } from "../../../core/grouping/group-key.ts";
import { formatPromDuration } from "../../../core/model/duration.ts";
import type { LabelSet } from "../../../core/model/labels.ts";
import { buildRoutes, matchRoutes, type Route } from "../../../core/routing/route.ts";
import type { Deciding } from "../../../dispatch/explain/gather.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { LABELS } from "../schemas.ts";
import { labelsOf } from "./asked.ts";
import { DURATION, ROUTE_TRIED } from "./schemas.ts";
import { shownRoutes } from "./shown.ts";

export interface RoutingParts {
  /** @throws Problem before a configuration is loaded */
  readonly deciding: () => Deciding;
  /** Reads a configuration as the server reads its own. @throws Error with upstream's words */
  readonly readConfig: (text: string) => LoadedConfig;
}

const TIMERS = { groupWait: DURATION, groupInterval: DURATION, repeatInterval: DURATION };

const ROUTE: TSchema = Type.Recursive(
  (Self) =>
    Type.Object({
      id: Type.String(),
      receiver: Type.String(),
      matchers: Type.Array(Type.String()),
      continue: Type.Boolean(),
      groupBy: Type.Array(Type.String(), { description: "`...` for all labels." }),
      ...TIMERS,
      muteTimeIntervals: Type.Array(Type.String()),
      activeTimeIntervals: Type.Array(Type.String()),
      alerts: Type.Integer({ description: "In the route's own groups." }),
      groups: Type.Integer(),
      routes: Type.Array(Self),
    }),
  { $id: "Route" },
);

const ROUTED = Type.Object({
  routes: Type.Array(ROUTE_TRIED),
  receivers: Type.Array(Type.String()),
  groups: Type.Array(
    Type.Object({
      receiver: Type.String(),
      routeId: Type.String(),
      groupKey: Type.String(),
      groupLabels: LABELS,
      ...TIMERS,
    }),
  ),
});

const tag = "config";

/** The routing tree, and where labels go in it. */
export function routingEndpoints({ deciding, readConfig }: RoutingParts): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/config/routes",
      tag,
      summary: "The routing tree, with how many groups and alerts each route has now",
      needs: "viewer",
      answers: { 200: ROUTE },
      answer() {
        const { dispatcher } = deciding();
        const counts = new Map<Route, { groups: number; alerts: number }>();
        for (const { route, size } of dispatcher.groups()) {
          if (size === 0) continue;
          const { groups, alerts } = counts.get(route) ?? { groups: 0, alerts: 0 };
          counts.set(route, { groups: groups + 1, alerts: alerts + size });
        }
        return ok(shownRoute(dispatcher.root, (route) => counts.get(route) ?? { groups: 0, alerts: 0 }));
      },
    }),
    endpoint({
      method: "POST",
      path: "/config/routes/test",
      tag,
      summary: "Where labels go, by the configuration in force or one that is given; changes nothing",
      needs: "viewer",
      body: Type.Object(
        { labels: LABELS, config: Type.Optional(Type.String({ description: "The text of an alertmanager.yml." })) },
        { additionalProperties: false },
      ),
      answers: { 200: ROUTED },
      answer({ body }) {
        const labels = labelsOf(body.labels, "labels");
        const root = body.config === undefined ? deciding().dispatcher.root : rootOf(readConfig, body.config);
        return ok(routed(root, labels));
      },
    }),
  ];
}

function rootOf(readConfig: RoutingParts["readConfig"], text: string): Route {
  try {
    return buildRoutes(readConfig(text).config.route);
  } catch (error) {
    const { message } = error as Error;
    throw new Problem(400, `config: ${message}`, [{ path: "config", message }]);
  }
}

function routed(root: Route, labels: LabelSet): Static<typeof ROUTED> {
  const taking = matchRoutes(root, labels);
  return {
    routes: shownRoutes(traceRoutes(root, labels)),
    receivers: [...new Set(taking.map(({ receiver }) => receiver))],
    groups: taking.map((route) => {
      const own = groupLabels(route, labels);
      const { groupWait, groupInterval, repeatInterval } = timersOf(route);
      return {
        receiver: route.receiver,
        routeId: route.id,
        groupKey: groupKey(route, own),
        groupLabels: own.toObject(),
        groupWait,
        groupInterval,
        repeatInterval,
      };
    }),
  };
}

function shownRoute(route: Route, countOf: (route: Route) => { groups: number; alerts: number }): object {
  return {
    id: route.id,
    receiver: route.receiver,
    matchers: route.matchers.map(String),
    continue: route.continue,
    groupBy: route.groupByAll ? ["..."] : route.groupBy,
    ...timersOf(route),
    muteTimeIntervals: route.muteTimeIntervals,
    activeTimeIntervals: route.activeTimeIntervals,
    ...countOf(route),
    routes: route.routes.map((child) => shownRoute(child, countOf)),
  };
}

/** A route's timers as durations for people. */
function timersOf({ groupWait, groupInterval, repeatInterval }: Route) {
  return {
    groupWait: formatPromDuration(groupWait),
    groupInterval: formatPromDuration(groupInterval),
    repeatInterval: formatPromDuration(repeatInterval),
  };
}
