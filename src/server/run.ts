import { Access } from "../api/access/access.ts";
import { createAccessMetrics } from "../api/access/metrics.ts";
import { createAPI } from "../api/index.ts";
import { createAudit } from "../api/plus/audit.ts";
import { createMetrics } from "../metrics/index.ts";
import { openListeners } from "../api/web/index.ts";
import type { LoadedConfig } from "../config/index.ts";
import { readPlusConfig } from "../config/plus.ts";
import { createMatcherParser, isValidLabelName } from "../core/model/matcher-parse.ts";
import { systemClock } from "../dispatch/clock.ts";
import { Engine } from "../dispatch/engine.ts";
import { ReceiverHealth } from "../events/receiver-health.ts";
import { EventStreams } from "../events/streams.ts";
import { HeartbeatPart } from "../heartbeats/part.ts";
import { createSend } from "../notify/retry.ts";
import { createRecorder } from "../history/index.ts";
import { createSqliteStorage } from "../store/sqlite/index.ts";
import { keepSilences } from "../silences/index.ts";
import { createStoredCache } from "../store/stored-cache.ts";
import { sizeOfSilence } from "../store/upstream/silences.ts";
import { createAlertsView } from "./alerts-view.ts";
import { clusterView } from "./cluster-view.ts";
import { followFailures, receiverStatus } from "./receiver-status.ts";
import { Classification } from "./classification.ts";
import { openCluster, wantsCluster } from "./cluster.ts";
import { createBackupDesk } from "./backup-desk.ts";
import { compileWhenBusy } from "./compile-when-busy.ts";
import { Configuration } from "./configuration.ts";
import { makeDataDirectory } from "../store/data-directory.ts";
import { externalUrl, externalUrlText, routePrefix } from "./external-url.ts";
import { matcherMode, type Features } from "./features.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Options } from "./options.ts";
import { readConfiguration, type Grammar } from "./read-configuration.ts";
import { nextSignal } from "./signals.ts";
import { trimMemory } from "./trim-memory.ts";
import { openSharedStore } from "./shared-store.ts";
import { Workbench } from "./config/workbench.ts";
import { exposeStore } from "./store-metrics.ts";
import { BUILD, buildContext, versionInfo } from "./version.ts";

/** How long the end of the server waits for requests under way, ms (spec §1.1). */
const REQUEST_PATIENCE = 5000;
/** What one server leaves to the one before it to do what any of them could, ms. */
const BETWEEN_SERVERS = 3000;
/** What is kept of what can be worked out again: enough for the answers a language model gives in a day. */
const CACHE = { maxEntries: 20_000, maxBytes: 16 * 1024 * 1024 };

/**
 * Runs the server until a signal ends it and gives the exit code. What is built, from what, in which order, and how it
 * ends can be read here from top to bottom.
 *
 * @throws Error with what kept it from starting
 */
