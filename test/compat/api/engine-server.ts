import { createAPI, type APIOptions } from "../../../src/api/index.ts";
import { bareMetrics } from "../../../src/metrics/bare.ts";
import { EMPTY_LABELS } from "../../../src/core/model/labels.ts";
import { newMatcher } from "../../../src/core/model/matcher.ts";
import { createMatcherParser, isValidLabelName } from "../../../src/core/model/matcher-parse.ts";
import type { RouteSpec } from "../../../src/core/routing/route.ts";
import { systemClock } from "../../../src/dispatch/clock.ts";
import { ENGINE_DEFAULTS } from "../../../src/dispatch/engine-defaults.ts";
import { Engine } from "../../../src/dispatch/engine.ts";
import { createLogger } from "../../../src/server/logger.ts";
import { createMemoryStorage } from "../../../src/store/memory.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function route(receiver: string, over: Partial<RouteSpec> = {}): RouteSpec {
  return {
    receiver,
    group_by: ["alertname"],
    matchers: [],
    continue: false,
    routes: [],
    mute_time_intervals: [],
    active_time_intervals: [],
    group_wait: SECOND,
    group_interval: 5 * MINUTE,
    repeat_interval: 240 * MINUTE,
    labels: {},
    ...over,
  };
}

/** The engine with the routes of alertmanager.yml beside this file, storing in memory, notifying nobody. */
async function startEngine(options: { readonly original: string }) {
  const metrics = bareMetrics({ build: { version: "0.34.0", revision: "", branch: "", goversion: "", tags: "" } });
  const log = createLogger({ level: "error", format: "logfmt", write: () => undefined });
  const storage = createMemoryStorage();
  const engine = new Engine({
    clock: systemClock,
    storage,
    log,
    metrics,
    send: async () => ({ kind: "sent", receiverData: undefined }),
    isLabelName: (name) => isValidLabelName("fallback", name),
    sizeOfSilence: () => 100,
    ...ENGINE_DEFAULTS,
  });
  engine.restore(await storage.load());
  await engine.apply({
    hash: "1",
    resolveTimeout: 5 * MINUTE,
    route: route("team-X", {
      routes: [
        route("team-Y", { matchers: [newMatcher("=", "team", "y")], continue: true }),
        route("team-Z", { matchers: [newMatcher("=~", "team", "y|z")], group_by: ["..."] }),
      ],
    }),
    inhibitRules: [
      {
        name: "",
        sourceMatchers: [newMatcher("=", "severity", "critical")],
        targetMatchers: [newMatcher("=", "severity", "warning")],
        equal: ["cluster"],
      },
    ],
    timeIntervals: new Map(),
    receivers: [
      { name: "team-X", labels: { name: "team-X" } },
      { name: "team-Y", labels: { name: "team-Y", tier: "gold", owner: "<&>" } },
      { name: "team-Z", labels: { name: "team-Z" } },
      { name: "unused<&>", labels: { name: "unused<&>" } },
    ],
    publishers: { targets: () => [], close: () => undefined },
    fallback: undefined,
    rateLimits: new Map(),
    renderRouteLabels: () => EMPTY_LABELS,
    original: () => options.original,
  });
  return { engine, metrics, log };
}

/** The API over such an engine. */
export async function startAPI(over: Partial<APIOptions> = {}) {
  const { engine, metrics, log } = await startEngine({ original: "" });
  const api = createAPI({
    storeHealth: () => ({ state: "ok", queued: 0, sizeBytes: 0 }),
    backend: engine,
    metrics,
    matchers: createMatcherParser("fallback", () => undefined),
    version: { branch: "", buildDate: "", buildUser: "", goVersion: "", revision: "", version: "0.34.0" },
    log,
    routePrefix: "/",
    getConcurrency: 0,
    timeout: 0,
    reload: async () => undefined,
    ...over,
  });
  return { api, engine, metrics, log, stop: () => engine.stop() };
}