export async function runServer(options: Options, features: Features, log: Logger): Promise<number> {
  log.info("Starting Alertmanager", { version: versionInfo() });
  log.info("Build context", { build_context: buildContext() });

  const mode = matcherMode(features);
  const matchers = createMatcherParser(mode, ({ message, ...attrs }) => log.warn(message, attrs));
  const plus = readPlusConfig(options.plusConfigFile, process.env);
  const sharesDatabase = plus.storage.postgres !== undefined;
  const metrics = createMetrics({
    build: { ...BUILD, goversion: BUILD.goVersion },
    cluster: sharesDatabase || wantsCluster(options),
    clusterTLS: !sharesDatabase && wantsCluster(options) && options.clusterTlsConfigFile !== "",
    features: {
      alertNamesInMetrics: features.has("alert-names-in-metrics"),
      receiverNameInMetrics: features.has("receiver-name-in-metrics"),
      groupKeyInMetrics: features.has("group-key-in-metrics"),
      eventRecorder: features.has("event-recorder"),
    },
  });

  makeDataDirectory(options.dataDir);
  const cluster = await openCluster(options, sharesDatabase && options.peers.length === 0, {
    clock: systemClock,
    log,
    metrics,
  });
  const loaded = readFirst(options.configFile, { parser: matchers, mode });

  const onUnreadable = (what: string, error: Error) => {
    log.error("A stored row cannot be read and is left where it is", { what, err: error });
    metrics.silences.matcherCompileErrors.with("load_snapshot").inc();
  };
  const local = await createSqliteStorage({
    directory: options.dataDir,
    sync: plus.storage.sync,
    historyRetention: plus.history.retention,
    historyMaxBytes: plus.history.max_size,
    onUnreadable,
    onTakenOver: ({ silences, notificationLog }) =>
      log.info("Took over what Alertmanager had stored", {
        silences: silences.length,
        notification_log_entries: notificationLog.length,
      }),
  });
  const shared =
    plus.storage.postgres === undefined
      ? undefined
      : await openSharedStore({
          plus,
          local,
          listening: options.webListenAddresses[0] ?? ":9093",
          peerTimeout: options.peerTimeoutMs,
          log: log.with({ component: "sharing" }),
          metrics,
          onUnreadable,
        });
  const clock = shared?.clock ?? systemClock;
  const storage = shared?.storage ?? local;
  exposeStore(metrics, storage);

  const eventRecorder =
    metrics.events === undefined
      ? undefined
      : new (await import("../event-recorder/recorder.ts")).EventRecorder({
          clock,
          log: log.with({ component: "eventrecorder" }),
          metrics: metrics.events,
          silence: (id) => engine.silence(id),
          position: () => 0,
        });
  const engine = new Engine({
    clock,
    storage,
    log,
    metrics,
    send: createSend({ clock, metrics, log, random: Math.random }),
    isLabelName: (name) => isValidLabelName(mode, name),
    sizeOfSilence: (silence) => sizeOfSilence(silence, options.retentionMs),
    retention: options.retentionMs,
    maintenanceInterval: options.maintenanceIntervalMs,
    alertGCInterval: options.alertGCIntervalMs,
    dispatchMaintenanceInterval: options.dispatchMaintenanceIntervalMs,
    // The forward-only clock starts with the process, and so does the delay.
    runFrom: options.dispatchStartDelayMs,
    perAlertNameLimit: options.perAlertNameLimit,
    maxSilences: options.maxSilences,
    maxSilenceSize: options.maxSilenceSizeBytes,
    logSilences: options.silenceLogging,
    groupKeyInMetrics: features.has("group-key-in-metrics"),
    steps: eventRecorder,
    cluster: shared?.status ?? (() => cluster?.view() ?? { status: "disabled", peers: [] }),
    ...(cluster !== undefined && { peers: cluster }),
    ...(shared !== undefined && { sharing: shared.sharing, peers: shared.peers(cluster) }),
  });
  const recorder = createRecorder({ storage, clock, log, metrics, replica: shared?.replica });
  engine.observers.add(recorder);
  if (eventRecorder !== undefined) engine.observers.add(eventRecorder);
  shared?.attach(engine);
  const stored = await storage.load();
  engine.restore(stored);
  await engine.sharing?.start();
  await cluster?.join(engine.replicated);

  const cache = createStoredCache({ storage: local, rows: stored.cached, clock, ...CACHE });
  const classification = new Classification({
    engine,
    clock,
    log,
    metrics,
    cache: shared?.cache(cache) ?? cache,
    replica: shared?.replica,
  });

  const access = new Access({
    documents: engine.documents,
    clock,
    log: log.with({ component: "access" }),
    metrics: createAccessMetrics(metrics.add),
    observer: engine.observers,
    random: (bytes) => crypto.getRandomValues(bytes),
    catchUp: () => engine.catchUp(),
  });

  const listeners = await openListeners({
    addresses: options.webListenAddresses,
    systemdSocket: options.webSystemdSocket,
    webConfigFile: options.webConfigFile,
    log,
  });
  const external = externalUrl(options.externalUrl, listeners.addresses[0]?.port ?? 9093);
  const heartbeats = new HeartbeatPart({
    engine,
    clock,
    log: log.with({ component: "heartbeats" }),
    metrics,
    storeHealth: () => storage.health(),
    replica: shared?.replica,
    isCutOff: () => shared?.storage.sharing === false && engine.members.length > 1,
  });
  const configuration = new Configuration({
    file: options.configFile,
    plusFile: options.plusConfigFile,
    grammar: { parser: matchers, mode },
    engine,
    classification,
    access,
    externalUrl: externalUrlText(external),
    retention: options.retentionMs,
    eventRecorder,
    clock,
    log: log.with({ component: "configuration" }),
    metrics,
    onApplied: (settings) => heartbeats.use(settings.heartbeats),
  });
  const silences = keepSilences({
    engine,
    clock,
    log: log.with({ component: "silences" }),
    metrics,
    settings: () => configuration.inForce.plus.silences,
    turn: () => engine.turn(BETWEEN_SERVERS) || (cluster?.turn() ?? 0),
  });
  await eventRecorder?.configure(loaded.config.event_recorder);
  eventRecorder?.started(BUILD.version, buildContext());
  try {
    await configuration.apply(loaded);
  } catch (e) {
    throw new Error(`failed to apply initial configuration: ${(e as Error).message}`, { cause: e });
  }

  const workbench = new Workbench({
    configuration,
    engine,
    clock,
    log: log.with({ component: "configuration" }),
    metrics,
    file: options.configFile,
    plusFile: options.plusConfigFile,
    dataDir: options.dataDir,
  });
  workbench.start();

  const receiverHealth = new ReceiverHealth();
  engine.observers.add(receiverHealth);
  const failuresElsewhere = shared && followFailures(storage, shared.replica, clock, receiverHealth);
  const streams = new EventStreams({
    clock,
    metrics,
    observe: (observer) => engine.observers.add(observer),
    health: () => storage.health(),
  });
  const history = () => shared?.storage.history ?? local;
  const view = createAlertsView(engine, classification);
  const api = createAPI({
    backend: engine,
    metrics,
    matchers,
    version: BUILD,
    log,
    routePrefix: routePrefix(options.routePrefix, external),
    getConcurrency: options.getConcurrency,
    timeout: options.httpTimeoutMs,
    reload: () => configuration.reload(),
    storeHealth: () => storage.health(),
    redisHealth: () => shared?.redisHealth(),
    access,
    plus: {
      alerts: { view, matchers },
      audit: createAudit(log.with({ component: "audit" }), engine.observers, () => clock.now()),
      events: { streams, matchers },
      notifications: { desk: engine.notifications, matchers, failuresElsewhere },
      receivers: async () => {
        await failuresElsewhere?.();
        return receiverStatus(engine, receiverHealth);
      },
      cluster: () => clusterView({ engine, storage, shared, cluster }),
      classification,
      backups: createBackupDesk(engine, storage, shared === undefined ? "sqlite" : "postgres", history),
      explain: {
        deciding: () => engine.deciding(),
        matchers,
        readConfig: (text) => configuration.check(text, undefined, false),
        history: storage,
        classification: (fingerprint) => classification.catalogue.get(fingerprint),
      },
      config: { desk: () => workbench.desk(), view },
      heartbeats: { desk: () => heartbeats.desk() },
      history: { reader: storage, source: history, matchers, now: () => clock.now() },
      silences: {
        backend: engine,
        silences: () => engine.heldSilences.all(),
        keeping: silences,
        view,
        matchers,
        isLabelName: (name) => isValidLabelName(mode, name),
        history: storage,
      },
    },
  });
  listeners.serve(
    (request, client) => api.handle(request, client),
    (request, client) => access.admits(request, client),
  );

  const stopCompiling = compileWhenBusy(clock, () => engine.newAlerts);
  const stopTrimming = trimMemory(clock, [() => engine.newAlerts, () => recorder.kept]);
  await nextSignal({
    onHangup: () => {
      configuration.reload().catch((e: Error) => log.error("configuration reload failed", { err: e.message }));
    },
  });

  log.info("Shutting down gracefully");
  stopCompiling();
  stopTrimming();
  // They would go on for as long as the clients like.
  streams.close();
  await listeners.stop(REQUEST_PATIENCE);
  await workbench.stop();
  await heartbeats.stop();
  silences.stop();
  await engine.stop();
  await recorder.stop();
  await eventRecorder?.close();
  await configuration.close();
  access.close();
  await cache.close();
  await cluster?.leave();
  await (shared ?? storage).close();
  log.info("Received shutdown signal, exiting gracefully...");
  return 0;
}

function readFirst(file: string, grammar: Grammar): LoadedConfig {
  try {
    return readConfiguration(file, grammar);
  } catch (e) {
    throw new Error(`error loading configuration file: ${(e as Error).message}`, { cause: e });
  }
}
